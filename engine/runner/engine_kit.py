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
    command: Callable[..., Any]
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


def own_kit() -> EngineKit:
    """Our engine."""
    from engine import Command, InMemorySaver, Overwrite, Send, StateGraph, get_config
    from engine.types import StateUpdate

    return EngineKit(
        name="stepgraph",
        graph_class=StateGraph,
        command=Command,
        send_class=Send,
        overwrite=Overwrite,
        state_update=StateUpdate,
        current_config=get_config,
        memory_saver=InMemorySaver,
    )


def langgraph_kit() -> EngineKit:
    """The ``langgraph`` package of the interpreter that runs this."""
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.config import get_config
    from langgraph.graph import StateGraph
    from langgraph.types import Command, Overwrite, Send, StateUpdate

    return EngineKit(
        name="langgraph",
        graph_class=StateGraph,
        command=Command,
        send_class=Send,
        overwrite=Overwrite,
        state_update=StateUpdate,
        current_config=get_config,
        memory_saver=InMemorySaver,
    )


def kit_named(name: str) -> EngineKit:
    """``stepgraph`` or ``langgraph``."""
    return {"stepgraph": own_kit, "langgraph": langgraph_kit}[name]()
