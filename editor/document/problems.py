"""The findings on the document being edited: those of the graph itself, and functions that its modules do not define.

Runs nothing. The checks are in ``engine.graph.problems``; ``Problem`` says where each one stands.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path

from editor.document.document import Document
from editor.document.source_code import ProjectSources
from editor.document.state_facts import jumps_of, seen_state, state_fact_steps
from engine.graph.levels import levels
from engine.graph.problems import Problem, Severity, problem_steps, to_the_end
from engine.graph.references import why_no_graph_in
from engine.graph.state_problems import keys_from_outside, state_problem_steps
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
        return to_the_end(self.steps(document))

    def steps(self, document: Document) -> Generator[None, None, tuple[Problem, ...]]:
        """As ``of``, a little at a time: a check of 5,000 nodes as a whole would hold up the window for 0.3 s."""
        sources = self._sources
        if sources is None:
            return (yield from problem_steps(document.graph))
        sources.see(document.modules)
        with sources.one_moment():
            found = yield from problem_steps(
                document.graph, sources.why_not, self._why_no_graph, partial(jumps_of, sources=sources)
            )
            of_state: list[Problem] = []
            for level in levels(document.graph):
                facts = yield from state_fact_steps(level.graph, sources)
                state_around = None if level.around is None else seen_state(level.around, sources)
                facts = replace(facts, from_outside=keys_from_outside(level, state_around))
                found_here = yield from state_problem_steps(level.graph, facts)
                of_state += [told_outside(level.path, each) for each in found_here]
                yield
        return tuple(sorted((*found, *of_state), key=lambda problem: _SEVERITIES.index(problem.severity)))


_SEVERITIES = list(Severity)
