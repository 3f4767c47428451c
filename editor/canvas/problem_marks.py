"""Which nodes carry a mark because something is wrong there, and what it says. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.graph.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class ProblemMark:
    is_error: bool
    words: str
    """All findings at this node, a sentence each."""


def marks_of(problems: Iterable[Problem]) -> Mapping[str, ProblemMark]:
    """By node. What is found at an edge stands at the node that it leaves; hints and the whole graph carry no mark."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        node = problem.edge.outlet.node if problem.edge is not None else problem.node
        if node is not None and problem.severity is not Severity.HINT:
            found.setdefault(node, []).append(problem)
    return {
        node: ProblemMark(
            any(problem.severity is Severity.ERROR for problem in here),
            " ".join(dict.fromkeys(problem.sentence for problem in here)),
        )
        for node, here in found.items()
    }
