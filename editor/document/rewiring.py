"""What becomes of edges and routers when a node goes, or gets another name, or a line is cut. Pure.

The parts of ``commands`` that look at the whole graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from editor.document.changes import Change, EdgeAdded, EdgeRemoved, NodeChanged, RoutersChanged
from editor.document.document import Document
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import BranchOutlet, BranchSpec, EdgeId, EdgeSpec, PlainOutlet, RouterSpec

Routers = tuple[RouterSpec, ...]


def without_edges(document: Document, nodes: Sequence[str], lines: Iterable[EdgeId]) -> list[Change]:
    """The plain edges and joins that go, and what is left of a join that loses some of its sources."""
    gone = set(nodes)
    cut = {(line.outlet.node, line.target) for line in lines if type(line.outlet) is PlainOutlet}
    removed: list[Change] = []
    left: list[EdgeSpec] = []
    present = {(edge.source, edge.target) for edge in document.graph.edges}
    for edge in document.graph.edges:
        kept = tuple(s for s in edge.sources if s not in gone and (s, edge.target) not in cut)
        if edge.target not in gone and kept == edge.sources:
            continue
        removed.append(EdgeRemoved(edge))
        if edge.target not in gone and kept:
            source = kept[0] if len(kept) == 1 else kept
            if (source, edge.target) not in present:
                present.add((source, edge.target))
                left.append(replace(edge, source=source))
    return [*removed, *(EdgeAdded(edge) for edge in left)]


def without_branch_targets(document: Document, nodes: Sequence[str], lines: Iterable[EdgeId]) -> list[Change]:
    """The routers on the nodes go; branches of others that led to the nodes, or whose line is cut, lead nowhere."""
    gone = set(nodes)
    cut = {(line.outlet, line.target) for line in lines}
    changes: list[Change] = []
    for node, old in document.graph.routers.items():

        def is_lost(router: RouterSpec, branch: BranchSpec, node: str = node) -> bool:
            return branch.target in gone or (BranchOutlet(node, router.name, branch.label), branch.target) in cut

        new = () if node in gone else _retargeted_where(old, is_lost, None)
        if new != old:
            changes.append(RoutersChanged(node, old, new))
    return changes


def routers_retargeted(routers: Routers, old: str, new: str) -> Routers:
    """The routers with every branch that leads to the old target leading to the new one."""
    return _retargeted_where(routers, lambda _, branch: branch.target == old, new)


def _retargeted_where(routers: Routers, chosen: Callable[[RouterSpec, BranchSpec], bool], new: str | None) -> Routers:
    """The same object if none is chosen: most routers of a large graph are not touched by an edit."""
    if not any(chosen(router, branch) for router in routers for branch in router.branches):
        return routers
    return tuple(
        replace(router, branches=tuple(replace(b, target=new) if chosen(router, b) else b for b in router.branches))
        for router in routers
    )


def without_destinations(document: Document, nodes: Sequence[str], lines: Iterable[EdgeId] = ()) -> list[Change]:
    """Nodes that declare a jump to one of these, or whose jump is cut, no longer do.

    Nodes that go themselves are left alone.
    """
    gone = set(nodes)
    cut = {(line.outlet.node, line.target) for line in lines if isinstance(line.outlet, JumpOutlet)}
    changes: list[Change] = []
    for name, node in document.graph.nodes.items() if gone or cut else ():
        kept = tuple(d for d in node.destinations if d not in gone and (name, d) not in cut)
        if name not in gone and kept != node.destinations:
            changes.append(NodeChanged(name, node, replace(node, destinations=kept)))
    return changes


def jump_led(document: Document, name: str, old: str | None, new: str) -> list[Change]:
    """The node's jump to the old destination leads to the new one; with no old one it is one more."""
    node = document.graph.nodes[name]
    kept = {destination for destination in node.destinations if destination != old}
    return [NodeChanged(name, node, replace(node, destinations=tuple(sorted({*kept, new}))))]


def destinations_renamed(document: Document, old: str, new: str) -> list[Change]:
    """As they are after the rename: the node itself already has its new name."""
    return [
        NodeChanged(new if name == old else name, node, replace(node, destinations=renamed))
        for name, node in document.graph.nodes.items()
        if old in node.destinations
        for renamed in [tuple(sorted({new if d == old else d for d in node.destinations}))]
    ]


def touches(edge: EdgeSpec, name: str) -> bool:
    """Whether the node is an end of the edge."""
    return edge.target == name or name in edge.sources


def edge_renamed(edge: EdgeSpec, old: str, new: str) -> EdgeSpec:
    target = new if edge.target == old else edge.target
    if not edge.is_join:
        return replace(edge, source=new if edge.source == old else edge.source, target=target)
    return replace(edge, source=tuple(new if name == old else name for name in edge.sources), target=target)
