"""A loop with a limit: the text is shortened until it fits, three times at most."""

from __future__ import annotations

from typing import Literal, TypedDict

MOST_ATTEMPTS = 3

FILLERS = (("really", "very", "quite"), ("just", "simply", "actually"), ("perhaps", "maybe", "somehow"))
"""The words that each attempt takes out."""


class State(TypedDict, total=False):
    text: str
    longest: int
    """Letters that the text may have."""
    attempts: int
    length: int


def shorten(state: State) -> State:
    """Take out words that say little; each attempt looks for other ones."""
    attempt = state.get("attempts", 0)
    words = [word for word in state["text"].split() if word.lower() not in FILLERS[attempt]]
    return {"text": " ".join(words), "attempts": attempt + 1}


def check(state: State) -> State:
    length = len(state["text"])
    print(f"attempt {state['attempts']}: {length} letters, {state['longest']} are allowed")
    return {"length": length}


def by_length(state: State) -> Literal["again", "fits", "give up"]:
    if state["length"] <= state["longest"]:
        return "fits"
    return "again" if state["attempts"] < MOST_ATTEMPTS else "give up"


def cut_off(state: State) -> State:
    """The way out when trying again does not help."""
    return {"text": state["text"][: state["longest"] - 1].rstrip() + "…"}
