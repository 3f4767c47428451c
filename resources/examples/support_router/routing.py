"""Where the request goes next. Each function looks at the state and returns the label of one branch."""

from __future__ import annotations

from typing import Literal

from state import SupportState

LEAST_CONFIDENCE = 0.7
MOST_ATTEMPTS = 3


def by_intent(state: SupportState) -> Literal["billing", "escalate", "general", "technical"]:
    """A request that the model is not sure about goes to a human."""
    if state["confidence"] < LEAST_CONFIDENCE:
        return "escalate"
    return state["intent"]


def by_rows(state: SupportState) -> Literal["again", "found", "give up"]:
    """An empty result is worth another, wider query, but not for ever."""
    if state["rows"]:
        return "found"
    if state["attempts"] < MOST_ATTEMPTS:
        return "again"
    return "give up"
