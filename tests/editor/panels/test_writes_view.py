"""The Writes tab: one row for each task of the step, with what it wrote."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.debugger.reports import StepWrites, TaskWrites
from editor.debugger.run_state import CheckpointRow, TaskRow, UsageFacts
from editor.panels.state_panel import StatePanel
from editor.panels.writes_view import WritesView, write_items
from editor.widgets.empty_state import EmptyState
from editor.widgets.segmented import Segmented
from engine.serialization.preview import preview
from tests.editor.panels.scripted import TECHNICAL, Scripted


def parent(*tasks: TaskRow, next: tuple[str, ...] = ()) -> CheckpointRow:
    return CheckpointRow("p", None, 3, "loop", next, (), "", tasks=tasks)


def wrote(task_id: str, **values: object) -> TaskWrites:
    return TaskWrites(task_id, tuple((key, preview(value, path=(key,))) for key, value in values.items()))


def test_each_task_has_a_row_also_one_that_wrote_nothing() -> None:
    row = parent(TaskRow("1", "a", "done", duration_s=0.02), TaskRow("2", "b", "done"))

    items = write_items(StepWrites((wrote("1", x=1, y=[2]),)), row)

    assert [(item.key, item.node.text, [part.key for part in item.node.items]) for item in items] == [
        ("a", "20 ms", ["x", "y"]),
        ("b", "wrote nothing", []),
    ]


def test_a_row_says_what_its_task_used_and_whether_it_ran() -> None:
    spent = TaskRow("1", "a", "done", duration_s=0.02, usage=UsageFacts(3, 4, 7))
    row = parent(spent, TaskRow("2", "b", "done", result_from="cache"))

    items = write_items(StepWrites((wrote("1", x=1), wrote("2", x=1))), row)

    assert [item.node.text for item in items] == ["20 ms · 7 tokens (3 in, 4 out)", "from the cache"]


def test_what_was_not_read_is_not_said_to_be_nothing() -> None:
    row = parent(TaskRow("1", "a", "done"), TaskRow("2", "a", "done"))

    items = write_items(StepWrites((wrote("1", x=1),), more=1), row)

    assert [item.node.text for item in items] == ["", "not read, the step has too many tasks"]


def test_the_task_that_a_picker_chose_is_gone_to(qtbot: QtBot) -> None:
    view = WritesView()
    qtbot.addWidget(view)
    row = parent(TaskRow("1", "joke", "done"), TaskRow("2", "joke", "done"))
    view.show_writes(write_items(StepWrites((wrote("1", x=1), wrote("2", x=2))), row))

    view.show_task("2")
    assert view.current_path() == ("2",)
    view.show_task("")
    assert view.current_path() == ("2",), "all of them: stays where it is"


def test_tasks_of_a_fan_out_are_numbered() -> None:
    row = parent(TaskRow("1", "joke", "done"), TaskRow("2", "joke", "done"), TaskRow("3", "end", "done"))

    assert [item.key for item in write_items(StepWrites(), row)] == ["joke #1", "joke #2", "end"]


def test_the_writes_of_the_input_are_called_so() -> None:
    (item,) = write_items(StepWrites((wrote("s", topic="x"),)), parent(next=("__start__",)))

    assert item.key == "input"


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> StatePanel:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    return panel


def choose_writes(panel: StatePanel) -> WritesView:
    switch = panel.findChildren(Segmented)[0]
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect_of("Writes").center().toPoint())
    return panel.findChildren(WritesView)[0]


def rows(view: WritesView) -> list[str]:
    return [view.model().index(i, 0).data() for i in range(view.model().rowCount())]


def test_a_click_on_writes_shows_both_parallel_tasks(panel: StatePanel, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.run(TECHNICAL)
    scripted.session.look_at(scripted.after("search_articles").id)

    view = choose_writes(panel)
    qtbot.waitUntil(view.isVisible)

    assert rows(view) == ["search_articles", "search_tickets"]
    assert view.isExpanded(view.model().index(0, 0))


def test_the_tab_follows_the_step_and_offers_no_edit(panel: StatePanel, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.start()
    scripted.step()
    view = choose_writes(panel)
    qtbot.waitUntil(lambda: rows(view) == ["classify"])
    edits: list[object] = []
    view.edit_wanted.connect(lambda path, node: edits.append(path))

    QTest.keyClick(view, Qt.Key.Key_Return)
    scripted.step()

    qtbot.waitUntil(lambda: rows(view) == ["generate_query"])
    assert edits == []


def test_the_input_and_an_edit_say_that_no_task_wrote_them(panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    choose_writes(panel)

    scripted.session.look_at(next(iter(scripted.session.run_state.checkpoints)))

    empty = panel.findChildren(EmptyState)[0]
    assert empty.isVisible()
    assert empty.title == "No task has run"


def test_the_tooltips_promise_no_edit_and_name_no_task_ids(qtbot: QtBot) -> None:
    view = WritesView()
    qtbot.addWidget(view)
    view.show_writes(write_items(StepWrites((wrote("1", x=1),)), parent(TaskRow("1", "a", "done"))))
    task = view.model().index(0, 0)

    tip = view.model().index(0, 0, task).data(Qt.ItemDataRole.ToolTipRole)

    assert task.data(Qt.ItemDataRole.ToolTipRole) is None
    assert "edit" not in tip
    assert tip.startswith("x: int")
