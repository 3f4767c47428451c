"""How a chat message is told from other values and shown on one line: who speaks, and the first line. Pure, no Qt.

Knows the shapes that graphs use: dicts with ``role`` or ``type`` and ``content``, and message objects with such fields.
Used by ``value_view`` and the diff list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from editor.widgets.preview_node import PreviewNode

_SPEAKERS = {
    "human": "user",
    "user": "user",
    "ai": "assistant",
    "assistant": "assistant",
    "AIMessageChunk": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}


@dataclass(frozen=True, slots=True)
class MessageLook:
    """`speaker` is "user", "assistant", "system" or "tool"; `name` is the tool's or the speaker's, "" if none."""

    speaker: str
    name: str
    first_line: str
    tools: tuple[str, ...] = ()
    """The tools that the message calls."""

    @property
    def text(self) -> str:
        """All of it on one line, for lists without colours and for screen readers."""
        who = f"{self.speaker} {self.name}".strip()
        return f"{who}: {' · '.join(filter(None, (self.first_line, self.calls)))}"

    @property
    def calls(self) -> str:
        return f"calls {', '.join(self.tools)}" if self.tools else ""


def message_of(node: PreviewNode) -> MessageLook | None:
    """The value as a message; None if it is none."""
    parts = {item.key: item.node for item in node.items}
    speaker = _SPEAKERS.get(_text(parts.get("role")) or _text(parts.get("type")))
    content = parts.get("content")
    if speaker is None or content is None or node.type in ("list", "tuple", "set"):
        return None
    name = _text(parts.get("name"))
    return MessageLook(speaker, name, _first_line(content), _tools(parts.get("tool_calls")))


def _text(node: PreviewNode | None) -> str:
    if node is None or node.type != "str":
        return ""
    return node.json if isinstance(node.json, str) else node.text.strip("'\"")


def _first_line(content: PreviewNode) -> str:
    """Of a text its first line; of a list of blocks the first block that is a text."""
    if content.type == "str":
        lines = _text(content).strip().splitlines()
        return lines[0] if lines else ""
    for block in content.items:
        text = _text(next((part.node for part in block.node.items if part.key == "text"), None))
        if text:
            return text.strip().splitlines()[0]
    return f"{content.length or 0} blocks" if content.type == "list" and content.length else ""


def _tools(calls: PreviewNode | None) -> tuple[str, ...]:
    """Their names, where they are near enough to be in the preview."""
    if calls is None:
        return ()
    if isinstance(calls.json, list):
        return tuple(_tool_name(call) for call in calls.json)
    near = [{part.key: _text(part.node) for part in call.node.items} for call in calls.items]
    return tuple(_tool_name(call) for call in near)


def _tool_name(call: Any) -> str:
    """``name`` of the call itself or, as some services write it, of its ``function``."""
    if isinstance(call, dict):
        function = call.get("function")
        name = call.get("name") or (function.get("name") if isinstance(function, dict) else "")
        if isinstance(name, str) and name:
            return name
    return "a tool"
