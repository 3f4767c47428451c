"""What a builder has collected: nodes, edges and routers as the user gave them. Data only; ``compiler`` reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.types import CachePolicy, RetryPolicy, TimeoutPolicy

if TYPE_CHECKING:
    from engine.resilience import CircuitBreakerPolicy, FallbackPolicy, RateLimitPolicy


@dataclass
class StateNodeSpec:
    """One node as the user gave it: the arguments of ``add_node``, which says what they mean."""

    action: Any
    input_schema: Any
    metadata: dict[str, Any] | None = None
    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None
    cache_policy: CachePolicy | None = None
    timeout: TimeoutPolicy | None = None
    error_handler_node: str | None = None
    is_error_handler: bool = False
    ends: tuple[str, ...] | dict[str, str] = ()
    """Where the node's ``Command`` may go, if it says so; for drawing and validation."""
    defer: bool = False
    trace_policy: Any = None
    circuit_breaker: CircuitBreakerPolicy | None = None
    rate_limit: RateLimitPolicy | None = None
    fallbacks: tuple[FallbackPolicy, ...] = ()

    @property
    def runnable(self) -> Any:
        """The function as LangGraph's builder shows it: wrapped, with the function itself as ``func``."""
        return self.action if hasattr(type(self.action), "invoke") else FunctionRunnable(self.action)


@dataclass
class FunctionRunnable:
    """A function, where LangGraph has a runnable."""

    func: Any


@dataclass
class BranchSpec:
    """One router on a node."""

    path: Any
    ends: dict[Hashable, str] | None
    """From what the router returns to nodes; None if it returns nodes' names."""
    input_schema: Any = None


@dataclass
class NodeDefaults:
    """What nodes get that do not say otherwise."""

    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None
    cache_policy: CachePolicy | None = None
    error_handler: Any = None
    timeout: TimeoutPolicy | None = None


@dataclass
class GraphParts:
    """Everything that was collected."""

    nodes: dict[str, StateNodeSpec] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)
    """An ordered set."""
    waiting_edges: dict[tuple[tuple[str, ...], str], None] = field(default_factory=dict)
    branches: dict[str, dict[str, BranchSpec]] = field(default_factory=lambda: defaultdict(dict))
