"""What the modules beside a graph file say about its state, read as text: for checks without a window.

Nothing is imported or run. A function or class that another of these modules only imports is looked for there. Called
by ``stepgraph check``; the editor has its own, which also knows texts that are being edited.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from engine.graph.key_uses import KeyUses, key_uses
from engine.graph.levels import levels
from engine.graph.problem import JumpsInCode, Problem
from engine.graph.spec import GraphSpec, is_reference
from engine.graph.state_problems import StateFacts, find_state_problems, keys_from_outside
from engine.graph.state_source import StateClass, StateSourceError, parsed, read_state_class
from engine.graph.subgraph_problems import told_outside

MOST_HOPS = 8
"""From module to module, by imports; more is a circle."""
MOST_BYTES = 2 * 1024 * 1024


def state_problems_beside(graph: GraphSpec, folder: Path) -> Iterator[Problem]:
    """Of the graph and of each subgraph that stands in its file, told at the node that has it."""
    for level in levels(graph):
        state_around = None if level.around is None else _state_of(level.around.state, folder)
        facts = replace(facts_beside(level.graph, folder), from_outside=keys_from_outside(level, state_around))
        for problem in find_state_problems(level.graph, facts):
            yield told_outside(level.path, problem) if level.path else problem


def facts_beside(graph: GraphSpec, folder: Path) -> StateFacts:
    """As far as they can be seen; what cannot gets the benefit of the doubt."""
    uses = {name: found for name, node in graph.nodes.items() if (found := _uses_of(node.fn, folder)) is not None}
    return StateFacts(_state_of(graph.state, folder), uses)


def jumps_beside(folder: Path) -> JumpsInCode:
    """What the annotations of the functions in the modules there say."""

    def jumps_of(fn: str) -> tuple[str, ...]:
        found = _uses_of(fn, folder)
        return () if found is None else found.jumps

    return jumps_of


def _state_of(reference: str | None, folder: Path) -> StateClass | None:
    found = _find(reference, folder)
    try:
        return None if found is None else read_state_class(*found)
    except StateSourceError:
        return None


def _uses_of(reference: str | None, folder: Path) -> KeyUses | None:
    found = _find(reference, folder)
    return None if found is None else key_uses(found[0]).get(found[1])


def _find(reference: str | None, folder: Path) -> tuple[str, str] | None:
    """The text of the module that defines it, and its name there."""
    if reference is None or not is_reference(reference):
        return None
    module, _, name = reference.partition(":")
    for _ in range(MOST_HOPS):
        text = _text_of(module, folder)
        if text is None:
            return None
        imported = _imported_from(text, name)
        if imported is None:
            return text, name
        module, name = imported
    return None


def _text_of(module: str, folder: Path) -> str | None:
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    stem = folder.joinpath(*parts)
    for path in (stem / "__init__.py", stem.with_suffix(".py")):
        try:
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                return path.read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            return None
    return None


@lru_cache(maxsize=256)
def _imported_from(text: str, name: str) -> tuple[str, str] | None:
    """(module, name there) if the text only imports it, by its full name."""
    try:
        tree = parsed(text)
    except StateSourceError:
        return None
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return node.module, alias.name
    return None
