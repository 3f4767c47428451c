"""Whether and when a failed task is tried again. Pure but for the dice."""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import RetryPolicy


def pause_before_retry(policies: Sequence[RetryPolicy], error: Exception, attempt: int) -> float | None:
    """Seconds to wait after this attempt (counted from 1); None to give up. The first policy that fits counts."""
    for policy in policies:
        if _fits(policy, error):
            if attempt >= policy.max_attempts:
                return None
            interval = min(policy.max_interval, policy.initial_interval * policy.backoff_factor ** (attempt - 1))
            return interval + _jitter_s() if policy.jitter else interval
    return None


def _jitter_s() -> float:
    import random  # here, because it is needed only when something has failed

    return random.uniform(0, 1)


def _fits(policy: RetryPolicy, error: Exception) -> bool:
    wanted = policy.retry_on
    if isinstance(wanted, Sequence):
        return isinstance(error, tuple(wanted))
    if isinstance(wanted, type) and issubclass(wanted, Exception):
        return isinstance(error, wanted)
    if callable(wanted):
        return bool(wanted(error))
    raise TypeError("retry_on must be an Exception class, a list or tuple of Exception classes, or a callable")
