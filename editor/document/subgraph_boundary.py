"""What leads into a selection of nodes and out of it, and whether a subgraph could do the same. Pure.

A subgraph begins in one way and ends in one way: all its first nodes run when it begins, and what comes after it runs
when all inside has ended. Asked by ``subgraph_commands``; the reasons are sentences for the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from editor.document.command import CommandError
from engine.graph.spec import END, START, BranchSpec, GraphSpec, RouterSpec, shown_name, shown_text


@dataclass(frozen=True, slots=True)
class Boundary:
    """How the selection hangs together with the rest."""

    entries: tuple[str, ...]
    """Nodes inside that run when the subgraph begins."""
    exits: tuple[str, ...]
    """Nodes inside after which it ends: each gets an edge to END there."""
    targets: tuple[str, ...]
    """Where a plain edge leads from the subgraph; END may be one."""
    moved_routers: tuple[RouterSpec, ...] = ()
    """Routers of the one last node, all of whose branches lead out: they stand on the subgraph's node then."""
    router_node: str | None = None
    """The node inside that ``moved_routers`` stood on."""


def boundary_of(graph: GraphSpec, chosen: frozenset[str]) -> Boundary:
    """Raises ``CommandError`` with the reason if these nodes cannot be one subgraph that runs as they do now."""
    _need_no_far_effects(graph, chosen)
    entries = _entries(graph, chosen)
    moved = _moved_router_node(graph, chosen)
    if moved is not None:
        return Boundary(entries, (moved,), (), graph.routers[moved], moved)
    exits, ends = _exits(graph, chosen)
    return Boundary(entries, exits, ends)


def _need_no_far_effects(graph: GraphSpec, chosen: frozenset[str]) -> None:
    for name, routers in graph.routers.items():
        if any(not router.branches for router in routers):
            raise CommandError(
                f"The router of {shown_name(name)} has no branches, so it may lead to any node. "
                "Add a branch for each label that it returns first."
            )
    for name, node in graph.nodes.items():
        inside = name in chosen
        if inside and node.defer:
            raise CommandError(
                f"{shown_name(name)} is deferred: inside a subgraph it would wait only for the nodes there. "
                "Take it out of the selection."
            )
        for target in node.destinations:
            if (target in chosen) != inside and (inside or target != END):
                raise CommandError(
                    f"{shown_name(name)} may jump to {shown_name(target)} by Command(goto=...). "
                    "A jump does not cross the border of a subgraph: select both, or neither."
                )
    for edge in graph.edges:
        outside = [name for name in edge.sources if name not in chosen]
        if edge.target in chosen and edge.is_join and 0 < len(outside) < len(edge.sources):
            raise CommandError(
                f"{shown_name(edge.target)} waits for nodes inside and outside of the selection "
                f"({_listed(edge.sources)}). Select all of them, or none."
            )


def _entries(graph: GraphSpec, chosen: frozenset[str]) -> tuple[str, ...]:
    by_source: dict[object, set[str]] = {}
    for edge in graph.edges:
        if edge.target in chosen and not chosen.issuperset(edge.sources):
            by_source.setdefault(edge.source, set()).add(edge.target)
    by_branch = [
        (node, branch)
        for node, branch in _branches(graph)
        if node not in chosen and branch.target is not None and branch.target in chosen
    ]
    entries = set().union(*by_source.values(), (str(branch.target) for _, branch in by_branch))
    if not entries:
        entries = _without_way_in(graph, chosen)
        if not entries:
            raise CommandError("Nothing leads into the selection, so a subgraph of it would not know where to begin.")
    if len(entries) > 1:
        if by_branch:
            node, branch = by_branch[0]
            raise CommandError(
                f"The branch {shown_text(branch.label)} of {shown_name(node)} begins at one node of the selection, but "
                f"{_listed(entries)} are all begun from outside. A subgraph begins in one way."
            )
        if any(targets != entries for targets in by_source.values()):
            raise CommandError(
                f"The selection is begun in different ways, at {_listed(entries)}. A subgraph begins in one way: "
                "select what leads there too, or less."
            )
    return tuple(sorted(entries))


def _moved_router_node(graph: GraphSpec, chosen: frozenset[str]) -> str | None:
    """The one last node whose routers lead out with all their branches, and nothing else does; else None."""
    leaving = {
        node
        for node in chosen
        if any(_leads_out(branch, chosen) for each in graph.routers.get(node, ()) for branch in each.branches)
    }
    if len(leaving) != 1:
        return None
    (node,) = leaving
    all_out = all(_leads_out(b, chosen) or b.target is None for r in graph.routers[node] for b in r.branches)
    has_branches = all(router.branches for router in graph.routers[node])
    is_last = not any(node in edge.sources for edge in graph.edges)
    others_end = any(
        (each != node and not _goes_on(graph, each))
        or any(each in e.sources and e.target not in chosen for e in graph.edges)
        for each in chosen
    )
    targets = {b.target for r in graph.routers[node] for b in r.branches}
    if not (all_out and has_branches and is_last) or others_end or len(targets) == 1:
        return None
    return node


def _exits(graph: GraphSpec, chosen: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The nodes that end the subgraph, and where it leads then."""
    ends: dict[str, set[str]] = {}
    for edge in graph.edges:
        if edge.target not in chosen:
            for name in chosen.intersection(edge.sources):
                ends.setdefault(name, set()).add(edge.target)
    for name in chosen:
        if name not in ends and not _goes_on(graph, name):
            ends[name] = {END}
    for name in sorted(ends):
        stays = [edge.target for edge in graph.edges if name in edge.sources and edge.target in chosen]
        if stays:
            raise CommandError(
                f"{shown_name(name)} leads to {shown_name(min(ends[name]))} outside and to {shown_name(stays[0])} "
                "inside at the same time. What is outside would have to wait for all of the subgraph."
            )
    ways = [(name, frozenset(targets)) for name, targets in sorted(ends.items())]
    for node, branch in _branches(graph):
        if node in chosen and _leads_out(branch, chosen):
            ways.append((node, frozenset([str(branch.target)])))
    if len({targets for _, targets in ways}) > 1:
        (one, first), (other, second) = ways[0], next(way for way in ways if way[1] != ways[0][1])
        raise CommandError(
            f"The selection ends in different ways: {shown_name(one)} leads to {_listed(first)}, "
            f"{shown_name(other)} to {_listed(second)}. A subgraph ends in one way: select one of them too, or less."
        )
    return tuple(sorted(ends)), tuple(sorted(ways[0][1])) if ways else ()


def _leads_out(branch: BranchSpec, chosen: frozenset[str]) -> bool:
    return branch.target is not None and branch.target not in chosen


def _goes_on(graph: GraphSpec, name: str) -> bool:
    return bool(
        graph.routers.get(name) or graph.nodes[name].destinations or any(name in edge.sources for edge in graph.edges)
    )


def _without_way_in(graph: GraphSpec, chosen: frozenset[str]) -> set[str]:
    reached = {edge.target for edge in graph.edges} | {branch.target for _, branch in _branches(graph)}
    return {name for name in chosen if name not in reached}


def _branches(graph: GraphSpec) -> Iterable[tuple[str, BranchSpec]]:
    for node, routers in graph.routers.items():
        for router in routers:
            for branch in router.branches:
                yield node, branch


def _listed(names: Iterable[str]) -> str:
    shown = [shown_name(name) for name in sorted(names, key=lambda name: (name in (START, END), name))]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
