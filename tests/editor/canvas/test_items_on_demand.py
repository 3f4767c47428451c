"""Items are made for what is seen; one that is made late looks as if it had been there all the time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas import overview_painter
from editor.canvas.graph_scene import GraphScene
from editor.canvas.graph_view import GraphView
from editor.canvas.overview_painter import Overview
from editor.canvas.shapes import Rect
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import EdgeLook, EdgeMoment, NodeLook, NodeMoment, RunPicture
from editor.document import commands
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from engine.graph.problem import Problem, Severity
from engine.graph.spec import EdgeId, EdgeSpec, GraphSpec, NodeSpec, PlainOutlet

COLUMNS, ROWS = 40, 30


def wide_graph() -> Document:
    """Far larger than any window."""
    places = {f"n{x}_{y}": (300 * x, 140 * y) for x in range(COLUMNS) for y in range(ROWS)}
    lines = [(f"n{x}_{y}", f"n{x + 1}_{y}") for x in range(COLUMNS - 1) for y in range(ROWS)]
    graph = GraphSpec(
        nodes={name: NodeSpec(fn="m:f") for name in places}, edges=tuple(EdgeSpec(*line) for line in lines)
    )
    return Document(graph, Layout(places))


@pytest.fixture
def view(qtbot: Any) -> GraphView:
    view = GraphView(UndoHistory(wide_graph()))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    return view


def frame(view: GraphView) -> None:
    view.viewport().repaint()
    QApplication.processEvents()


def test_from_afar_no_item_is_made_and_near_by_only_those_in_view(view: GraphView) -> None:
    scene = view.graph_scene
    before = len(scene.nodes.made)
    view.zoom_at(view.viewport().rect().center(), 0.1)
    frame(view)
    assert len(scene.nodes.made) == before < 60

    view.zoom_at(view.viewport().rect().center(), 1.0)
    view.center_on("n20_15")
    frame(view)

    assert "n20_15" in scene.nodes.made
    assert EdgeId(PlainOutlet("n20_15"), "n21_15") in scene.edges.made
    assert len(scene.nodes.made) < before + 60
    assert len(scene.nodes) == COLUMNS * ROWS + 2


def test_all_that_is_in_view_has_its_item_wherever_the_view_goes(view: GraphView) -> None:
    draw = random.Random(3)
    scene = view.graph_scene
    view.zoom_at(view.viewport().rect().center(), 0.8)
    for _ in range(30):
        view.scroll_by(draw.randrange(-900, 900), draw.randrange(-700, 700))
        frame(view)

        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        area = Rect(seen.x(), seen.y(), seen.width(), seen.height())
        assert set(view.drawing.nodes_meeting(area)) <= scene.nodes.made.keys()
        assert view.drawing.edges_meeting(area) <= scene.edges.made.keys()


def test_what_an_edit_brings_into_view_is_there_at_the_next_frame(view: GraphView) -> None:
    view.zoom_at(view.viewport().rect().center(), 1.0)
    view.center_on("n20_15")
    frame(view)
    history = view._history

    history.do(commands.move(history.document, {"n0_0": (300 * 20 + 40, 140 * 15 + 60)}))
    history.do(commands.connect(history.document, PlainOutlet("n19_15"), "n20_16"))
    frame(view)

    assert "n0_0" in view.graph_scene.nodes.made
    assert EdgeId(PlainOutlet("n19_15"), "n20_16") in view.graph_scene.edges.made
    assert (view.graph_scene.nodes["n0_0"].x(), view.graph_scene.nodes["n0_0"].y()) == (6040, 2160)


def test_an_item_made_late_looks_as_one_that_was_there_from_the_beginning(qapp: QApplication) -> None:
    early, late = GraphScene(), GraphScene()
    for scene in (early, late):
        scene.follow(wide_graph())
    for keys in (early.nodes, early.edges):
        assert all(keys[key] is not None for key in keys)
    line = EdgeId(PlainOutlet("n1_1"), "n2_1")
    picture = RunPicture(
        nodes={
            "n1_1": NodeMoment(NodeLook.DONE, 1, duration_s=1.5),
            "n2_1": NodeMoment(NodeLook.RUNNING, 1, started_at_s=90),
        },
        edges={line: EdgeMoment(EdgeLook.TAKEN)},
    )

    for scene in (early, late):
        scene.select(["n3_3", "n2_1"], [EdgeId(PlainOutlet("n3_3"), "n4_3")])
        scene.show_breakpoint_looks({"n5_5": (BreakpointLook.PLAIN, "")})
        scene.show_problems([Problem("bad", Severity.ERROR, "It is bad.", "Mend it.", node="n6_6")])
        scene.show_run(picture, 100.0)
        scene.fade_edge(EdgeId(PlainOutlet("n7_7"), "n8_7"))
        scene.open_edge(EdgeId(PlainOutlet("n9_7"), "n10_7"))
        scene.show_targets(frozenset({"n4_4"}), "n4_4")
        scene.tick(2.0, 101.0)

    assert not late.nodes.made
    for name in early.nodes:
        ours, theirs = early.nodes[name], late.nodes[name]
        assert (ours.look, ours.dress, ours.pos(), ours.zValue()) == (
            theirs.look,
            theirs.dress,
            theirs.pos(),
            theirs.zValue(),
        )
    for edge in early.edges:
        drawn, wanted = late.edges[edge], early.edges[edge]
        assert (drawn.look, drawn.route, drawn.is_selected, drawn.is_open) == (
            wanted.look,
            wanted.route,
            wanted.is_selected,
            wanted.is_open,
        )
        assert (drawn.opacity(), drawn.zValue()) == (wanted.opacity(), wanted.zValue())


def test_an_item_of_what_is_not_there_is_a_key_error(view: GraphView) -> None:
    with pytest.raises(KeyError):
        view.graph_scene.nodes["nobody"]


def painted(overview: Overview, scene: GraphScene) -> QImage:
    extent = scene.content_rect()
    picture = QImage(800, 500, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    scale = min(800 / extent.width(), 500 / extent.height())
    painter.scale(scale, scale)
    painter.translate(-extent.topLeft())
    while not overview.paint(painter, scene, scale):
        picture.fill(0)
    painter.end()
    return picture


@pytest.mark.parametrize("seed", range(4))
def test_the_overview_of_many_edits_is_that_of_the_last_document(qapp: QApplication, seed: int) -> None:
    draw = random.Random(seed)
    history = UndoHistory(wide_graph())
    scene = GraphScene()
    scene.follow(history.document)
    history.subscribe(lambda event: scene.follow(event.new))
    painted(scene.overview, scene)
    for _ in range(40):
        name = draw.choice(sorted(history.document.graph.nodes))
        match draw.randrange(5):
            case 0:
                history.do(commands.delete(history.document, [name]))
            case 1:
                history.do(commands.move(history.document, {name: (draw.randrange(9000), draw.randrange(4000))}))
            case 2:
                scene.select([name])
            case 3:
                scene.show_run(RunPicture(nodes={name: NodeMoment(draw.choice(list(NodeLook)), 1)}), 100.0)
            case _:
                history.undo()
        if draw.random() < 0.3:
            painted(scene.overview, scene)
    fresh = Overview()
    fresh.touch(scene.nodes, scene.edges)

    assert painted(scene.overview, scene) == painted(fresh, scene)


def test_an_edit_is_looked_at_alone_and_a_large_graph_a_part_at_a_time(
    view: GraphView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview_painter, "MOST_AT_ONCE", 1_000)
    scene, history = view.graph_scene, view._history
    everything = len(scene.nodes) + len(scene.edges)
    assert scene.overview.touched == everything
    view.zoom_at(view.viewport().rect().center(), 0.1)

    view.viewport().repaint()
    assert scene.overview.touched == everything - 1_000
    while scene.overview.touched:
        QApplication.processEvents()
    history.do(commands.move(history.document, {"n5_5": (1540, 720)}))

    assert scene.overview.touched == 3


def test_another_graph_shows_nothing_of_the_one_before(view: GraphView, monkeypatch: pytest.MonkeyPatch) -> None:
    painted(view.graph_scene.overview, view.graph_scene)
    other = Document(GraphSpec(nodes={"only": NodeSpec(fn="m:f")}), Layout({"only": (0, 0)}))

    view._history.replace(other)

    fresh = Overview()
    fresh.touch(view.graph_scene.nodes, view.graph_scene.edges)
    assert painted(view.graph_scene.overview, view.graph_scene) == painted(fresh, view.graph_scene)
    assert not view.graph_scene.nodes.made.keys() - {"__start__", "__end__", "only"}


def test_from_afar_what_has_no_item_is_painted_anew_when_it_looks_otherwise(view: GraphView, qtbot: QtBot) -> None:
    scene, history = view.graph_scene, view._history
    view.zoom_at(view.viewport().rect().center(), 0.1)
    frame(view)
    while scene.overview.touched:
        QApplication.processEvents()
    changes = (
        lambda: scene.show_problems([Problem("bad", Severity.ERROR, "It is bad.", "Mend it.", node="n39_29")]),
        lambda: scene.show_run(RunPicture(nodes={"n39_28": NodeMoment(NodeLook.DONE, 1)}), 100.0),
        lambda: scene.select(["n39_27"]),
        lambda: history.do(commands.move(history.document, {"n39_26": (8, 8)})),
    )

    for change in changes:
        change()
        assert scene.overview.touched

        qtbot.waitUntil(lambda: not scene.overview.touched, timeout=30_000)  # the view was painted
    assert "n39_29" not in scene.nodes.made
