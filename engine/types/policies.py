"""How a node is tried again, how long it may take, whether its result is reused, and what tracing records of it.

The classes say that they come from ``engine.types``: annotations are real ones, not text that is looked up there.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NamedTuple


def default_retry_on(error: BaseException) -> bool:
    """Retry what may pass by itself: connections, server errors and unknown exceptions; not mistakes in the program."""
    if isinstance(error, ConnectionError):
        return True
    status = _http_status(error)
    if status is not None:
        return status == 0 or 500 <= status < 600
    return not isinstance(error, _NOT_RETRIED)


_NOT_RETRIED = (
    ValueError,
    TypeError,
    ArithmeticError,
    ImportError,
    LookupError,
    NameError,
    SyntaxError,
    RuntimeError,
    ReferenceError,
    StopIteration,
    StopAsyncIteration,
    OSError,
)


def _http_status(error: BaseException) -> int | None:
    """The status of an httpx or requests error, 0 if it has no response, None if it is neither.

    Imports neither package.
    """
    for cls in type(error).__mro__:
        package = cls.__module__.split(".")[0]
        if (package, cls.__name__) in (("httpx", "HTTPStatusError"), ("requests", "HTTPError")):
            response = getattr(error, "response", None)
            return 0 if response is None else int(response.status_code)
    return None


class RetryPolicy(NamedTuple):
    """How often and how soon a failed node is tried again. Intervals in seconds; ``jitter`` adds up to one second."""

    initial_interval: float = 0.5
    backoff_factor: float = 2.0
    max_interval: float = 128.0
    max_attempts: int = 3
    """Counts the first attempt too."""
    jitter: bool = True
    retry_on: Any = default_retry_on
    """An exception class, several, or a function from exception to bool."""


@dataclass(frozen=True, kw_only=True)
class TimeoutPolicy:
    """How long one attempt of an asynchronous node may take, in seconds: in all, and without a sign of life."""

    run_timeout: float | timedelta | None = None
    idle_timeout: float | timedelta | None = None
    refresh_on: Literal["auto", "heartbeat"] = "auto"

    @classmethod
    def coerce(cls, value: "float | timedelta | TimeoutPolicy | None") -> "TimeoutPolicy | None":
        """A policy with positive seconds; None if it would limit nothing."""
        if value is None:
            return None
        policy = value if isinstance(value, TimeoutPolicy) else cls(run_timeout=value)
        if policy.refresh_on not in ("auto", "heartbeat"):
            raise ValueError("refresh_on must be 'auto' or 'heartbeat'")
        run = _positive_seconds(policy.run_timeout, "run_timeout")
        idle = _positive_seconds(policy.idle_timeout, "idle_timeout")
        if run is None and idle is None:
            return None
        return cls(run_timeout=run, idle_timeout=idle, refresh_on=policy.refresh_on)


def _positive_seconds(value: float | timedelta | None, field: str) -> float | None:
    if value is None:
        return None
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds <= 0:
        raise ValueError(f"{field} must be greater than 0")
    return seconds


def default_cache_key(*args: Any, **kwargs: Any) -> bytes:
    """A key for a node's input, independent of the order of dict keys."""
    import pickle

    return pickle.dumps((_frozen(args), _frozen(kwargs)), protocol=5)


def _frozen(value: Any, depth: int = 10) -> Any:
    if depth <= 0 or (isinstance(value, Hashable) and not isinstance(value, (Mapping, tuple, list))):
        return value
    if isinstance(value, Mapping):
        items = [(k, _frozen(v, depth - 1)) for k, v in value.items()]
        return tuple(sorted(items, key=lambda item: str(item[0])))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(v, depth - 1) for v in value)
    if isinstance(value, set):
        return tuple(sorted((_frozen(v, depth - 1) for v in value), key=repr))
    return value


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """Reuse a node's result for the same input, for ``ttl`` seconds or for ever."""

    key_func: Callable[..., str | bytes] = default_cache_key
    ttl: int | None = None

    def __class_getitem__(cls, item: Any) -> "type[CachePolicy]":
        return cls


@dataclass(frozen=True, kw_only=True)
class TracePolicy:
    """How a node's input and output are recorded by tracing callbacks. Changes nothing that the node sees."""

    process_inputs: Callable[[Any], Any] | None = None
    process_outputs: Callable[[Any], Any] | None = None


def omit_payload(_value: Any) -> dict[str, Any]:
    """A ``TracePolicy`` function that records nothing."""
    return {}
