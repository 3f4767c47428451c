"""A chain: an outline, a text, a polished text. Each node returns the keys that it changes."""

from __future__ import annotations

from typing import TypedDict


class State(TypedDict, total=False):
    topic: str
    points: list[str]
    text: str


def outline(state: State) -> State:
    """What the text has to say. A language model would go here."""
    topic = state["topic"]
    return {"points": [f"what {topic} is", f"what {topic} is good for", "where to begin"]}


def write(state: State) -> State:
    sentences = [f"here is {point}" for point in state["points"]]
    return {"text": "; ".join(sentences)}


def polish(state: State) -> State:
    text = state["text"]
    print(f"{len(text.split())} words")
    return {"text": text[:1].upper() + text[1:] + "."}
