"""Edges that wait for each other, and edges that do not: switching between the two. Pure, like all commands."""

from __future__ import annotations

from editor.document.changes import EdgeAdded, EdgeRemoved
from editor.document.command import Command, CommandError
from editor.document.commands import join
from editor.document.document import Document
from engine.graph.spec import START, EdgeSpec, shown_name


def arrivals(document: Document, target: str) -> tuple[list[EdgeSpec], list[EdgeSpec]]:
    """The joins that lead to this node, and the plain edges that could be a join: START cannot be waited for."""
    there = [edge for edge in document.graph.edges if edge.target == target]
    return [edge for edge in there if edge.is_join], [e for e in there if not e.is_join and e.source != START]


def why_not_switch(document: Document, target: str) -> str | None:
    """Why the edges to this node cannot be switched between waiting and not waiting; None if they can."""
    joins, plain = arrivals(document, target)
    if joins or len(plain) > 1:
        return None
    return f"At least two plain edges have to lead to {shown_name(target)} before it can wait for all of them."


def switch_join(document: Document, target: str) -> Command:
    """Makes the node wait for all that lead to it by plain edges; if there is nothing to add, for none of them."""
    if (reason := why_not_switch(document, target)) is not None:
        raise CommandError(reason)
    joins, plain = arrivals(document, target)
    if plain:
        return join(document, [name for edge in (*joins, *plain) for name in edge.sources], target)
    sources = sorted({name for edge in joins for name in edge.sources})
    added = [EdgeAdded(EdgeSpec(name, target)) for name in sources]
    return Command(f"Run {shown_name(target)} for each edge", (*map(EdgeRemoved, joins), *added))
