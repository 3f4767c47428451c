"""What the stream modes yield: the payloads, and with ``version="v2"`` the parts they are wrapped in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypedDict, Union

from engine.types.aliases import Config
from engine.types.questions import Interrupt


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
