"""The state that travels through the support router: one key for each thing the nodes find out.

Two keys collect instead of replacing: ``findings``, because two searches write it in the same step, and ``trace``,
which tells in words how the request went through the graph.
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

Intent = Literal["billing", "technical", "general"]


class SupportState(TypedDict, total=False):
    # What comes in.
    user_id: str
    message: str

    # What the model makes of it.
    intent: Intent
    confidence: float
    """0 to 1. Below ``routing.LEAST_CONFIDENCE`` a human answers."""

    # Billing.
    attempts: int
    """How many queries were written so far; at most ``routing.MOST_ATTEMPTS``."""
    query: dict[str, Any]
    """``sql`` and its ``parameters``."""
    rows: list[dict[str, Any]]

    # Technical.
    terms: list[str]
    findings: Annotated[list[dict[str, Any]], operator.add]

    # What goes out.
    draft: str
    answer: str
    trace: Annotated[list[str], operator.add]
