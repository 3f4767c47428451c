"""Where nodes stand first that no layout file places: all by the layered layout, whatever the window showed before."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from editor.canvas.auto_layout import in_rows, place_missing, tidy_positions
from editor.canvas.card_text import measure_label
from editor.canvas.drawing import MOST_AT_ONCE, Drawing
from editor.canvas.graph_view import GraphView
from editor.document import commands
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.level_history import LevelHistory
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec


def chain(*names: str) -> GraphSpec:
    edges = tuple(EdgeSpec(*pair) for pair in pairwise((START, *names, END)))
    return GraphSpec(nodes={name: NodeSpec(fn=f"nodes:{name}") for name in names}, edges=edges)


def shown(document: Document) -> Drawing:
    drawing = Drawing(measure_label)
    drawing.follow(document)
    return drawing


def test_a_graph_without_places_is_laid_out_as_a_whole_also_after_an_empty_one(qtbot: Any) -> None:
    """START and END of the empty graph once kept their places, and all nodes were put beside them one by one."""
    history = UndoHistory(Document())
    view = GraphView(history)
    qtbot.addWidget(view)
    graph = chain("a", "b", "c")

    history.replace(Document(graph))

    assert view.drawing.positions == tidy_positions(graph, view.drawing.shapes)
    assert not history.is_modified
    assert not history.can_undo


def test_nodes_of_the_graph_before_that_have_the_same_names_stand_where_the_new_graph_wants_them(qtbot: Any) -> None:
    history = UndoHistory(Document(chain("a", "b", "c", "d")))
    view = GraphView(history)
    qtbot.addWidget(view)
    graph = chain("d", "a", "x")

    history.replace(Document(graph))

    assert view.drawing.positions == tidy_positions(graph, view.drawing.shapes)


def test_end_stands_behind_all_nodes_of_a_subgraph_without_places(qtbot: Any) -> None:
    inner = chain("first", "second", "third")
    outer = GraphSpec(nodes={"inside": NodeSpec(graph=inner)}, edges=(EdgeSpec(START, "inside"),))
    places = {START: (0, 12), "inside": (100, 0), END: (300, 12)}
    level = LevelHistory(UndoHistory(Document(outer, Layout(places))))
    view = GraphView(level)
    qtbot.addWidget(view)

    level.open(("inside",))

    lefts = {name: x for name, (x, _) in view.drawing.positions.items()}
    assert sorted(lefts, key=lefts.__getitem__) == [START, "first", "second", "third", END]


def test_what_is_shown_stays_while_a_graph_without_places_is_edited(qtbot: Any) -> None:
    history = UndoHistory(Document(chain("a", "b")))
    view = GraphView(history)
    qtbot.addWidget(view)
    before = dict(view.drawing.positions)

    history.do(commands.delete(history.document, ["b"], []))

    assert view.drawing.positions == {name: place for name, place in before.items() if name != "b"}


def test_a_placed_start_stays_and_the_rest_is_laid_out_from_it() -> None:
    graph = chain("a", "b")
    shapes = shown(Document(graph)).shapes

    positions = place_missing(graph, shapes, {START: (1000, 500)})

    fresh = tidy_positions(graph, shapes)
    assert positions[START] == (1000, 500)
    assert positions["a"][0] - 1000 == fresh["a"][0] - fresh[START][0]


def test_places_that_were_computed_ahead_are_taken_for_that_graph_only() -> None:
    graph, other = chain("a", "b"), chain("a", "b")
    ahead = {name: (100 * index, 40) for index, name in enumerate((START, "a", "b", END))}
    drawing = Drawing(measure_label)
    drawing.expect([(graph, ahead)])

    drawing.follow(Document(other))
    of_other = dict(drawing.positions)
    drawing.forget_places()
    drawing.follow(Document(graph))

    assert of_other == tidy_positions(other, drawing.shapes)
    assert drawing.positions == ahead


def test_very_many_nodes_that_nobody_laid_out_stand_in_rows_without_meeting() -> None:
    names = [f"n{number}" for number in range(MOST_AT_ONCE + 1)]
    drawing = shown(Document(chain(*names)))

    assert drawing.positions == in_rows(drawing.shapes)
    assert not any(len(drawing.nodes_meeting(drawing.bounds(name))) > 1 for name in names[::50])


def test_a_fan_of_new_nodes_beside_known_ones_is_placed_in_linear_time_on_free_ground() -> None:
    names = [f"n{number}" for number in range(1_000)]
    edges = tuple(EdgeSpec("hub", name) for name in names)
    graph = GraphSpec(nodes={name: NodeSpec() for name in ("hub", *names)}, edges=edges)
    drawing = shown(Document(graph, Layout({"hub": (0, 0)})))

    assert not any(len(drawing.nodes_meeting(drawing.bounds(name))) > 1 for name in names)
