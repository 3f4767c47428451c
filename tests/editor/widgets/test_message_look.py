"""Which values are chat messages, and what is shown of them on one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from editor.widgets.message_look import MessageLook, message_of
from editor.widgets.preview_node import preview_from_json
from engine.serialization.preview import preview


@dataclass
class HumanMessage:
    content: Any
    type: str = "human"
    name: str | None = None


def look(value: Any) -> MessageLook | None:
    return message_of(preview_from_json(preview(value)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"role": "user", "content": "Hello\nthere"}, "user: Hello"),
        ({"type": "ai", "content": "Hi!"}, "assistant: Hi!"),
        (HumanMessage("Why?"), "user: Why?"),
        ({"type": "tool", "name": "search", "content": "3 hits"}, "tool search: 3 hits"),
        ({"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "See"}]}, "user: See"),
        (
            {"role": "assistant", "content": "", "tool_calls": [{"name": "search", "args": {}}]},
            "assistant: calls search",
        ),
        (
            {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "look_up"}}]},
            "assistant: calls look_up",
        ),
    ],
)
def test_a_message_is_shown_by_who_speaks_and_the_first_line(value: Any, text: str) -> None:
    found = look(value)

    assert found is not None
    assert found.text == text


def test_the_tools_are_named_also_where_the_preview_ends() -> None:
    value = {"messages": [{"role": "assistant", "content": "", "tool_calls": [{"name": "search"}]}]}
    messages = preview_from_json(preview(value)).items[0].node

    found = message_of(messages.items[0].node)

    assert found is not None
    assert found.tools == ("search",)


@pytest.mark.parametrize(
    "value", ["user", {"role": "user"}, {"type": "invoice", "content": "x"}, ["role", "content"], {}, 7]
)
def test_other_values_are_no_messages(value: Any) -> None:
    assert look(value) is None
