"""Which store a graph's checkpoints go to, and under which namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.names import NS_END, NS_SEP
from engine.runtime.config import CHECKPOINT_NS, CHECKPOINTER, CONF
from engine.runtime.runnable_graph import RunnableGraph
from engine.store.checkpoint_store import CheckpointStore
from engine.types import Config

_SAVER_METHODS = (
    "put", "put_writes", "get_tuple", "list", "aput", "aput_writes", "aget_tuple", "alist", "get_next_version",
)  # fmt: skip


def ensure_valid_checkpointer(checkpointer: Any) -> Any:
    """The checkpointer. Raises TypeError for something that is none."""
    if checkpointer is None or isinstance(checkpointer, bool) or _is_store(checkpointer):
        return checkpointer
    if all(hasattr(checkpointer, method) for method in ("put", "put_writes", "get_tuple", "list")):
        return checkpointer  # a saver, of ours or of the langgraph package
    raise TypeError(
        "Invalid checkpointer provided. Expected an instance of `BaseCheckpointSaver`, `True`, `False`, or `None`. "
        f"Received {type(checkpointer).__name__}. Pass a proper saver (e.g., InMemorySaver, AsyncPostgresSaver)."
    )


def checkpointer_for(graph: RunnableGraph, config: Mapping[str, Any]) -> Any:
    """What the graph's checkpoints are kept with in this call; None for nothing."""
    if graph.checkpointer is False:
        return None
    conf = config[CONF]
    if CHECKPOINTER in conf:
        return conf[CHECKPOINTER]
    if graph.checkpointer is True:
        raise RuntimeError("checkpointer=True cannot be used for root graphs.")
    return graph.checkpointer


def as_store(checkpointer: Any) -> CheckpointStore | None:
    """A saver of ours gives its store; a store is one; any other saver is wrapped."""
    if checkpointer is None or isinstance(checkpointer, bool):
        return None
    if _is_store(checkpointer):
        return checkpointer  # type: ignore[no-any-return] # it has the methods of one
    store = getattr(checkpointer, "store", None)
    if store is not None and _is_store(store) and _is_ours(type(checkpointer)):
        return store  # type: ignore[no-any-return] # as above
    from engine.store.saver_store import SaverStore

    return SaverStore(checkpointer)


def store_of_state(graph: RunnableGraph, config: Mapping[str, Any]) -> CheckpointStore:
    """The store for ``get_state`` and ``update_state``. Raises ValueError if there is none."""
    store = as_store(checkpointer_for(graph, config))
    if store is None:
        raise ValueError("No checkpointer set")
    return store


def own_namespace(graph: RunnableGraph, config: Config) -> Config:
    """A subgraph with ``checkpointer=True`` keeps one history per thread: its namespace has no task ids."""
    if graph.checkpointer is not True:
        return config
    namespace = config[CONF].get(CHECKPOINT_NS, "")
    return {**config, CONF: {**config[CONF], CHECKPOINT_NS: without_task_ids(namespace)}}


def without_task_ids(namespace: str) -> str:
    """``a:1234|b:5678`` -> ``a|b``"""
    return NS_SEP.join(part.split(NS_END)[0] for part in namespace.split(NS_SEP))


def _is_store(value: Any) -> bool:
    return all(hasattr(value, method) for method in ("load", "save", "save_writes"))


def _is_ours(cls: type) -> bool:
    """Whether a saver's class leaves our savers' methods as they are."""
    for base in cls.__mro__:
        if base.__module__.startswith("engine.store."):
            return True
        if any(method in base.__dict__ for method in _SAVER_METHODS):
            return False
    return False
