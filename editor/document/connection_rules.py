"""Which edges may be drawn, and why not, in words. Pure.

Asked by the canvas while an edge is dragged and by ``commands`` before one is made. Softer findings, which a graph may
have while it is being built, are in ``engine.graph.problems``.
"""

from __future__ import annotations

from editor.document.document import Document
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import END, START, BranchOutlet, Outlet, PlainOutlet, router_of, shown_name, shown_text


def why_not(document: Document, outlet: Outlet, target: str) -> str | None:
    """Why no edge can go from this outlet to this node, as a sentence; None if it can."""
    if target == START:
        return "Nothing can lead to START: it is where the run begins."
    if not document.has_place(target):
        return f"There is no node {shown_text(target)}."
    if outlet.node == END:
        return "Nothing can start at END: it is where the run ends."
    if not document.has_place(outlet.node):
        return f"There is no node {shown_text(outlet.node)}."
    match outlet:
        case JumpOutlet():
            return _why_not_jump(document, outlet, target)
        case PlainOutlet():
            return _why_not_plain(document, outlet, target)
        case BranchOutlet():
            return _why_not_branch(document, outlet, target)


def _why_not_plain(document: Document, outlet: PlainOutlet, target: str) -> str | None:
    if outlet.node == START and target == END:
        return "An edge from START straight to END would run no node."
    if any(outlet.node in edge.sources and edge.target == target for edge in document.graph.edges):
        return f"{shown_name(outlet.node)} already leads to {shown_name(target)}."
    return None


def _why_not_jump(document: Document, outlet: JumpOutlet, target: str) -> str | None:
    node = document.graph.nodes.get(outlet.node)
    if node is None:
        return "Only a node can jump."
    if target in node.destinations:
        return f"{shown_name(outlet.node)} already may jump to {shown_name(target)}."
    return None


def _why_not_branch(document: Document, outlet: BranchOutlet, target: str) -> str | None:
    router = router_of(document.graph, outlet.node, outlet.router)
    branch = router.branch(outlet.label) if router is not None else None
    if branch is None:
        return f"{shown_name(outlet.node)} has no branch {shown_text(outlet.label)}."
    if branch.target == target:
        return f"The branch {shown_text(outlet.label)} already leads to {shown_name(target)}."
    return None
