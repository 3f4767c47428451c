"""Lists of chat messages as state: the reducer ``add_messages``, and ``MessagesState`` which uses it.

A message is one of LangChain's if that library is installed, and a dictionary with ``role``, ``content`` and ``id``
otherwise; the engine itself needs neither. A new message with a known id replaces the old one, others are appended.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal, TypedDict, cast

REMOVE_ALL_MESSAGES = "__remove_all__"
"""As the id of a removal: forget every message before it."""

Message = Any
Format = Literal["langchain-openai"]

_ROLES = {"human": "user", "ai": "assistant"}


def add_messages(left: Any = None, right: Any = None, *, format: Format | None = None) -> Any:
    """The list ``left`` with the messages of ``right`` merged in, as a new list.

    Without both lists it returns itself with ``format`` filled in, for ``Annotated[list, add_messages(format=...)]``.
    Messages may be given as text, ``(role, content)``, dictionaries or objects. A removal (LangChain's
    ``RemoveMessage``, or ``{"role": "remove", "id": ...}``) deletes by id; raises ValueError if nothing has that id.
    """
    if left is None and right is None:
        return cast("Callable[[Any, Any], list[Message]]", partial(add_messages, format=format))
    if left is None or right is None:
        raise ValueError(
            "Must specify non-null arguments for both 'left' and 'right'. Only received: "
            f"'{'left' if left is not None else 'right'}'."
        )
    old, new = (messages_of(messages) for messages in (left, right))
    for message in (*old, *new):
        if id_of(message) is None:
            _set_id(message, str(uuid.uuid4()))
    forget_until = max(
        (place for place, m in enumerate(new) if _is_removal(m) and id_of(m) == REMOVE_ALL_MESSAGES), default=-1
    )
    merged = _merge(old, new) if forget_until < 0 else new[forget_until + 1 :]
    if forget_until >= 0 or format is None:
        return merged
    if format == "langchain-openai":
        return _in_openai_format(merged)
    raise ValueError(f"Unrecognized {format=}. Expected one of 'langchain-openai', None.")


# Messages are appended or replaced by id, never changed in place: the store may keep what is appended only.
add_messages.keeps_items = True  # type: ignore[attr-defined]


def messages_delta_reducer(state: Any, writes: Sequence[Any]) -> list[Message]:
    """``add_messages`` for a ``DeltaChannel``: a step's writes at once. Removing what is not there does nothing."""
    merged: dict[Any, Message] = {id_of(message): message for message in _with_ids(list(state))}
    for write in writes:
        for message in _with_ids(write if isinstance(write, list) else [write]):
            if _is_removal(message):
                merged.pop(id_of(message), None)
            else:
                merged[id_of(message)] = message
    return list(merged.values())


def _with_ids(given: Any) -> list[Message]:
    """Messages from whatever they were given as, each with an id; an empty one counts as none."""
    messages = messages_of(list(given))
    for message in messages:
        if not id_of(message):
            _set_id(message, str(uuid.uuid4()))
    return messages


# An ``Overwrite`` goes past the reducer, and its messages need ids, too.
messages_delta_reducer.coerce = _with_ids  # type: ignore[attr-defined]


class MessagesState(TypedDict):
    """A state with the one key ``messages``. Subclass it to add keys."""

    messages: Annotated[list[Any], add_messages]


def _merge(old: Sequence[Message], new: Sequence[Message]) -> list[Message]:
    merged = list(old)
    places = {id_of(message): place for place, message in enumerate(merged)}
    removed: set[Any] = set()
    for message in new:
        id = id_of(message)
        place = places.get(id)
        if _is_removal(message):
            if place is None:
                raise ValueError(f"Attempting to delete a message with an ID that doesn't exist ('{id}')")
            removed.add(id)
        elif place is None:
            places[id] = len(merged)
            merged.append(message)
        else:
            removed.discard(id)
            merged[place] = message
    return [message for message in merged if id_of(message) not in removed] if removed else merged


def messages_of(given: Any) -> list[Message]:
    """One message or a list of them, in whatever form, as a list of message objects (or dictionaries)."""
    """A list of messages, all of one kind, from whatever way they were given. Raises NotImplementedError."""
    messages = given if isinstance(given, list) else [given]
    langchain = _langchain_messages()
    if langchain is None:
        return [_as_dict(message) for message in messages]
    if all(
        issubclass(kind, langchain.BaseMessage) and not issubclass(kind, langchain.BaseMessageChunk)
        for kind in set(map(type, messages))
    ):
        return list(messages)
    whole = [
        # LangChain wants a content even of a removal.
        {"content": "", **message} if isinstance(message, dict) and _is_removal(message) else message
        for message in messages
    ]
    return [langchain.message_chunk_to_message(message) for message in langchain.convert_to_messages(whole)]


def _langchain_messages() -> Any:
    """LangChain's messages module if it is installed. Imported at the first message only: it takes half a second."""
    try:
        import langchain_core.messages
    except ImportError:
        return None
    return langchain_core.messages


def _as_dict(message: Any) -> Message:
    if isinstance(message, str):
        return {"role": "user", "content": message}
    if isinstance(message, (tuple, list)) and len(message) == 2:
        role, content = message
        return {"role": _ROLES.get(role, role), "content": content}
    if isinstance(message, dict) and {"role", "type"} & message.keys():
        # A copy: an id is about to be set, and the caller's own dictionary is not ours to change.
        return dict(message)
    if hasattr(message, "id") and hasattr(message, "content"):
        return message
    raise NotImplementedError(
        f"Unsupported message: {message!r}. Give text, a (role, content) pair, a dictionary with 'role' and 'content', "
        "or a message object."
    )


def id_of(message: Message) -> Any:
    """The message's id; None if it has none yet."""
    return message.get("id") if isinstance(message, dict) else message.id


def _set_id(message: Message, id: str) -> None:
    if isinstance(message, dict):
        message["id"] = id
    else:
        message.id = id


def _is_removal(message: Message) -> bool:
    kind = message.get("role", message.get("type")) if isinstance(message, dict) else getattr(message, "type", None)
    return bool(kind == "remove")


def _in_openai_format(messages: Sequence[Message]) -> list[Message]:
    langchain = _langchain_messages()
    if langchain is None:
        warnings.warn(
            "format='langchain-openai' needs langchain-core, which is not installed. The messages stay as they are.",
            stacklevel=3,
        )
        return list(messages)
    return list(langchain.convert_to_messages(langchain.convert_to_openai_messages(messages)))
