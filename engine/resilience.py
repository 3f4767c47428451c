"""What protects a node and the service behind it: circuit breaker, rate limit, fallback. Beyond LangGraph.

Policies are frozen data, given to ``add_node``. What they count lives in ``CircuitBreaker`` and ``RateLimiter``, which
are made when the graph is compiled, are shared by all runs of it in this process, and may be used from any thread.
One policy object given to several nodes makes one breaker or one bucket for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.clock import SYSTEM_CLOCK, Clock
from engine.errors import CircuitOpenError, RateLimitExceededError

WhichErrors = Any
"""An exception class, several, or a function from exception to bool."""


def fits(wanted: WhichErrors, error: BaseException) -> bool:
    """Whether a policy for ``wanted`` is about this error."""
    if isinstance(wanted, (tuple, list)):
        return isinstance(error, tuple(wanted))
    if isinstance(wanted, type):
        return isinstance(error, wanted)
    return bool(wanted(error))


@dataclass(frozen=True, kw_only=True)
class CircuitBreakerPolicy:
    """Stop calling a node that keeps failing.

    After ``failure_threshold`` failures in a row, attempts fail at once with ``CircuitOpenError`` for ``recovery_s``
    seconds. Then one attempt is let through: if it succeeds all is well again, if it fails the wait begins anew.
    Retries count as attempts. A question (``interrupt``) and a cancelled call are neither success nor failure.
    """

    failure_threshold: int = 5
    recovery_s: float = 30.0
    counts: WhichErrors = Exception
    """Which errors are failures of the service; any other error leaves the count as it is."""
    clock: Clock = field(default=SYSTEM_CLOCK, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.failure_threshold < 1:
            raise ValueError("failure_threshold must be at least 1")
        if self.recovery_s <= 0:
            raise ValueError("recovery_s must be positive: seconds until one attempt is let through again")


@dataclass(frozen=True, kw_only=True)
class RateLimitPolicy:
    """Begin at most ``calls`` attempts of a node in ``per_s`` seconds; the others wait their turn.

    A bucket of ``calls`` tokens that fills evenly, so that a burst of that many may begin at once. A synchronous node
    waits on its thread, an asynchronous one on the loop.
    """

    calls: int
    per_s: float = 1.0
    max_wait_s: float | None = None
    """Fail with ``RateLimitExceededError`` instead of waiting longer; None waits as long as it takes."""
    clock: Clock = field(default=SYSTEM_CLOCK, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.calls < 1:
            raise ValueError("calls must be at least 1")
        if self.per_s <= 0:
            raise ValueError("per_s must be positive: the seconds in which so many calls may begin")
        if self.max_wait_s is not None and self.max_wait_s < 0:
            raise ValueError("max_wait_s must not be negative")


@dataclass(frozen=True)
class FallbackPolicy:
    """Let another function answer when a node has failed for good, after all its retries.

    The function gets the node's input, and what nodes can ask for besides; a parameter ``error: NodeError`` is the
    failure. What it returns counts as the node's own result: the node's edges and routers are followed. (An
    ``error_handler`` is a node of its own and says itself where to go.) Its own failure is the node's.
    """

    function: Callable[..., Any]
    on: WhichErrors = Exception
    """For which errors."""

    @classmethod
    def coerce(cls, given: Any) -> tuple[FallbackPolicy, ...]:
        """One policy or function, or several, to be tried in this order."""
        if given is None:
            return ()
        items = given if isinstance(given, Sequence) else (given,)
        return tuple(item if isinstance(item, cls) else cls(item) for item in items)


class CircuitBreaker:
    """Counts failures in a row and says when to leave a service alone."""

    def __init__(self, policy: CircuitBreakerPolicy) -> None:
        self.policy = policy
        self._lock = threading.Lock()
        self._failures = 0
        self._last_error: BaseException | None = None
        self._closed_until_s: float | None = None
        """When an attempt is let through again, on the clock's monotonic time. None while all is well."""
        self._opened_at: datetime | None = None
        self._is_trying = False
        """An attempt was let through after a pause, and its outcome is not known yet."""

    def enter(self, node: str) -> None:
        """An attempt is about to begin. Raises ``CircuitOpenError`` if it may not."""
        clock = self.policy.clock
        with self._lock:
            if self._closed_until_s is None:
                return
            left_s = self._closed_until_s - clock.monotonic_s()
            if left_s <= 0 and not self._is_trying:
                self._is_trying = True
                return
            now = clock.now()
            assert self._opened_at is not None, "set together with _closed_until_s"
            raise CircuitOpenError(
                node,
                since=self._opened_at,
                until=now + timedelta(seconds=max(0.0, left_s)),
                failures=self._failures,
                last_error=self._last_error,
            )

    def succeeded(self) -> None:
        """The attempt has come to its end."""
        with self._lock:
            self._failures, self._last_error = 0, None
            self._closed_until_s, self._opened_at, self._is_trying = None, None, False

    def failed(self, error: BaseException) -> None:
        """The attempt has failed."""
        policy = self.policy
        with self._lock:
            was_trying, self._is_trying = self._is_trying, False
            if not fits(policy.counts, error):
                return
            self._failures += 1
            self._last_error = error
            if was_trying or (self._failures >= policy.failure_threshold and self._closed_until_s is None):
                self._closed_until_s = policy.clock.monotonic_s() + policy.recovery_s
                self._opened_at = policy.clock.now()

    def gave_up(self) -> None:
        """The attempt has neither succeeded nor failed: it asks a question, or was cancelled."""
        with self._lock:
            self._is_trying = False


class RateLimiter:
    """A bucket of tokens. Whoever comes when it is empty is told how long to wait, in the order of coming."""

    def __init__(self, policy: RateLimitPolicy) -> None:
        self.policy = policy
        self._lock = threading.Lock()
        self._tokens = float(policy.calls)
        """Below zero: so many attempts are waiting already."""
        self._filled_at_s = policy.clock.monotonic_s()

    def reserve_s(self, node: str) -> float:
        """Take a turn; returns the seconds to wait for it.

        Raises ``RateLimitExceededError``, and takes no turn, if that is longer than the policy allows.
        """
        policy = self.policy
        with self._lock:
            now_s = policy.clock.monotonic_s()
            gained = (now_s - self._filled_at_s) * policy.calls / policy.per_s
            self._tokens = min(float(policy.calls), self._tokens + gained)
            self._filled_at_s = now_s
            wait_s = max(0.0, (1 - self._tokens) * policy.per_s / policy.calls)
            if policy.max_wait_s is not None and wait_s > policy.max_wait_s:
                raise RateLimitExceededError(
                    node, calls=policy.calls, per_s=policy.per_s, wait_s=wait_s, max_wait_s=policy.max_wait_s
                )
            self._tokens -= 1
            return wait_s
