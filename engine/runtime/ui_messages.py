"""Messages for a user interface: written to the ``custom`` stream and to a state key, merged there by their id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, Union
from uuid import uuid4

from engine.runtime.running_task import running_task


class UIMessage(TypedDict):
    """Show a component."""

    type: Literal["ui"]
    id: str
    name: str
    """The component's."""
    props: dict[str, Any]
    metadata: dict[str, Any]


class RemoveUIMessage(TypedDict):
    """Take a component away again."""

    type: Literal["remove-ui"]
    id: str


AnyUIMessage = Union[UIMessage, RemoveUIMessage]


def push_ui_message(
    name: str,
    props: dict[str, Any],
    *,
    id: str | None = None,
    metadata: dict[str, Any] | None = None,
    message: Any = None,
    state_key: str | None = "ui",
    merge: bool = False,
) -> UIMessage:
    """Show the component ``name``, from within a node. Returns what was written, with an id if none was given.

    ``message``: the chat message that it belongs to. ``state_key``: None writes to the stream only. ``merge``: lay the
    props over those that the message with this id has, instead of replacing them.
    """
    task = running_task()
    belongs_to = message.get("id") if isinstance(message, Mapping) else getattr(message, "id", None)
    shown: UIMessage = {
        "type": "ui",
        "id": id or str(uuid4()),
        "name": name,
        "props": props,
        "metadata": {
            "merge": merge,
            "run_id": task.run.config.get("run_id"),
            "tags": task.config.get("tags"),
            "name": task.config.get("run_name"),
            **(metadata or {}),
            **({"message_id": belongs_to} if belongs_to else {}),
        },
    }
    task.stream_writer(shown)
    if state_key:
        task.extend_writes([(state_key, shown)])
    return shown


def delete_ui_message(id: str, *, state_key: str = "ui") -> RemoveUIMessage:
    """Take the component with this id away, from within a node."""
    task = running_task()
    removal: RemoveUIMessage = {"type": "remove-ui", "id": id}
    task.stream_writer(removal)
    task.extend_writes([(state_key, removal)])
    return removal


def ui_message_reducer(
    left: list[AnyUIMessage] | AnyUIMessage, right: list[AnyUIMessage] | AnyUIMessage
) -> list[AnyUIMessage]:
    """``left`` with the messages of ``right``: one with a known id replaces, a removal removes, others are appended.

    Raises ValueError for a removal of what is not there.
    """
    merged: dict[Any, Any] = {message["id"]: message for message in (left if isinstance(left, list) else [left])}
    removed: set[str] = set()
    for message in right if isinstance(right, list) else [right]:
        id, before = message["id"], merged.get(message["id"])
        if message["type"] == "remove-ui":
            if before is None:
                raise ValueError(f"Attempting to delete an UI message with an ID that doesn't exist ('{id}')")
            removed.add(id)
            continue
        removed.discard(id)
        if before is not None and message.get("metadata", {}).get("merge", False):
            message = {**message, "props": {**before["props"], **message["props"]}}
        merged[id] = message
    return [message for id, message in merged.items() if id not in removed]
