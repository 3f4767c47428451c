"""An interrupt as the runner tells it: bounded, as JSON. Used by ``driven_thread`` and ``untold_end``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.runner.run_events import QuestionFacts
from engine.serialization.preview import preview


def question_of(interrupt: Any, node: str) -> QuestionFacts:
    """The stream of a run carries mappings or ``Interrupt`` objects, by engine."""
    if not isinstance(interrupt, Mapping):
        interrupt = {key: getattr(interrupt, key, None) for key in ("id", "value", "response_schema")}
    tree = preview(interrupt["value"])
    schema = interrupt.get("response_schema")
    value = tree["json"] if "json" in tree else tree["text"]
    return QuestionFacts(str(interrupt["id"]), node, value, schema if isinstance(schema, dict) else None)
