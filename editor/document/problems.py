"""The findings on the document being edited: those of the graph itself, and functions that its modules do not define.

Runs nothing. The checks are in ``engine.graph.problems``; ``Problem`` says where each one stands.
"""

from __future__ import annotations

from pathlib import Path

from editor.document.document import Document
from editor.document.source_code import ProjectSources
from editor.document.state_facts import state_facts
from engine.graph.levels import levels
from engine.graph.problems import Problem, Severity, find_problems
from engine.graph.references import why_no_graph_in
from engine.graph.state_problems import find_state_problems
from engine.graph.subgraph_problems import told_outside

__all__ = ["LiveProblems", "Problem", "Severity"]


class LiveProblems:
    """Asked after every change of the document. Modules are parsed again only when their files changed."""

    def __init__(self, folder: Path | None = None) -> None:
        """``folder``: where the graph file is; None for a graph that has no file yet."""
        self._sources = None if folder is None else ProjectSources(folder)
        self._why_no_graph = None if folder is None else why_no_graph_in(folder)

    def of(self, document: Document) -> tuple[Problem, ...]:
        """Errors first. An error need not stop a run from being tried: the runner has the last word."""
        if self._sources is None:
            return find_problems(document.graph)
        self._sources.see(document.modules)
        with self._sources.one_moment():
            return self._with_sources(document, self._sources)

    def _with_sources(self, document: Document, sources: ProjectSources) -> tuple[Problem, ...]:
        found = find_problems(document.graph, sources.why_not, self._why_no_graph)
        of_state = [
            told_outside(level.path, problem)
            for level in levels(document.graph)
            for problem in find_state_problems(level.graph, state_facts(level.graph, sources))
        ]
        return tuple(sorted((*found, *of_state), key=lambda problem: _SEVERITIES.index(problem.severity)))


_SEVERITIES = list(Severity)
