"""Answers the questions of ``look_requests``: many states, one after the other, for as long as a question may take."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.runner.expressions import in_words
from engine.runner.harmless_expression import evaluate_harmlessly
from engine.runner.look_requests import StepToSearch, StepToWatch
from engine.runner.state_images import image_of
from engine.runner.state_search import Wanted, matches
from engine.serialization.preview import one_line
from engine.serialization.structure import child_at, parts

LONGEST_S = 0.1
"""For one question: other reads wait behind it, and a progress bar moves ten times a second."""

MOST_HITS = 500
"""In one reply."""

ValuesOf = Callable[[str], Mapping[str, Any]]
"""The state at a checkpoint, by its id."""


def search_states(
    values_of: ValuesOf,
    steps: Sequence[StepToSearch],
    wanted: Wanted,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """As ``SearchStates`` says. At least one step is looked at, so that each question gets on."""
    hits: list[dict[str, Any]] = []
    latest = clock() + LONGEST_S
    done = 0
    for step in steps:
        before = values_of(step.parent_id) if step.parent_id is not None and step.keys else {}
        after = values_of(step.id) if step.keys else {}
        for key in step.keys:
            if key not in after:
                continue
            known = set(matches(key, before[key], wanted)) if key in before else set()
            hits += [
                {"checkpoint_id": step.id, "path": list(each.path), "text": each.text, "is_key": each.is_key}
                for each in matches(key, after[key], wanted)
                if each not in known
            ]
        done += 1
        if clock() > latest or len(hits) >= MOST_HITS:
            break
    return {"done": done, "hits": hits}


def watch_states(
    values_of: ValuesOf,
    steps: Sequence[StepToWatch],
    expressions: Sequence[str],
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """As ``WatchStates`` says. At least one step is looked at."""
    rows: list[list[dict[str, Any]]] = []
    latest = clock() + LONGEST_S
    for step in steps:
        names = {**values_of(step.id), "step": step.step, "node": step.node}
        rows.append([_cell(expression, names) for expression in expressions])
        if clock() > latest:
            break
    return {"done": len(rows), "rows": rows}


def image_at(values: Mapping[str, Any], path: Sequence[Any]) -> dict[str, str]:
    """As ``ReadImage`` says. LookupError if there is no such place or no picture there."""
    value: Any = values
    for step in path:
        value = child_at(value, step)
    media, data = image_of(value)
    return {"media": media, "data": base64.b64encode(data).decode("ascii")}


def _cell(expression: str, names: Mapping[str, Any]) -> dict[str, Any]:
    try:
        value = evaluate_harmlessly(expression, names)
        found = parts(value)
        return {"text": one_line(value), "size": None if found is None else found.length, "error": ""}
    except Exception as error:  # whatever the expression raises belongs into its cell
        return {"text": "", "size": None, "error": one_line_of_words(in_words(error))}


def one_line_of_words(text: str, most: int = 200) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
