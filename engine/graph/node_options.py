"""What a node can be told beyond its function: retry, cache, timeout, circuit breaker, rate limit, fallback. Data only.

Functions and classes are references such as ``nodes:handle``, errors the name of a builtin exception or such a
reference. Durations are seconds. The defaults are the engine's own (``engine.types``, ``engine.resilience``), so that
what is left out in a file means the same as in Python. What may stand in them is judged by ``option_faults``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Extra = Mapping[str, Any]
"""Keys that this version does not know, kept as read."""


@dataclass(frozen=True)
class RetrySpec:
    """How often and how soon a failed node is tried again; see ``engine.types.RetryPolicy``."""

    max_attempts: int = 3
    """Counts the first attempt too."""
    initial_interval: float = 0.5
    backoff_factor: float = 2.0
    max_interval: float = 128.0
    jitter: bool = True
    """Adds up to one second to each wait."""
    retry_on: tuple[str, ...] = ()
    """Which errors; empty for the engine's own choice: connections, server errors and unknown exceptions."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class CacheSpec:
    """Reuse a node's result for the same input; see ``engine.types.CachePolicy``."""

    ttl: int | None = None
    """Whole seconds; None for as long as the cache lives."""
    key: str | None = None
    """A function from the node's input to text or bytes; None for the whole input."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class TimeoutSpec:
    """How long one attempt may take. For asynchronous functions; see ``engine.types.TimeoutPolicy``."""

    run: float | None = None
    """In all."""
    idle: float | None = None
    """Without a sign of life."""
    refresh_on: str = "auto"
    """What counts as a sign of life: "auto", or only a "heartbeat"."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class BreakerSpec:
    """Stop calling a node that keeps failing; see ``engine.resilience.CircuitBreakerPolicy``. Ours alone."""

    failure_threshold: int = 5
    recovery_s: float = 30.0
    counts: tuple[str, ...] = ()
    """Which errors; empty for all."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class RateLimitSpec:
    """Begin so many attempts in so many seconds; see ``engine.resilience.RateLimitPolicy``. Ours alone."""

    calls: int
    per_s: float = 1.0
    max_wait_s: float | None = None
    """Fail instead of waiting longer; None to wait as long as it takes."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class FallbackSpec:
    """A function that answers when a node failed for good; see ``engine.resilience.FallbackPolicy``. Ours alone."""

    fn: str
    on: tuple[str, ...] = ()
    """For which errors; empty for all."""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class DefaultsSpec:
    """What nodes get that do not say otherwise: ``StateGraph.set_node_defaults``."""

    retry: tuple[RetrySpec, ...] = ()
    cache: CacheSpec | None = None
    timeout: TimeoutSpec | None = None
    error_handler: str | None = None
    """A function of the state and ``error: NodeError``; it says by ``Command(goto=...)`` where to go on."""
    extra: Extra = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self == DefaultsSpec()


OptionSpec = RetrySpec | CacheSpec | TimeoutSpec | BreakerSpec | RateLimitSpec | FallbackSpec
