"""Fan-out and join: three nodes look at the same text in one step, a fourth puts together what they found."""

from __future__ import annotations

import operator
import re
from typing import Annotated, TypedDict


class State(TypedDict, total=False):
    text: str
    findings: Annotated[list[str], operator.add]
    """Collects: three nodes write it in the same step."""
    summary: str


def clean(state: State) -> State:
    return {"text": " ".join(state["text"].split())}


def count_words(state: State) -> State:
    return {"findings": [f"{len(state['text'].split())} words"]}


def find_names(state: State) -> State:
    names = re.findall(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+", state["text"])
    return {"findings": [f"names: {', '.join(names) or 'none'}"]}


def find_numbers(state: State) -> State:
    numbers = re.findall(r"\d+", state["text"])
    return {"findings": [f"numbers: {', '.join(numbers) or 'none'}"]}


def summarise(state: State) -> State:
    """Runs once, when all three are through."""
    return {"summary": "; ".join(state["findings"])}
