"""What a scripted graph does, for ``fake_backend``: what each node writes, asks or raises, and which way routers go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.graph.spec import GraphSpec
from engine.runner.run_events import ErrorFacts

State = dict[str, Any]


@dataclass(frozen=True)
class Plays:
    """What a scripted node does on one visit."""

    writes: Mapping[str, Any] = field(default_factory=dict)
    prints: tuple[str, ...] = ()
    asks: Any = None
    """The payload of an interrupt(). The answer then reaches the script as ``state["__answer__"]``."""
    raises: ErrorFacts | None = None
    takes_s: float = 0.01
    crashes: bool = False
    """The process dies in the middle of the node."""


@dataclass(frozen=True)
class Script:
    """A graph with its behaviour. ``routes[node](state)`` gives the label. Keys in ``appends`` grow."""

    graph: GraphSpec
    nodes: Mapping[str, Callable[[State], Plays]]
    routes: Mapping[str, Callable[[State], str]] = field(default_factory=dict)
    appends: frozenset[str] = frozenset()
