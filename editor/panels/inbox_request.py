"""Questions in the shape of LangGraph's agent inbox: an action to approve, and which replies it allows. Pure, no Qt.

A graph asks with ``{"action_request": {"action", "args"}, "config": {"allow_accept", ...}, "description"}``, alone or
as a list, and gets a list with one ``{"type", "args"}`` for each. Used by ``inbox_form``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

LONGEST_LINE = 48  # letters that a field in a panel of the usual width shows at once


class ReplyKind(Enum):
    """The value is the word that the user sees."""

    ACCEPT = "Accept"
    EDIT = "Edit"
    RESPOND = "Respond"
    IGNORE = "Ignore"


_ALLOWED_BY = {
    ReplyKind.ACCEPT: "allow_accept",
    ReplyKind.EDIT: "allow_edit",
    ReplyKind.RESPOND: "allow_respond",
    ReplyKind.IGNORE: "allow_ignore",
}


@dataclass(frozen=True, slots=True)
class InboxRequest:
    """One action that waits for somebody's word. ``allowed`` is never empty."""

    action: str
    args: Mapping[str, Any]
    description: str
    allowed: tuple[ReplyKind, ...]


def inbox_requests(payload: Any) -> tuple[InboxRequest, ...]:
    """The requests in the payload of a question; () if it has another shape."""
    parts = payload if isinstance(payload, list) else [payload]
    requests = [_request(part) for part in parts]
    return tuple(request for request in requests if request is not None) if all(requests) else ()


def reply_to(request: InboxRequest, kind: ReplyKind, content: Any = None) -> dict[str, Any]:
    """What the graph receives. ``content``: the arguments after an edit, or the text of a response."""
    match kind:
        case ReplyKind.ACCEPT:
            # The inbox hands the action back only where it could have been edited.
            may_edit = ReplyKind.EDIT in request.allowed
            return {"type": "accept", "args": _action(request, request.args) if may_edit else None}
        case ReplyKind.EDIT:
            return {"type": "edit", "args": _action(request, content)}
        case ReplyKind.RESPOND:
            return {"type": "response", "args": content}
        case ReplyKind.IGNORE:
            return {"type": "ignore", "args": None}


def what_follows(kind: ReplyKind) -> str:
    """One line on what the reply means to the graph."""
    return {
        ReplyKind.ACCEPT: "The action is carried out as it is.",
        ReplyKind.EDIT: "The action is carried out with these arguments.",
        ReplyKind.RESPOND: "The action is not carried out; the graph gets your words instead.",
        ReplyKind.IGNORE: "The action is left out and the graph goes on.",
    }[kind]


def schema_of(args: Mapping[str, Any]) -> dict[str, Any]:
    """A form that holds these arguments: a JSON schema with a field of the fitting kind for each."""
    return {
        "type": "object",
        "properties": {key: {**_kind_of(value), "title": key, "default": value} for key, value in args.items()},
        "required": list(args),
    }


def _request(payload: Any) -> InboxRequest | None:
    if not isinstance(payload, Mapping):
        return None
    action, config = payload.get("action_request"), payload.get("config")
    if not isinstance(action, Mapping) or not isinstance(config, Mapping):
        return None
    allowed = tuple(kind for kind, key in _ALLOWED_BY.items() if config.get(key))
    args = action.get("args")
    if not allowed or not isinstance(action.get("action"), str):
        return None
    description = payload.get("description")
    return InboxRequest(
        action["action"],
        args if isinstance(args, Mapping) else {},
        description if isinstance(description, str) else "",
        allowed,
    )


def _action(request: InboxRequest, args: Any) -> dict[str, Any]:
    return {"action": request.action, "args": dict(args)}


def _kind_of(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case str() if "\n" in value or len(value) > LONGEST_LINE:
            return {"type": "string", "format": "textarea"}
        case str():
            return {"type": "string"}
        case None:
            return {"anyOf": [{}, {"type": "null"}]}
        case _:
            return {}
