"""The user's breakpoints as a list: rules of editing it, its words, its looks on the cards, its form in a file. No Qt.

What one breakpoint is stands in ``engine.runner.breakpoints``, since the runner decides on them; views import it from
here. The list belongs to ``DebugSession``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any
from uuid import uuid4

from engine.graph.spec import BranchOutlet, GraphSpec
from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.run_events import BreakpointFacts

__all__ = [
    "Breakpoint",
    "BreakpointFacts",
    "BreakpointLook",
    "Where",
    "branch_looks",
    "branch_toggled",
    "breakpoint_looks",
    "breakpoints_from_json",
    "breakpoints_to_json",
    "conditions_in_words",
    "is_bound",
    "new_id",
    "place_in_words",
    "plain_nodes",
    "toggled",
]


class BreakpointLook(Enum):
    """How a breakpoint before a node is drawn in the lane of its card; shapes differ, not only colours."""

    PLAIN = "on"
    CONDITIONAL = "conditional"
    HIT_COUNT = "hit count"
    LOG = "log"
    DISABLED = "disabled"


def new_id() -> str:
    return uuid4().hex[:12]


def plain_nodes(breakpoints: Iterable[Breakpoint]) -> frozenset[str]:
    """The nodes before which a run is held each time."""
    return frozenset(each.node for each in breakpoints if each.enabled and each.is_plain and not each.within)


def toggled(breakpoints: tuple[Breakpoint, ...], node: str, within: tuple[str, ...] = ()) -> tuple[Breakpoint, ...]:
    """Without any breakpoint before the node; with a plain one, if there was none."""
    place = (Where.BEFORE, node, within)
    others = tuple(each for each in breakpoints if (each.where, each.node, each.within) != place)
    return others if len(others) < len(breakpoints) else (*others, Breakpoint(new_id(), node=node, within=within))


def place_in_words(breakpoint: Breakpoint) -> str:
    """``before format``, ``branch technical of classify``, ``intent becomes "technical"``, ``before i in search``."""
    place = _place_in_words(breakpoint)
    return f"{place} in {'/'.join(breakpoint.within)}" if breakpoint.within else place


def _place_in_words(breakpoint: Breakpoint) -> str:
    match breakpoint.where:
        case Where.BEFORE:
            return f"before {breakpoint.node}"
        case Where.AFTER:
            return f"after {breakpoint.node}"
        case Where.BRANCH:
            return f"branch {breakpoint.label} of {breakpoint.node}"
        case Where.KEY if breakpoint.becomes:
            return f"{breakpoint.key} becomes {breakpoint.becomes}"
        case Where.KEY:
            return f"{breakpoint.key} changes"
        case Where.ERROR:
            return f"error in {breakpoint.node or 'any node'}"
        case Where.INTERRUPT:
            return f"question of {breakpoint.node or 'any node'}"


def conditions_in_words(breakpoint: Breakpoint) -> str:
    """What else must hold and what is done then; "" for nothing more."""
    told = []
    if breakpoint.condition:
        told.append(f"if {breakpoint.condition}")
    if breakpoint.hit_count > 1:
        told.append(f"from hit {breakpoint.hit_count} on")
    if breakpoint.log:
        told.append(f"prints “{breakpoint.log}”")
    if breakpoint.one_shot:
        told.append("once")
    return ", ".join(told)


def is_bound(breakpoint: Breakpoint, graph: GraphSpec | None) -> bool:
    """Whether the graph has the place. A key is not looked for: only the user's code knows all of them."""
    for name in breakpoint.within:
        node = graph.nodes.get(name) if graph is not None else None
        if node is not None and isinstance(node.graph, str):
            return True  # in another file, which is not looked into
        graph = node.graph if node is not None and isinstance(node.graph, GraphSpec) else None
    if graph is None:
        return False
    if breakpoint.where is Where.BRANCH:
        routers = graph.routers.get(breakpoint.node, ())
        labels = {(router.name, branch.label) for router in routers for branch in router.branches}
        return (breakpoint.router, breakpoint.label) in labels
    return not breakpoint.node or breakpoint.node in graph.nodes


def breakpoint_looks(
    breakpoints: Iterable[Breakpoint], within: tuple[str, ...] = ()
) -> dict[str, tuple[BreakpointLook, str]]:
    """By node of the graph at this path: the look in its lane and a short text beside it (the hit count).

    The strictest of several wins.
    """
    looks: dict[str, tuple[BreakpointLook, str]] = {}
    for each in breakpoints:
        if each.where is Where.BEFORE and each.within == within:
            known = looks.get(each.node)
            if known is None or known[0] is BreakpointLook.DISABLED or (each.enabled and each.is_plain):
                looks[each.node] = _look(each)
    return looks


def branch_looks(breakpoints: Iterable[Breakpoint], within: tuple[str, ...] = ()) -> dict[BranchOutlet, BreakpointLook]:
    """By branch of the graph at this path: the look beside its port. The strictest of several wins."""
    looks: dict[BranchOutlet, BreakpointLook] = {}
    for each in breakpoints:
        if each.where is Where.BRANCH and each.within == within:
            outlet = BranchOutlet(each.node, each.router, each.label)
            if looks.get(outlet, BreakpointLook.DISABLED) is BreakpointLook.DISABLED:
                looks[outlet] = _look(each)[0]
    return looks


def branch_toggled(
    breakpoints: tuple[Breakpoint, ...], outlet: BranchOutlet, within: tuple[str, ...] = ()
) -> tuple[Breakpoint, ...]:
    """Without any breakpoint at this branch; with a plain one, if there was none."""
    place = (Where.BRANCH, outlet.node, outlet.router, outlet.label, within)
    others = tuple(e for e in breakpoints if (e.where, e.node, e.router, e.label, e.within) != place)
    if len(others) < len(breakpoints):
        return others
    new = Breakpoint(new_id(), Where.BRANCH, outlet.node, outlet.router, outlet.label, within=within)
    return (*others, new)


def _look(breakpoint: Breakpoint) -> tuple[BreakpointLook, str]:
    if not breakpoint.enabled:
        return BreakpointLook.DISABLED, ""
    if breakpoint.log:
        return BreakpointLook.LOG, ""
    if breakpoint.hit_count > 1:
        return BreakpointLook.HIT_COUNT, str(breakpoint.hit_count)
    if breakpoint.condition:
        return BreakpointLook.CONDITIONAL, ""
    return BreakpointLook.PLAIN, ""


def breakpoints_to_json(breakpoints: Iterable[Breakpoint]) -> list[dict[str, Any]]:
    """Only what differs from a plain breakpoint is written."""
    return [_to_json(each) for each in breakpoints]


def breakpoints_from_json(content: Any) -> tuple[Breakpoint, ...]:
    """What of it can be understood. The first version of the file had names of nodes only."""
    if not isinstance(content, list):
        return ()
    found = [_from_json(each) for each in content]
    return tuple(each for each in found if each is not None)


def _to_json(breakpoint: Breakpoint) -> dict[str, Any]:
    plain = Breakpoint(breakpoint.id)
    values = {field.name: getattr(breakpoint, field.name) for field in fields(breakpoint)}
    changed = {name: value for name, value in values.items() if value != getattr(plain, name)}
    return {"id": breakpoint.id, "where": breakpoint.where.value, **_without_where(changed)}


def _without_where(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "where"}


def _from_json(content: Any) -> Breakpoint | None:
    if isinstance(content, str):
        return Breakpoint(new_id(), node=content)
    if not isinstance(content, dict):
        return None
    plain = Breakpoint("")
    known = {
        field.name: content[field.name]
        for field in fields(Breakpoint)
        if field.name != "where" and type(content.get(field.name)) is type(getattr(plain, field.name))
    }
    within = content.get("within", [])
    if isinstance(within, list) and all(isinstance(name, str) for name in within):
        known["within"] = tuple(within)
    try:
        return Breakpoint(**{"id": new_id(), **known}, where=Where(content.get("where", "before")))
    except ValueError:
        return None  # a kind of a newer version
