"""The words a graph is written and watched with.

``Send``, ``Command``, ``Interrupt``, policies, snapshots, stream parts.

Data only. ``interrupt()`` itself is in ``runtime.interrupts``; channels are in ``channels``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypedDict, TypeVar, Union, final
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10, LangGraphDeprecatedSinceV11
from engine.ids import hex_digest, interrupt_id

__all__ = [
    "All",
    "CachePolicy",
    "Checkpointer",
    "CheckpointPayload",
    "CheckpointStreamPart",
    "CheckpointTask",
    "Command",
    "CustomStreamPart",
    "DebugPayload",
    "DebugStreamPart",
    "Durability",
    "GraphOutput",
    "Interrupt",
    "MessagesStreamPart",
    "Overwrite",
    "PregelTask",
    "RetryPolicy",
    "Send",
    "StateSnapshot",
    "StateUpdate",
    "StreamMode",
    "StreamPart",
    "StreamWriter",
    "TaskPayload",
    "TaskResultPayload",
    "TasksStreamPart",
    "TimeoutPolicy",
    "TracePolicy",
    "UpdatesStreamPart",
    "ValuesStreamPart",
    "omit_payload",
]

All = Literal["*"]
"""Every node that is not hidden."""

StreamMode = Literal["values", "updates", "checkpoints", "tasks", "debug", "messages", "custom"]
StreamWriter = Callable[[Any], None]
"""Writes a value to the ``custom`` stream; does nothing if nobody listens."""
Durability = Literal["sync", "async", "exit"]
Checkpointer = Any
"""None (inherit), True (keep state per thread), False (save nothing), a saver, or a ``CheckpointStore``."""
Config = dict[str, Any]
"""A ``RunnableConfig``: configurable, metadata, tags, recursion_limit, ..."""
StateValue = Any

ResponseT = TypeVar("ResponseT")
OutputT = TypeVar("OutputT")
StateT = TypeVar("StateT")
NodeName = TypeVar("NodeName", bound=Hashable)


class _Missing:
    """The absence of a value where None is one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


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
    def coerce(cls, value: float | timedelta | TimeoutPolicy | None) -> TimeoutPolicy | None:
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

    def __class_getitem__(cls, item: Any) -> type[CachePolicy]:
        return cls


@dataclass(frozen=True, kw_only=True)
class TracePolicy:
    """How a node's input and output are recorded by tracing callbacks. Changes nothing that the node sees."""

    process_inputs: Callable[[Any], Any] | None = None
    process_outputs: Callable[[Any], Any] | None = None


def omit_payload(_value: Any) -> dict[str, Any]:
    """A ``TracePolicy`` function that records nothing."""
    return {}


@final
class Interrupt(Generic[ResponseT]):
    """A question that a node asked, waiting for an answer."""

    __slots__ = ("value", "id", "response_schema")
    __match_args__ = ("value", "id", "response_schema")

    value: Any
    id: str
    response_schema: Any

    def __init__(
        self, value: Any, id: str = "placeholder-id", *, response_schema: Any = None, **deprecated: Any
    ) -> None:
        self.value = value
        self.response_schema = response_schema
        namespace = deprecated.get("ns")
        if id == "placeholder-id" and isinstance(namespace, Sequence):
            id = hex_digest("|".join(namespace).encode())
        self.id = id

    @classmethod
    def from_ns(cls, value: Any, ns: str, *, response_schema: Any = None) -> Interrupt[Any]:
        """The first question of the task with this namespace."""
        return cls(value, interrupt_id(ns, 0), response_schema=response_schema)

    @property
    def interrupt_id(self) -> str:
        """Old name of ``id``."""
        warn(LangGraphDeprecatedSinceV10("`interrupt_id` is deprecated. Use `id` instead."), stacklevel=2)
        return self.id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Interrupt):
            return NotImplemented
        return (self.value, self.id, self.response_schema) == (other.value, other.id, other.response_schema)

    __hash__ = None  # type: ignore[assignment] # as a dataclass with eq: values need not be hashable

    def __repr__(self) -> str:
        return f"Interrupt(value={self.value!r}, id={self.id!r}, response_schema={self.response_schema!r})"

    def __reduce__(self) -> Any:
        return (_make_interrupt, (self.value, self.id, self.response_schema))


def _make_interrupt(value: Any, id: str, response_schema: Any) -> Interrupt[Any]:
    return Interrupt(value, id, response_schema=response_schema)


class Send:
    """Run one node in the next step with an input of its own."""

    __slots__ = ("node", "arg", "timeout")

    def __init__(self, /, node: str, arg: Any, *, timeout: float | timedelta | TimeoutPolicy | None = None) -> None:
        self.node = node
        self.arg = arg
        self.timeout = TimeoutPolicy.coerce(timeout) if timeout is not None else None

    def __hash__(self) -> int:
        return hash((self.node, self.arg, self.timeout))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Send) and (self.node, self.arg, self.timeout) == (other.node, other.arg, other.timeout)

    def __repr__(self) -> str:
        timeout = "" if self.timeout is None else f", timeout={self.timeout!r}"
        return f"Send(node={self.node!r}, arg={self.arg!r}{timeout})"


@dataclass(frozen=True, kw_only=True)
class Command(Generic[NodeName]):
    """What a node or a caller wants done.

    Update the state, go to nodes, answer a question, or tell the parent graph.
    """

    graph: str | None = None
    update: Any = None
    resume: Any = None
    goto: Any = ()

    PARENT: ClassVar[Literal["__parent__"]] = "__parent__"

    def __repr__(self) -> str:
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        return f"Command({', '.join(f'{name}={value!r}' for name, value in given if value)})"

    @property
    def targets(self) -> Sequence[Any]:
        """``goto`` as a sequence of node names and ``Send``s."""
        return (self.goto,) if isinstance(self.goto, (str, Send)) else self.goto

    def update_items(self) -> Sequence[tuple[str, Any]]:
        """``update`` as (key, value) pairs."""
        update = self.update
        if update is None:
            return ()
        if isinstance(update, dict):
            return list(update.items())
        if isinstance(update, (list, tuple)) and all(
            isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in update
        ):
            return update
        keys = annotated_keys(type(update))
        return object_items(update, keys) if keys else [("__root__", update)]


@dataclass
class Overwrite:
    """A value that replaces the state's instead of going through the reducer."""

    value: Any
    type: Literal["__overwrite__"] = "__overwrite__"


class StateUpdate(NamedTuple):
    """One update of ``bulk_update_state``."""

    values: Any
    as_node: str | None = None
    task_id: str | None = None


class PregelTask(NamedTuple):
    """A task of a step, as a snapshot shows it."""

    id: str
    name: str
    path: tuple[Any, ...]
    error: Any = None
    interrupts: tuple[Interrupt[Any], ...] = ()
    state: Any = None
    """None, the config of the task's subgraph, or its snapshot."""
    result: Any = None


class CacheKey(NamedTuple):
    """Where a task's result is cached."""

    ns: tuple[str, ...]
    key: str
    ttl: int | None


class StateSnapshot(NamedTuple):
    """The state of a thread between two supersteps."""

    values: Any
    next: tuple[str, ...]
    config: Config
    metadata: Any
    created_at: str | None
    parent_config: Config | None
    tasks: tuple[PregelTask, ...]
    interrupts: tuple[Interrupt[Any], ...]


@dataclass(frozen=True)
class GraphOutput(Generic[OutputT]):
    """What ``invoke(version="v2")`` returns."""

    value: OutputT
    interrupts: tuple[Interrupt[Any], ...] = ()

    def __getitem__(self, key: str) -> Any:
        self._warn("result[key]")
        if key == "__interrupt__":
            return self.interrupts
        if isinstance(self.value, dict):
            return self.value[key]
        try:
            return getattr(self.value, key)
        except AttributeError:
            raise KeyError(key) from None

    def __contains__(self, key: object) -> bool:
        self._warn("key in result")
        if key == "__interrupt__":
            return bool(self.interrupts)
        if isinstance(self.value, dict):
            return key in self.value
        return isinstance(key, str) and hasattr(self.value, key)

    @staticmethod
    def _warn(use: str) -> None:
        text = (
            f"Accessing GraphOutput via `{use}` is deprecated. Use `result.value` to access the output value directly, "
            "or `result.interrupts` for interrupts."
        )
        warn(LangGraphDeprecatedSinceV11(text), stacklevel=3)


def annotated_keys(cls: type) -> tuple[str, ...]:
    """Names of the fields that a class and its bases annotate, bases first."""
    found: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        found.update(dict.fromkeys(vars(base).get("__annotations__", ())))
    return tuple(found)


def object_items(value: Any, keys: Sequence[str]) -> list[tuple[str, Any]]:
    """The fields of a state object as writes. A field that was never set and is None by default is left out."""
    set_fields = getattr(value, "model_fields_set", None)
    if set_fields is not None:
        defaults = {name: field.default for name, field in type(value).model_fields.items()}
    elif is_dataclass(value):
        set_fields = ()
        defaults = {f.name: f.default for f in fields(value)}
    else:
        defaults = {}
    items = []
    for key in keys:
        found = getattr(value, key, MISSING)
        if found is MISSING:
            continue
        if set_fields is not None and found is None and key not in set_fields and defaults.get(key, MISSING) is None:
            continue
        items.append((key, found))
    return items


class TaskPayload(TypedDict, total=False):
    """A task began (stream mode ``tasks``)."""

    id: str
    name: str
    input: Any
    triggers: Sequence[str]
    metadata: dict[str, Any]


class TaskResultPayload(TypedDict):
    """A task ended (stream mode ``tasks``)."""

    id: str
    name: str
    error: Any
    interrupts: list[dict[str, Any]]
    result: dict[str, Any]


class CheckpointTask(TypedDict, total=False):
    """A task as stream mode ``checkpoints`` shows it."""

    id: str
    name: str
    error: Any
    interrupts: Any
    state: Any
    result: Any


class CheckpointPayload(TypedDict):
    """A checkpoint was made (stream mode ``checkpoints``)."""

    config: Config | None
    metadata: dict[str, Any]
    values: Any
    next: list[str]
    parent_config: Config | None
    tasks: list[CheckpointTask]


class DebugPayload(TypedDict):
    """Stream mode ``debug``: one of the above with step and time."""

    step: int
    timestamp: str
    type: Literal["checkpoint", "task", "task_result"]
    payload: Any


class ValuesStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``values``."""

    type: Literal["values"]
    ns: tuple[str, ...]
    data: Any
    interrupts: tuple[Interrupt[Any], ...]


class UpdatesStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``updates``."""

    type: Literal["updates"]
    ns: tuple[str, ...]
    data: dict[str, Any]


class MessagesStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``messages``."""

    type: Literal["messages"]
    ns: tuple[str, ...]
    data: tuple[Any, dict[str, Any]]


class CustomStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``custom``."""

    type: Literal["custom"]
    ns: tuple[str, ...]
    data: Any


class CheckpointStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``checkpoints``."""

    type: Literal["checkpoints"]
    ns: tuple[str, ...]
    data: CheckpointPayload


class TasksStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``tasks``."""

    type: Literal["tasks"]
    ns: tuple[str, ...]
    data: Union[TaskPayload, TaskResultPayload]


class DebugStreamPart(TypedDict):
    """``version="v2"`` chunk of mode ``debug``."""

    type: Literal["debug"]
    ns: tuple[str, ...]
    data: DebugPayload


StreamPart = Union[
    ValuesStreamPart,
    UpdatesStreamPart,
    MessagesStreamPart,
    CustomStreamPart,
    CheckpointStreamPart,
    TasksStreamPart,
    DebugStreamPart,
]
