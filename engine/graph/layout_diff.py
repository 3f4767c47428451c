"""What moved between two layouts of a graph, in words. Reads their JSON as it stands and never refuses it. Pure.

Used by ``stepgraph diff --layout``. What a layout means is ``editor.document.layout_file``'s; places and remarks is all
that is compared here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.graph_diff import Difference, Kind
from engine.graph.json_text import one_line
from engine.graph.spec import Json, shown_name


def diff_layouts(before: Json, after: Json, renamed: Mapping[str, str]) -> tuple[Difference, ...]:
    """Places first, then frames and notes, by name. ``renamed``: old to new names of nodes, whose places are paired."""
    return (
        *_differences(_things(before, "nodes", _place_of, renamed), _things(after, "nodes", _place_of, {})),
        *_differences(_things(before, "remarks", _remark_of, {}), _things(after, "remarks", _remark_of, {})),
    )


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    found = []
    for thing in sorted({*before, *after}):
        old, new = before.get(thing, ""), after.get(thing, "")
        if old != new:
            kind = Kind.ADDED if not old else Kind.REMOVED if not new else Kind.CHANGED
            found.append(Difference(kind, thing, old, new))
    return found


def _things(layout: Json, key: str, called: Any, renamed: Mapping[str, str], inside: str = "") -> dict[str, str]:
    """What a layout and those of its subgraphs hold under this key: what it is called -> its value as text."""
    if not isinstance(layout, dict):
        return {}
    members, subgraphs = layout.get(key, {}), layout.get("subgraphs", {})
    found: dict[str, str] = {}
    for name, value in members.items() if isinstance(members, dict) else ():
        found[called(renamed.get(name, name), value) + inside] = one_line(value)
    for name, inner in subgraphs.items() if isinstance(subgraphs, dict) else ():
        node = renamed.get(name, name)
        found |= _things(inner, key, called, {}, f"{inside} in {shown_name(node)}")
    return found


def _place_of(name: str, _value: Json) -> str:
    return f"place of {shown_name(name)}"


def _remark_of(key: str, value: Json) -> str:
    kind = value.get("kind") if isinstance(value, dict) else None
    return f"{kind if isinstance(kind, str) else 'remark'} {key!r}"
