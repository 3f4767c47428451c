"""Remarks as JSON values and back, for layout file, recovery journal and clipboard. Reading trusts nothing."""

from __future__ import annotations

from collections.abc import Mapping

from editor.document.layout import GRID_PX
from editor.document.remark import COLOURS, LARGEST_PX, MOST_LETTERS, SMALLEST_PX, Remark, RemarkKind, RemarkRect
from engine.graph.spec import Json

FARTHEST_PX = 1_000_000
_KEYS = frozenset({"kind", "rect", "text", "colour"})


def remark_to_json(remark: Remark) -> dict[str, Json]:
    """The canonical value: fixed order, defaults left out, a text of several lines as a list of them."""
    data: dict[str, Json] = {"kind": remark.kind, "rect": list(remark.rect)}
    if remark.text:
        data["text"] = remark.text.split("\n") if "\n" in remark.text else remark.text
    if remark.colour != COLOURS[0]:
        data["colour"] = remark.colour
    return {**data, **{key: value for key, value in sorted(remark.extra.items()) if key not in _KEYS}}


def read_remark(data: Json) -> Remark | None:
    """What ``remark_to_json`` writes, and what a person may write by hand; None for anything else."""
    if not isinstance(data, dict):
        return None
    rect = read_rect(data.get("kind"), data.get("rect"))
    text = data.get("text", "")
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "\n".join(text)
    colour = data.get("colour", COLOURS[0])
    if rect is None or not isinstance(text, str) or len(text) > MOST_LETTERS or not isinstance(colour, str):
        return None
    kind: RemarkKind = "frame" if data["kind"] == "frame" else "note"
    return Remark(kind, rect, text, colour, {key: value for key, value in data.items() if key not in _KEYS})


def read_remarks(data: Json, lost: list[str]) -> Mapping[str, Remark]:
    """By key. Adds to ``lost`` what cannot be used."""
    if not isinstance(data, dict):
        lost.append("remarks")
        return {}
    found = {key: remark for key, value in data.items() if (remark := read_remark(value)) is not None}
    lost += [key for key in data if key not in found]
    return found


def read_rect(kind: Json, value: Json) -> RemarkRect | None:
    """On the grid, and no smaller than a remark of this kind can be; None if the value holds no four numbers."""
    if kind not in ("frame", "note") or not isinstance(value, list) or len(value) != 4:
        return None
    if any(type(number) not in (int, float) or not abs(number) <= FARTHEST_PX for number in value):
        return None
    return fitting_rect(kind, *value)


def fitting_rect(kind: RemarkKind, x: float, y: float, width: float, height: float) -> RemarkRect:
    """The nearest rectangle on the grid that a remark of this kind may have."""
    least_width, least_height = SMALLEST_PX[kind]
    return (
        _snapped(x),
        _snapped(y),
        _snapped(min(LARGEST_PX, max(least_width, width))),
        _snapped(min(LARGEST_PX, max(least_height, height))),
    )


def _snapped(number: float) -> int:
    return round(number / GRID_PX) * GRID_PX
