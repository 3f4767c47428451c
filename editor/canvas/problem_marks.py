"""Which nodes carry a mark because something is wrong there, where it is, and what it says. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from editor.canvas.node_shape import TEXT_FROM, NodeKind, NodeShape
from editor.canvas.shapes import Rect
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
        for node in nodes_of(problem) if problem.severity is not Severity.HINT else ():
            found.setdefault(node, []).append(problem)
    return {
        node: ProblemMark(
            any(problem.severity is Severity.ERROR for problem in here),
            " ".join(dict.fromkeys(problem.sentence for problem in here)),
        )
        for node, here in found.items()
    }


def nodes_of(problem: Problem) -> tuple[str, ...]:
    """Where it is told: at the node, or at the one that an edge leaves, and at those that share it."""
    node = problem.edge.outlet.node if problem.edge is not None else problem.node
    return problem.also if node is None else (node, *problem.also)


def mark_rect(shape: NodeShape, scale: float) -> Rect:
    """Where the mark is painted, in the node's own coordinates; ``scale`` is the zoom."""
    card = shape.card
    if shape.kind is not NodeKind.NODE:
        return Rect(int(card.right) - 13, -7, 18, 18)
    if scale >= TEXT_FROM:
        return Rect(int(card.right - 10 - 15), int(card.top + 30), 17, 17)
    return Rect(int(card.right - 8 - 24), int(card.top + 16), 26, 26)
