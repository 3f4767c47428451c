"""How the payload of a question is laid out: a sentence to read, facts beside it, and the answer's shape. Pure, no Qt.

``interrupt()`` takes any value; most graphs give a text, or a dict with a text and what it is about.
Used by ``question_form``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SENTENCE_KEYS = ("question", "prompt", "message", "text", "title", "ask", "instruction", "description")
"""In this order; the first that holds a text is what is read first."""
LONGEST_FACT = 2_000


@dataclass(frozen=True, slots=True)
class QuestionText:
    """`facts` are (label, text, is code). `sentence` is "" if the payload has none."""

    sentence: str
    facts: tuple[tuple[str, str, bool], ...] = ()
    values: tuple[Any, ...] = ()
    """Of the facts, as they are."""


def question_text(payload: Any) -> QuestionText:
    if isinstance(payload, str):
        return QuestionText(payload, ())
    if not isinstance(payload, Mapping):
        return (
            QuestionText("") if payload is None else QuestionText("", (("", _fact_text(payload)[0], True),), (payload,))
        )
    key = next((key for key in _SENTENCE_KEYS if isinstance(payload.get(key), str)), None)
    others = {name: value for name, value in payload.items() if name != key}
    return QuestionText(payload[key] if key else "", facts_of(others), tuple(others.values()))


def facts_of(values: Mapping[Any, Any]) -> tuple[tuple[str, str, bool], ...]:
    """(label, text, is code) of each."""
    return tuple((_label(name), *_fact_text(value)) for name, value in values.items())


def _label(name: Any) -> str:
    words = str(name).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _fact_text(value: Any) -> tuple[str, bool]:
    """The text and whether it is code."""
    if isinstance(value, str):
        text, is_code = value, False
    elif isinstance(value, (dict, list)):
        text, is_code = json.dumps(value, indent=2, ensure_ascii=False), True
    else:
        text, is_code = json.dumps(value, ensure_ascii=False), True
    return (text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 1] + "…"), is_code


def restart_note(node: str) -> str:
    """What answering does to the node; said because its earlier lines have effects of their own."""
    return f"When you answer, {node} starts again from its first line; the lines before the question run once more."


def send_text(words: Sequence[str]) -> str:
    """What is written on the button; ``words`` has the send word of each question that is to be answered."""
    if len(words) == 1:
        return words[0] or "Send answer"
    return f"Send {len(words)} answers"
