"""What a node can learn about its run: ``Runtime`` and its parts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

ContextT = TypeVar("ContextT")


@runtime_checkable
class BaseUser(Protocol):
    """The user that a server has authenticated."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def display_name(self) -> str: ...

    @property
    def identity(self) -> str: ...

    @property
    def permissions(self) -> Any: ...


@dataclass(frozen=True)
class ExecutionInfo:
    """Where a node runs, and in which attempt."""

    checkpoint_id: str
    checkpoint_ns: str
    task_id: str
    thread_id: str | None = None
    run_id: str | None = None
    node_attempt: int = 1
    node_first_attempt_time: float | None = None

    def patch(self, **changes: Any) -> ExecutionInfo:
        """The same with other values."""
        return replace(self, **changes)


@dataclass(frozen=True)
class ServerInfo:
    """What a server tells about itself."""

    assistant_id: str
    graph_id: str
    user: Any = None


class RunControl:
    """Lets somebody outside ask a run to stop between two supersteps."""

    __slots__ = ("_lock", "_reason")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: str | None = None

    def request_drain(self, reason: str = "shutdown") -> None:
        """Ask. The run raises ``GraphDrained`` before its next superstep and can be resumed. The first reason stays."""
        with self._lock:
            if self._reason is None:
                self._reason = reason

    @property
    def drain_requested(self) -> bool:
        """Whether somebody asked."""
        return self._reason is not None

    @property
    def drain_reason(self) -> str | None:
        """Why."""
        return self._reason


def _no_write(_value: Any) -> None: ...


def _no_heartbeat() -> None: ...


@dataclass(frozen=True)
class Runtime(Generic[ContextT]):
    """What a node gets as ``runtime``."""

    context: ContextT = None  # type: ignore[assignment] # None stands for "no context given"
    store: Any = None
    stream_writer: Callable[[Any], None] = _no_write
    heartbeat: Callable[[], None] = _no_heartbeat
    previous: Any = None
    execution_info: ExecutionInfo | None = None
    server_info: ServerInfo | None = None
    control: RunControl | None = field(default=None)

    @property
    def drain_requested(self) -> bool:
        """Whether somebody asked the run to stop."""
        return self.control is not None and self.control.drain_requested

    @property
    def drain_reason(self) -> str | None:
        """Why."""
        return self.control.drain_reason if self.control is not None else None

    def merge(self, other: Runtime[Any]) -> Runtime[Any]:
        """This one, with everything that the other one has."""
        return Runtime(
            context=other.context if other.context is not None else self.context,
            store=other.store or self.store,
            stream_writer=other.stream_writer if other.stream_writer is not _no_write else self.stream_writer,
            heartbeat=other.heartbeat if other.heartbeat is not _no_heartbeat else self.heartbeat,
            previous=other.previous if other.previous is not None else self.previous,
            execution_info=other.execution_info or self.execution_info,
            server_info=other.server_info or self.server_info,
            control=other.control or self.control,
        )

    def override(self, **changes: Any) -> Runtime[Any]:
        """The same with other values."""
        return replace(self, **changes)

    def patch_execution_info(self, **changes: Any) -> Runtime[Any]:
        """The same with other values of its ``execution_info``."""
        if self.execution_info is None:
            raise RuntimeError("Cannot patch execution_info before it has been set")
        return replace(self, execution_info=self.execution_info.patch(**changes))
