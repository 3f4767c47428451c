"""From a call's arguments to a ``Run``: completes the config, finds the parent, the store and the streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any, NamedTuple
from warnings import warn

from engine.graph.names import NS_SEP
from engine.runtime.checkpointing import as_store, checkpointer_for, own_namespace
from engine.runtime.config import (
    CHECKPOINT_ID,
    CHECKPOINT_NS,
    CONF,
    DEFAULT_RECURSION_LIMIT,
    DURABILITY,
    RUNTIME,
    TASK,
    THREAD_ID,
)
from engine.runtime.langchain_bridge import callbacks_for, is_traced
from engine.runtime.run import Run
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.running_task import complete_config
from engine.runtime.runtime_info import RunControl, ServerInfo
from engine.runtime.stream import Stream
from engine.runtime.task import Task
from engine.types import Config


class RunOptions(NamedTuple):
    """The keyword arguments of ``invoke``, ``stream`` and their twins, which say what they mean."""

    context: Any = None
    output_keys: Any = ()
    interrupt_before: Any = None
    interrupt_after: Any = None
    durability: str | None = None
    subgraphs: bool = False
    control: Any = None
    stream_mode: Any = "values"
    print_mode: Any = ()
    version: str = "v1"


def start_run(
    graph: RunnableGraph, input: Any, config: Mapping[str, Any] | None, options: RunOptions, modes: Iterable[str] = ()
) -> Run:
    """Everything that can be wrong with a call's arguments is found here, before anything runs."""
    complete = complete_config(graph.config, config)
    if complete.get("recursion_limit", DEFAULT_RECURSION_LIMIT) < 1:
        raise ValueError("recursion_limit must be at least 1")
    _check_keys(graph, options.output_keys)
    parent: Task | None = complete[CONF].get(TASK)
    complete = _numbered_namespace(complete, parent)
    checkpointer = checkpointer_for(graph, complete)
    store = as_store(checkpointer)
    if store is not None:
        if not complete[CONF]:
            raise ValueError(
                "Checkpointer requires one or more of the following 'configurable' keys: "
                "thread_id, checkpoint_ns, checkpoint_id"
            )
        if THREAD_ID not in complete[CONF]:
            raise KeyError(THREAD_ID)
    elif options.durability is not None:
        warn("`durability` has no effect when no checkpointer is present.", stacklevel=4)
    complete = own_namespace(graph, complete)
    stream = _stream(modes, options, parent, eager=graph.plan.streams_eagerly)
    durability = options.durability or complete[CONF].get(DURABILITY) or "sync"
    complete[CONF][DURABILITY] = durability
    run = Run(
        graph.plan,
        complete,
        input,
        name=complete.get("run_name") or graph.get_name(),
        store=store,
        lent_checkpointer=checkpointer,
        namespace=complete[CONF].get(CHECKPOINT_NS) or "",
        parent=parent,
        stream=stream,
        durability=durability,
        output_keys=_as_tuple(options.output_keys),
        interrupt_before=options.interrupt_before or graph.interrupt_before_nodes,
        interrupt_after=options.interrupt_after or graph.interrupt_after_nodes,
        context=_context(graph.context_schema, options.context, parent, complete[CONF].get(RUNTIME)),
        control=options.control or (parent.run.control if parent is not None else None) or RunControl(),
        kv_store=_kv_store(graph, parent, complete[CONF].get(RUNTIME)),
        cache=parent.run.cache if parent is not None and parent.run.cache is not None else graph.cache,
        server_info=_server_info(complete) or (parent.run.server_info if parent is not None else None),
        step_timeout=graph.step_timeout,
        subgraphs=graph.direct_subgraphs if store is not None and stream is not None else None,
    )
    if complete.get("callbacks") or stream is not None or is_traced():
        run.callbacks = callbacks_for(run)
    return run


def _as_tuple(keys: Any) -> Any:
    return keys if isinstance(keys, str) else tuple(keys)


def _check_keys(graph: RunnableGraph, keys: Any) -> None:
    for key in (keys,) if isinstance(keys, str) else keys:
        if key not in graph.plan.channels:
            raise ValueError(f"Key '{key}' not found in channels")


def _numbered_namespace(config: Config, parent: Task | None) -> Config:
    """The second and later subgraphs that one task calls get numbered namespaces. An outermost graph has none."""
    conf = config[CONF]
    if parent is None:
        if conf.get(CHECKPOINT_NS):
            return {**config, CONF: {**conf, CHECKPOINT_NS: "", CHECKPOINT_ID: None}}
        return config
    index = parent.next_subgraph_index()
    if index:
        return {**config, CONF: {**conf, CHECKPOINT_NS: f"{conf[CHECKPOINT_NS]}{NS_SEP}{index}"}}
    return config


def _stream(modes: Iterable[str], options: RunOptions, parent: Task | None, *, eager: bool) -> Stream | None:
    outer = parent.run.stream if parent is not None else None
    if outer is not None and not _wants_subgraphs(outer):
        outer = None
    modes = frozenset(modes)
    if not modes and outer is None:
        return None
    return Stream(modes, subgraphs=options.subgraphs, parent=outer, eager=eager)


def _wants_subgraphs(stream: Stream) -> bool:
    return stream.subgraphs or (stream.parent is not None and _wants_subgraphs(stream.parent))


def _context(schema: Any, context: Any, parent: Task | None, lent_runtime: Any) -> Any:
    """The context as its schema's class; the parent run's, or that of a server's runtime, if none is given."""
    if context is None:
        return parent.run.context if parent is not None else getattr(lent_runtime, "context", None)
    if (
        isinstance(context, dict)
        and isinstance(schema, type)
        and (is_dataclass(schema) or hasattr(schema, "model_validate"))
    ):
        return schema(**context)
    return context


def _kv_store(graph: RunnableGraph, parent: Task | None, lent_runtime: Any) -> Any:
    """The key-value store: the enclosing run's, a server's, or the graph's own."""
    outer = parent.run.kv_store if parent is not None else getattr(lent_runtime, "store", None)
    return outer if outer is not None else graph.store


def _server_info(config: Config) -> ServerInfo | None:
    conf = config[CONF]
    user = conf.get("langgraph_auth_user")
    if user is not None and not hasattr(user, "identity"):
        user = None
    assistant, graph = conf.get("assistant_id"), conf.get("graph_id")
    if assistant is None and graph is None and user is None:
        return None
    return ServerInfo(assistant_id=str(assistant or ""), graph_id=str(graph or ""), user=user)
