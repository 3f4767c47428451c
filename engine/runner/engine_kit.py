"""The engine that hosts the user's graph: ours, or the installed ``langgraph``. One record of public names for both.

Everything else in the runner speaks only to the names in ``EngineKit``, so the same code drives either engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EngineKit:
    """Public API of a state-graph engine, as far as the runner needs it."""

    name: str
    graph_class: Callable[..., Any]
    """``StateGraph``."""
    command: type[Any]
    """``Command``."""
    send_class: type[Any]
    """``Send``."""
    overwrite: Callable[[Any], Any]
    """``Overwrite``: a write that replaces the value of a key with a reducer."""
    state_update: Callable[..., Any]
    """``StateUpdate``: (values, as_node), one of those that ``bulk_update_state`` makes into one checkpoint."""
    current_config: Callable[[], Any]
    """``get_config``: the config of the node that runs on this thread; raises RuntimeError outside of one."""
    memory_saver: Callable[[], Any]
    memory_cache: Callable[[], Any]
    """``InMemoryCache``: where results of nodes are kept that say how long."""
    retry_policy: Callable[..., Any]
    cache_policy: Callable[..., Any]
    timeout_policy: Callable[..., Any]
    names_writers: bool
    """Whether it has the stream mode ``custom_by_task``, which says who wrote a chunk of the custom stream."""
    asks_after_showing: bool
    """Whether a stream hands out a checkpoint before it asks ``interrupt_before`` whether to stop there."""
    protection: Any
    """Of our engine: the module with its policies for breakers, limits and fallbacks. LangGraph has none of these."""


def own_kit() -> EngineKit:
    """Our engine."""
    from engine import Command, InMemorySaver, Overwrite, Send, StateGraph, get_config, resilience
    from engine.store.task_cache import InMemoryCache
    from engine.types import CachePolicy, RetryPolicy, StateUpdate, TimeoutPolicy

    return EngineKit(
        name="stepgraph",
        graph_class=StateGraph,
        command=Command,
        send_class=Send,
        overwrite=Overwrite,
        state_update=StateUpdate,
        current_config=get_config,
        memory_saver=InMemorySaver,
        memory_cache=InMemoryCache,
        retry_policy=RetryPolicy,
        cache_policy=CachePolicy,
        timeout_policy=TimeoutPolicy,
        names_writers=True,
        asks_after_showing=True,
        protection=resilience,
    )


def langgraph_kit() -> EngineKit:
    """The ``langgraph`` package of the interpreter that runs this."""
    from langgraph import types
    from langgraph.cache.memory import InMemoryCache
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.config import get_config
    from langgraph.graph import StateGraph
    from langgraph.types import CachePolicy, Command, Overwrite, RetryPolicy, Send, StateUpdate

    return EngineKit(
        name="langgraph",
        graph_class=StateGraph,
        command=Command,
        send_class=Send,
        overwrite=Overwrite,
        state_update=StateUpdate,
        current_config=get_config,
        memory_saver=InMemorySaver,
        memory_cache=InMemoryCache,
        retry_policy=RetryPolicy,
        cache_policy=CachePolicy,
        timeout_policy=getattr(types, "TimeoutPolicy", _no_timeouts),
        names_writers=False,
        asks_after_showing=False,
        protection=None,
    )


def _no_timeouts(**_seconds: Any) -> Any:
    raise ValueError("The installed langgraph has no timeouts of nodes; they came with 1.2. Take the timeout off.")


def kit_named(name: str) -> EngineKit:
    """``stepgraph`` or ``langgraph``."""
    return {"stepgraph": own_kit, "langgraph": langgraph_kit}[name]()
