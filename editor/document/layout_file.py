"""``name.layout.json`` to Layout and back. Lenient: a layout is never worth refusing to open a graph for.

What cannot be used is left out with a warning, and the auto layout places those nodes. Canonical in writing, like the
graph file: whole numbers on the grid, one node per line, sorted by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from editor.document.layout import Layout, Position, on_grid
from engine.graph.graph_file import conflict_regions
from engine.graph.json_text import JsonTextError, one_line, pretty, read_json, shown_value
from engine.graph.spec import Json

FORMAT = "stategraph-layout"
FORMAT_VERSION = "1.0"
FARTHEST_PX = 1_000_000
"""Positions beyond this are a damaged file; a scene that large cannot be shown with whole pixels."""

_KEYS = frozenset({"format", "format_version", "nodes"})


@dataclass(frozen=True, slots=True)
class LayoutRead:
    """What could be used of a layout file."""

    layout: Layout
    warnings: tuple[str, ...] = ()
    """Sentences for the user, at most one for each kind of trouble."""


def parse_layout(text: str) -> LayoutRead:
    """Whatever positions the text holds. Never raises."""
    if regions := conflict_regions(text):
        return _unusable(f"it has unresolved merge conflicts, line {regions[0][0]}")
    try:
        data = read_json(text)
    except JsonTextError as error:
        return _unusable(error.what[:1].lower() + error.what[1:].rstrip("."))
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return _unusable("it is not a layout file")
    if not str(data.get("format_version", FORMAT_VERSION)).startswith("1."):
        return _unusable(f"it has format {shown_value(data['format_version'])}, which this version does not know")
    nodes = data.get("nodes", {})
    if not isinstance(nodes, dict):
        return _unusable("its key 'nodes' does not hold positions")
    positions = {name: place for name, value in nodes.items() if (place := _position(value)) is not None}
    extra = {key: value for key, value in data.items() if key not in _KEYS}
    lost = [name for name in nodes if name not in positions]
    warnings = (f"The layout file has no usable position for {shown_value(lost[0])}.",) if lost else ()
    return LayoutRead(Layout(positions, extra), warnings)


def format_layout(layout: Layout) -> str:
    """The canonical text of a layout file."""
    places = [f"    {one_line(name)}: {one_line(list(place))}" for name, place in sorted(layout.positions.items())]
    nodes = "{\n" + ",\n".join(places) + "\n  }" if places else "{}"
    members = [
        f'"format": {one_line(FORMAT)}',
        f'"format_version": {one_line(FORMAT_VERSION)}',
        f'"nodes": {nodes}',
        *(f"{one_line(key)}: {pretty(value, '  ')}" for key, value in _foreign(layout.extra).items()),
    ]
    return "{\n" + ",\n".join(f"  {member}" for member in members) + "\n}\n"


def _foreign(extra: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in extra.items() if key not in _KEYS}


def _unusable(why: str) -> LayoutRead:
    return LayoutRead(Layout(), (f"The layout file cannot be used: {why}. The nodes are laid out anew.",))


def _position(value: Json) -> Position | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if any(type(number) not in (int, float) or abs(number) > FARTHEST_PX for number in value):
        return None
    return on_grid(value[0], value[1])
