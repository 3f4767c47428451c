"""The picker of a fan-out: a card shows all of its tasks together, or one of them; by click and by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.canvas.node_look import STYLES, card_look
from editor.canvas.task_choice import ALL, moment_of_task, next_number, picker_rect
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture, TaskMoment
from editor.document.undo_history import UndoHistory
from engine.graph.spec import GraphSpec, NodeSpec
from tests.editor.canvas.graphs import loop
from tests.editor.canvas.test_graph_view import Hand

TASKS = (
    TaskMoment("1", NodeLook.KEPT, 0.2),
    TaskMoment("2", NodeLook.FAILED, 0.1, error_line="ValueError: no such n"),
    TaskMoment("3", NodeLook.RUNNING, started_at_s=100.0),
)
FAN_OUT = NodeMoment(
    NodeLook.FAILED, 1, 0.2, error_line="ValueError: no such n", tasks_together=3, tasks_failed=1, tasks=TASKS
)
GRAPH = GraphSpec(nodes={"a": NodeSpec("n:a")})


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    view = GraphView(UndoHistory(loop()))
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    view.show_run(RunPicture({"a": FAN_OUT, "b": NodeMoment(NodeLook.DONE, 1)}, locked=True))
    view.set_read_only("A run is open.")
    return view


def picker(view: GraphView) -> str:
    return view.graph_scene.nodes["a"].look.picker


def test_each_task_is_shown_as_if_it_were_the_only_one() -> None:
    looks = [card_look(GRAPH, "a", moment_of_task(FAN_OUT, n), has_run=True, now_s=102.0) for n in range(4)]

    assert [look.picker for look in looks] == ["all 3", "1 of 3", "2 of 3", "3 of 3"]
    assert [look.strip for look in looks] == ["no such n", "kept for retry", "no such n", "running 2.0 s"]
    assert looks[1].style is STYLES[NodeLook.KEPT]
    assert all((look.stack, look.failed_of_stack) == (3, 1) for look in looks)
    assert "task 2 of 3" in looks[2].says


def test_the_numbers_go_round_and_one_that_is_not_there_shows_all() -> None:
    assert [next_number(FAN_OUT, n, 1) for n in range(4)] == [1, 2, 3, ALL]
    assert next_number(FAN_OUT, ALL, -1) == 3
    assert moment_of_task(FAN_OUT, 4) is FAN_OUT
    assert moment_of_task(None, 1) is None


def test_arrows_on_the_card_are_clicked_also_while_the_graph_is_locked(view: GraphView) -> None:
    hand = Hand(view)
    where = picker_rect(view.graph_scene.drawing.shapes["a"])
    told: list[tuple[str, str]] = []
    view.task_chosen.connect(lambda node, task: told.append((node, task)))
    corner = view.node_rect("a").topLeft()
    right, left = (corner + QPointF(x, where.top + 8) for x in (where.right - 10, where.left + 10))

    hand.click(right)
    hand.click(right)
    assert picker(view) == "2 of 3"
    hand.hover(view.node_rect("a").center())
    assert "task 2 of 3" in view.viewport().toolTip()
    hand.click(left)
    assert picker(view) == "1 of 3"
    assert told == [("a", "1"), ("a", "2"), ("a", "1")]
    assert view.selected_nodes() == frozenset()


def test_keys_step_through_the_tasks_of_the_selected_card_and_say_if_it_has_none(view: GraphView) -> None:
    said: list[str] = []
    view.message.connect(said.append)
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_BracketRight)
    assert picker(view) == "1 of 3"
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    QTest.keyClick(view, Qt.Key.Key_BracketLeft)
    assert picker(view) == "3 of 3"
    assert said == []
    view.select(["b"])
    QTest.keyClick(view, Qt.Key.Key_BracketRight)
    assert said == ["Select a node that a fan-out ran several times in one step."]


def test_the_choice_stays_while_the_fan_out_does_and_is_gone_with_it(view: GraphView) -> None:
    view.fan_outs.step("a", 1)
    done = replace(FAN_OUT, look=NodeLook.DONE, tasks=tuple(replace(task, look=NodeLook.DONE) for task in TASKS))

    view.show_run(RunPicture({"a": done}))
    assert picker(view) == "1 of 3"
    view.show_run(RunPicture({"a": NodeMoment(NodeLook.DONE, 1)}))
    assert picker(view) == ""
    view.show_run(RunPicture({"a": done}))
    assert picker(view) == "all 3"
