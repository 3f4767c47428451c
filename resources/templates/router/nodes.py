"""A router: the message is looked at once and then goes down one of three branches."""

from __future__ import annotations

from typing import Literal, TypedDict

Kind = Literal["complaint", "praise", "question"]


class State(TypedDict, total=False):
    message: str
    kind: Kind
    answer: str


def classify(state: State) -> State:
    """What kind of message is it? A language model would go here."""
    words = state["message"].lower()
    if "?" in words:
        return {"kind": "question"}
    if any(word in words for word in ("broken", "late", "wrong", "refund")):
        return {"kind": "complaint"}
    return {"kind": "praise"}


def by_kind(state: State) -> Kind:
    """The label of the branch to take."""
    return state["kind"]


def answer_question(state: State) -> State:
    return {"answer": "Good question! A colleague writes to you within a day."}


def calm_down(state: State) -> State:
    return {"answer": "We are sorry to hear that, and will put it right at once."}


def say_thanks(state: State) -> State:
    return {"answer": "Thank you for the kind words!"}
