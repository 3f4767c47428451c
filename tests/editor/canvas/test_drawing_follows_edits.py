"""The drawing of an edited graph is the drawing of that graph, found with work by what the edit touched."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from editor.canvas import drawing as drawing_module
from editor.canvas.drawing import MOST_APART, Drawing
from editor.canvas.geometry import RouteKind
from editor.canvas.shapes import Point
from editor.document import commands
from editor.document.command import Command
from editor.document.document import Document, normal_document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from engine.graph import jumps
from engine.graph.jumps import lines_from, shown_lines, touched_sources
from engine.graph.spec import BranchSpec, EdgeId, EdgeSpec, GraphSpec, NodeSpec, PlainOutlet, RouterSpec

SIZE = 400
RETURNING = 21
"""From the end of each row to the beginning of the next, and two branches."""


def document() -> Document:
    names = [f"n{number}" for number in range(SIZE)]
    edges = [EdgeSpec(a, b) for a, b in itertools.pairwise(names)]
    edges.append(EdgeSpec(("n1", "n2"), "n9"))
    branches = (BranchSpec("a", "n5"), BranchSpec("b", "n7"))
    routers = {"n50": (RouterSpec(fn="m:r", branches=branches),)}
    nodes = {name: NodeSpec(fn="m:f") for name in names}
    nodes["n60"] = replace(nodes["n60"], destinations=("n3",))
    places = {name: (300 * (index % 20), 150 * (index // 20)) for index, name in enumerate(names)}
    return normal_document(Document(GraphSpec(nodes=nodes, edges=tuple(edges), routers=routers), Layout(places)))


EDITS = {
    "delete a node": lambda d: commands.delete(d, ["n5"]),
    "delete what is joined": lambda d: commands.delete(d, ["n1"]),
    "delete what is jumped to": lambda d: commands.delete(d, ["n3"]),
    "rename the target of a branch": lambda d: commands.rename_node(d, "n7", "seven"),
    "rename a router's node": lambda d: commands.rename_node(d, "n50", "fifty"),
    "connect": lambda d: commands.connect(d, PlainOutlet("n11"), "n90"),
    "disconnect": lambda d: commands.delete(d, [], [EdgeId(PlainOutlet("n11"), "n12")]),
    "heal": lambda d: commands.delete_and_heal(d, "n40"),
}


def measure(text: str) -> float:
    return 7.0 * len(text)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
@pytest.mark.parametrize("most_apart", [MOST_APART, RETURNING, RETURNING - 1, 0])
def test_an_edit_and_its_undo_make_few_lines_and_the_drawing_of_the_document(
    edit: Any, most_apart: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_module, "MOST_APART", most_apart)
    history = UndoHistory(document())
    drawing = Drawing(measure)
    drawing.follow(history.document)
    made: list[EdgeId] = []

    command: Command = edit(history.document)
    for step in (lambda: history.do(command), history.undo, history.redo):
        assert step()
        with monkeypatch.context() as patch:
            patch.setattr(jumps, "EdgeId", lambda *parts: made.append(EdgeId(*parts)) or made[-1])
            drawing.follow(history.document)

        assert len(made) < 40
        made.clear()
        fresh = Drawing(measure)
        fresh.follow(history.document)
        assert drawing.routes == fresh.routes
        assert drawing.shapes == fresh.shapes
        assert {name: drawing.edges_at(name) for name in drawing.shapes} == {
            name: fresh.edges_at(name) for name in fresh.shapes
        }
        assert drawing.extent() == fresh.extent()


def test_many_returning_edges_are_not_laid_anew_with_each_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[Point] = []
    search = drawing_module.free_lane
    monkeypatch.setattr(
        drawing_module, "free_lane", lambda start, *rest: searched.append(start) or search(start, *rest)
    )
    history = UndoHistory(document())
    drawing = Drawing(measure)
    drawing.follow(history.document)
    assert len({edge for edge, route in drawing.routes.items() if route.kind is RouteKind.BACK}) == RETURNING
    assert len(searched) >= RETURNING

    searched.clear()
    monkeypatch.setattr(drawing_module, "MOST_APART", RETURNING - 1)
    history.do(commands.move(history.document, {"n399": (8, 8)}))
    drawing.follow(history.document)

    assert not searched


def test_the_lines_from_all_nodes_are_all_lines() -> None:
    graph = document().graph

    assert lines_from(graph, {"__start__", *graph.nodes}) == set(shown_lines(graph))
    assert touched_sources(graph, replace(graph, name="other")) == set()


def test_another_graph_is_drawn_anew() -> None:
    drawing = Drawing(measure)
    drawing.follow(document())
    drawing.forget_places()
    other = Document(GraphSpec(nodes={"n1": NodeSpec(fn="m:f")}), Layout({"n1": (0, 0)}))

    difference = drawing.follow(other)

    fresh = Drawing(measure)
    fresh.follow(other)
    assert drawing.shapes == fresh.shapes
    assert drawing.positions == fresh.positions
    assert drawing.routes == fresh.routes == {}
    assert drawing.extent() == fresh.extent()
    assert len(difference.removed) == SIZE + 2
    assert difference.added == {"__start__", "n1", "__end__"}
