"""Declares jumps that the code of nodes names, so that they are drawn. By text; runs nothing. Used by the fixes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from editor.document.command import Command
from editor.document.commands import change_node
from editor.document.document import Document
from editor.document.source_code import ProjectSources
from editor.document.state_facts import jumps_of
from engine.graph.undeclared_jumps import undeclared_jumps


def nodes_with_undeclared_jumps(document: Document, sources: ProjectSources) -> tuple[str, ...]:
    """Those whose code may jump to a place that the graph has."""
    return tuple(name for name in document.graph.nodes if _targets(document, sources, name))


def declare_jumps(document: Document, sources: ProjectSources, nodes: Iterable[str]) -> Command:
    """Their destinations are what their annotations name, as far as the graph has it."""
    changes = [
        change
        for name in nodes
        for change in change_node(document, name, destinations=_targets(document, sources, name)).changes
    ]
    return Command("Draw jumps", tuple(changes))


def _targets(document: Document, sources: ProjectSources, name: str) -> tuple[str, ...]:
    found = undeclared_jumps(document.graph.nodes[name], partial(jumps_of, sources=sources))
    return tuple(sorted(target for target in found if document.has_place(target)))
