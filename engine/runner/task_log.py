"""What the wrappers around the user's functions notice: attempts, times, errors with their frames, routers' decisions.

It also holds what routers are told to decide while a branch is forced. Written from the threads the nodes run on, read
by the driver between them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from engine.graph.spec import RouterSpec
from engine.runner.cached_routes import cached_routes
from engine.runner.run_events import ErrorFacts, RouteFacts, TaskFacts, UsageFacts


@dataclass(frozen=True)
class TaskTimes:
    """One task so far."""

    attempt: int = 0
    started_at_s: float = 0.0
    """Of the last attempt, seconds since the epoch."""
    duration_s: float | None = None
    """Of the last attempt, by a clock that is never set back; None while it runs."""
    error: ErrorFacts | None = None
    jumps: tuple[str, ...] = ()
    """As ``TaskFacts.jumps``."""


@dataclass(frozen=True)
class Order:
    """What a router has to decide, whatever its function would say."""

    labels: tuple[str, ...]
    by_hand: bool = False
    """The user wants it; otherwise it is what the router decided before."""
    sends: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """By label: what the router sent along it before, to be sent again as it was."""


Orders = Mapping[tuple[str, str], Order]
"""By node and router."""


class TaskLog:
    """Thread-safe. Kept for one superstep: ``forget`` is called when its checkpoint is saved."""

    orders: Orders = MappingProxyType({})
    """Set by ``branching`` while a branch is made, empty otherwise."""
    subgraphs: frozenset[str] = frozenset()
    """The nodes that are subgraphs; set by ``inside``."""
    usage_within: Callable[[str, str], UsageFacts | None] = staticmethod(lambda node, task_id: None)
    """What the tasks within such a node's task have used; set by ``inside``."""
    on_retry: Callable[[str], None] = staticmethod(lambda task_id: None)
    """Told of a task that begins once more, on the thread that it runs on."""

    def __init__(self, routers: Mapping[str, tuple[RouterSpec, ...]] = MappingProxyType({})) -> None:
        """``routers``: of the graph, by node."""
        self._routers = routers
        self._lock = threading.Lock()
        self._times: dict[str, TaskTimes] = {}
        self._routes: dict[tuple[str, str, str, str], RouteFacts] = {}

    def started(self, task_id: str) -> None:
        with self._lock:
            attempt = self._times.get(task_id, TaskTimes()).attempt + 1
            self._times[task_id] = TaskTimes(attempt, time.time())
        if attempt > 1:
            self.on_retry(task_id)

    def ended(self, task_id: str, duration_s: float, error: ErrorFacts | None) -> None:
        with self._lock:
            self._times[task_id] = replace(self._times[task_id], duration_s=duration_s, error=error)

    def jumped(self, task_id: str, targets: tuple[str, ...]) -> None:
        """Between ``started`` and ``ended``."""
        with self._lock:
            self._times[task_id] = replace(self._times[task_id], jumps=targets)

    def decided(self, route: RouteFacts) -> None:
        with self._lock:
            self._routes[(route.node, route.router, route.label, route.target)] = route

    def times(self, task_id: str) -> TaskTimes:
        with self._lock:
            return self._times.get(task_id, TaskTimes())

    def routes(self) -> tuple[RouteFacts, ...]:
        with self._lock:
            return tuple(self._routes.values())

    def routes_to(self, tasks: Iterable[TaskFacts], due: Sequence[str]) -> tuple[RouteFacts, ...]:
        """Those of a step that is over: with what routers decided whose node's result came from the cache."""
        return tuple(dict.fromkeys((*self.routes(), *cached_routes(self._routers, tasks, due))))

    def remember_routes(self, routes: tuple[RouteFacts, ...]) -> None:
        """Decisions of tasks that finished in an earlier process, in a step that is still open."""
        for route in routes:
            self.decided(route)

    def forget(self) -> None:
        with self._lock:
            self._times.clear()
            self._routes.clear()
