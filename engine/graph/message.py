"""Lists of chat messages as state: ``add_messages`` merges by id, ``MessagesState`` is the usual schema.

Messages are plain dicts with ``role`` and ``content``; if langchain-core is installed they become its message
objects, as LangGraph's do. This file imports it only when messages are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Annotated, Any, TypedDict
from uuid import uuid4
from warnings import warn

REMOVE_ALL_MESSAGES = "__remove_all__"
"""Id of a remove message that removes everything before it."""


def add_messages(left: Any = None, right: Any = None, *, format: str | None = None) -> Any:
    """Append messages; one with a known id replaces the old one, a remove message removes it.

    With options only (``add_messages(format=...)``) returns a reducer that uses them.
    """
    if left is None and right is None:
        return _reducer_with(format)
    if left is None or right is None:
        raise ValueError(
            "Must specify non-null arguments for both 'left' and 'right'. "
            f"Only received: '{'left' if left else 'right'}'."
        )
    old = _coerced(left if isinstance(left, list) else [left])
    new = _coerced(right if isinstance(right, list) else [right])
    _give_ids(old)
    _give_ids(new)
    for index in range(len(new) - 1, -1, -1):
        if _is_remove(new[index]) and _id(new[index]) == REMOVE_ALL_MESSAGES:
            return new[index + 1 :]
    merged = _merged(old, new)
    if format == "langchain-openai":
        return _as_openai(merged)
    if format:
        raise ValueError(f"Unrecognized {format=}. Expected one of 'langchain-openai', None.")
    return merged


add_messages.keeps_items = True  # type: ignore[attr-defined] # messages are replaced by id, never changed in place


def _reducer_with(format: str | None) -> Callable[[Any, Any], Any]:
    def add_messages_formatted(left: Any, right: Any) -> Any:
        return add_messages(left, right, format=format)

    return add_messages_formatted


def _merged(old: list[Any], new: list[Any]) -> list[Any]:
    merged = list(old)
    place = {_id(message): index for index, message in enumerate(merged)}
    removed: set[Any] = set()
    for message in new:
        id = _id(message)
        if id in place:
            if _is_remove(message):
                removed.add(id)
            else:
                removed.discard(id)
                merged[place[id]] = message
        elif _is_remove(message):
            raise ValueError(f"Attempting to delete a message with an ID that doesn't exist ('{id}')")
        else:
            place[id] = len(merged)
            merged.append(message)
    return [message for message in merged if _id(message) not in removed] if removed else merged


def _coerced(messages: Sequence[Any]) -> list[Any]:
    """All of them as the same kind of message."""
    if find_spec("langchain_core") is not None:
        from langchain_core.messages import BaseMessage, BaseMessageChunk, convert_to_messages, message_chunk_to_message

        kinds = set(map(type, messages))
        if all(issubclass(kind, BaseMessage) and not issubclass(kind, BaseMessageChunk) for kind in kinds):
            return list(messages)
        return [message_chunk_to_message(message) for message in convert_to_messages(messages)]
    return [_as_dict(message) for message in messages]


def _as_dict(message: Any) -> Any:
    if isinstance(message, str):
        return {"role": "user", "content": message}
    if isinstance(message, (tuple, list)):
        role, content = message
        return {"role": role, "content": content}
    return dict(message) if isinstance(message, dict) else message


def _give_ids(messages: Sequence[Any]) -> None:
    for message in messages:
        if _id(message) is None:
            if isinstance(message, dict):
                message["id"] = str(uuid4())
            else:
                message.id = str(uuid4())


def _id(message: Any) -> Any:
    return message.get("id") if isinstance(message, dict) else message.id


def _is_remove(message: Any) -> bool:
    if isinstance(message, dict):
        return message.get("role") == "remove"
    return bool(message.type == "remove")


def _as_openai(messages: list[Any]) -> list[Any]:
    if find_spec("langchain_core") is None:
        warn("format='langchain-openai' needs langchain-core>=0.3.11. The messages are left as they are.", stacklevel=2)
        return messages
    from langchain_core.messages import convert_to_messages, convert_to_openai_messages

    return list(convert_to_messages(convert_to_openai_messages(messages)))


class MessagesState(TypedDict):
    """A state with one key, a list of messages."""

    messages: Annotated[list[Any], add_messages]
