"""``name.layout.json`` to Layout and back. Lenient: a layout is never worth refusing to open a graph for.

What cannot be used is left out with a warning, and the auto layout places those nodes. Canonical in writing, like the
graph file: whole numbers on the grid, one node or remark per line, sorted by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from editor.document.layout import Layout, Position, on_grid
from editor.document.remark_json import read_remarks, remark_to_json
from engine.graph.graph_file import conflict_regions
from engine.graph.json_text import JsonTextError, one_line, pretty, read_json, shown_value
from engine.graph.spec import Json

FORMAT = "stategraph-layout"
FORMAT_VERSION = "1.0"
FARTHEST_PX = 1_000_000
"""Positions beyond this are a damaged file; a scene that large cannot be shown with whole pixels."""

_KEYS = frozenset({"format", "format_version", "nodes", "remarks", "subgraphs"})


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
    if not isinstance(data.get("nodes", {}), dict):
        return _unusable("its key 'nodes' does not hold positions")
    lost: list[str] = []
    layout = read_layout_object(data, lost)
    warnings = (f"The layout file has no usable position for {shown_value(lost[0])}.",) if lost else ()
    return LayoutRead(layout, warnings)


def read_layout_object(data: Mapping[str, Json], lost: list[str]) -> Layout:
    """What can be used of the object of a layout file, or of a subgraph in one. Adds to ``lost`` what cannot."""
    nodes, subgraphs = data.get("nodes", {}), data.get("subgraphs", {})
    if not isinstance(nodes, dict) or not isinstance(subgraphs, dict):
        lost.append("subgraphs")
        return Layout()
    positions = {name: place for name, value in nodes.items() if (place := _position(value)) is not None}
    lost += [name for name in nodes if name not in positions]
    inner = {name: read_layout_object(value, lost) for name, value in subgraphs.items() if isinstance(value, dict)}
    lost += [name for name in subgraphs if name not in inner]
    known = {name: layout for name, layout in inner.items() if layout != Layout()}
    return Layout(positions, _foreign(data), known, read_remarks(data.get("remarks", {}), lost))


def format_layout(layout: Layout) -> str:
    """The canonical text of a layout file."""
    head = [f'"format": {one_line(FORMAT)}', f'"format_version": {one_line(FORMAT_VERSION)}']
    return _members([*head, *_parts(layout, "  ")], "") + "\n"


def layout_to_json(layout: Layout) -> dict[str, Json]:
    """The layout of a subgraph as its JSON object."""
    data: dict[str, Json] = {"nodes": {name: list(place) for name, place in sorted(layout.positions.items())}}
    if layout.remarks:
        data["remarks"] = {key: remark_to_json(remark) for key, remark in sorted(layout.remarks.items())}
    if layout.subgraphs:
        data["subgraphs"] = {name: layout_to_json(inner) for name, inner in sorted(layout.subgraphs.items())}
    return {**data, **_foreign(layout.extra)}


def _parts(layout: Layout, indent: str) -> list[str]:
    """The members of a layout's object, which stand at this indent."""
    places = [f"{one_line(name)}: {one_line(list(place))}" for name, place in sorted(layout.positions.items())]
    inner = [
        f"{one_line(name)}: {_members(_parts(each, indent + '    '), indent + '  ')}"
        for name, each in sorted(layout.subgraphs.items())
    ]
    parts = [f'"nodes": {_members(places, indent)}']
    if layout.remarks:
        remarks = [f"{one_line(key)}: {one_line(remark_to_json(each))}" for key, each in sorted(layout.remarks.items())]
        parts.append(f'"remarks": {_members(remarks, indent)}')
    if inner:
        parts.append(f'"subgraphs": {_members(inner, indent)}')
    return parts + [f"{one_line(key)}: {pretty(value, indent)}" for key, value in _foreign(layout.extra).items()]


def _members(members: list[str], indent: str) -> str:
    """An object, one member per line; its closing bracket stands at this indent."""
    if not members:
        return "{}"
    return "{\n" + ",\n".join(f"{indent}  {member}" for member in members) + f"\n{indent}}}"


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
