"""The list of earlier runs: words, search, opening without running, naming and deleting with mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.reports import Room, ThreadRow
from editor.debugger.run_state import Phase, RunState
from editor.panels.thread_model import ROW_ROLE, SIZE_ROLE
from editor.panels.thread_text import delete_text, matching, outcome_of, title_text, when_text
from editor.panels.threads_panel import ThreadsPanel
from editor.widgets.empty_state import EmptyState
from editor.widgets.row_painter import Piece
from editor.widgets.toast import Toast
from engine.runner import requests
from engine.time_travel.size_words import bytes_text
from tests.editor.panels.scripted import BILLING, TECHNICAL, Scripted

NOW = datetime(2026, 5, 7, 12, 0, tzinfo=UTC)


def thread(**fields: str) -> ThreadRow:
    return ThreadRow(**{"thread_id": "t", "checkpoints": 9, "created_at": "", "updated_at": "", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("updated_at", "text"),
    [
        ("2026-05-07T09:05:00+00:00", "09:05"),
        ("2026-05-06T23:59:00+00:00", "yesterday 23:59"),
        ("2026-04-30T10:00:00", "2026-04-30"),
        ("", ""),
    ],
)
def test_the_time_of_a_run_is_as_short_as_it_may_be(updated_at: str, text: str) -> None:
    assert when_text(thread(updated_at=updated_at), NOW, UTC) == text


def test_a_run_is_called_by_its_name_else_by_its_input() -> None:
    assert title_text(thread(name="the good one", input="{}")) == "the good one"
    assert title_text(thread(input="{'a': 1}")) == "{'a': 1}"
    assert title_text(thread(input="{}")) == "Empty input"
    assert title_text(thread()) == "t"


def test_a_run_that_told_no_end_was_stopped() -> None:
    assert outcome_of(thread())[2] == "Stopped"
    assert outcome_of(thread(outcome="failed"))[2] == "Failed"


def test_the_search_looks_at_name_input_and_outcome() -> None:
    rows = [thread(name="Ada"), thread(input="{'user': 'bob'}"), thread(outcome="failed")]

    assert [matching(rows, text) for text in ("ada", "BOB", "fail", "nobody")] == [[rows[0]], [rows[1]], [rows[2]], []]


def test_the_question_before_deleting_says_what_is_lost() -> None:
    assert delete_text(thread(name="Ada")) == "Delete “Ada” for good, 9 checkpoints?"


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> ThreadsPanel:
    """Two runs have ended; the second is shown."""
    scripted.run(BILLING)
    scripted.run(TECHNICAL)
    panel = ThreadsPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(600, 240)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 2)
    return panel


def choose(panel: ThreadsPanel, row: int) -> ThreadRow:
    spot = panel.view.visualRect(panel.rows.index(row, 0)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    found = panel.view.currentIndex().data(ROW_ROLE)
    assert isinstance(found, ThreadRow)
    return found


def press(panel: ThreadsPanel, text: str) -> None:
    button = next(button for button in panel.findChildren(QPushButton) if button.text() == text and button.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_shown_run_is_selected_and_need_not_be_opened(panel: ThreadsPanel, scripted: Scripted) -> None:
    QAbstractItemModelTester(panel.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)

    assert panel.view.currentIndex().row() == 0
    assert not panel.open_button.isEnabled()


def test_a_double_click_opens_an_earlier_run_and_runs_nothing(
    panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    old = choose(panel, 1)
    runs = len(scripted.requests(requests.Run))

    spot = panel.view.visualRect(panel.rows.index(1, 0)).center()
    QTest.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    qtbot.waitUntil(lambda: scripted.session.run_state.thread_id == old.thread_id)
    assert scripted.session.run_state.phase is Phase.FINISHED
    assert len(scripted.requests(requests.Run)) == runs
    assert scripted.requests(requests.GoOn) == []


def test_enter_opens_too_and_the_list_marks_it(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    old = choose(panel, 1)

    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: scripted.session.run_state.thread_id == old.thread_id)

    qtbot.waitUntil(lambda: not panel.open_button.isEnabled())
    assert panel.view.currentIndex().row() == 1


def test_while_a_run_can_go_on_no_other_is_opened(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.start()
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 3)
    shown = scripted.session.run_state.thread_id
    choose(panel, 2)

    press(panel, "Open")

    assert scripted.session.run_state.thread_id == shown
    assert panel.findChildren(Toast)[0].isVisible()


def test_f2_names_a_run_and_the_search_finds_it(panel: ThreadsPanel, qtbot: QtBot) -> None:
    choose(panel, 1)

    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    field = panel.view.findChildren(QLineEdit)[0]
    QTest.keyClicks(field, "charged twice")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.rows.index(1, 0).data() == "charged twice")
    QTest.keyClicks(panel.search, "twice")

    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)
    QTest.keyClicks(panel.search, "x")
    qtbot.waitUntil(lambda: panel.findChildren(EmptyState)[0].title == "Nothing found")


def test_delete_asks_first_and_keep_keeps(panel: ThreadsPanel, scripted: Scripted) -> None:
    choose(panel, 1)

    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.question.isVisible()
    press(panel, "Keep")

    assert panel.question.isHidden()
    assert scripted.requests(requests.DeleteThread) == []


def test_a_deleted_run_leaves_the_list_and_the_shown_one_stays(
    panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    old, shown = choose(panel, 1), scripted.session.run_state

    QTest.mouseClick(panel.delete_button, Qt.MouseButton.LeftButton)
    press(panel, "Delete")
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)

    assert scripted.requests(requests.DeleteThread) == [requests.DeleteThread(old.thread_id)]
    assert scripted.session.run_state is shown


def test_deleting_the_shown_run_empties_the_window(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    choose(panel, 0)

    QTest.mouseClick(panel.delete_button, Qt.MouseButton.LeftButton)
    press(panel, "Delete")

    qtbot.waitUntil(lambda: scripted.session.run_state == RunState())
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)


def test_another_row_takes_the_question_away(panel: ThreadsPanel) -> None:
    choose(panel, 1)
    QTest.mouseClick(panel.delete_button, Qt.MouseButton.LeftButton)

    choose(panel, 0)

    assert panel.question.isHidden()


def test_a_graph_without_runs_says_so(qtbot: QtBot, scripted: Scripted) -> None:
    panel = ThreadsPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.show()
    words = panel.findChildren(EmptyState)[0]
    qtbot.waitUntil(lambda: len(scripted.requests(requests.ListThreads)) == 1)

    qtbot.waitUntil(lambda: words.title == "No runs yet")


def test_a_list_that_was_not_read_yet_does_not_say_that_there_are_no_runs(qtbot: QtBot, scripted: Scripted) -> None:
    panel = ThreadsPanel(scripted.session)
    qtbot.addWidget(panel)

    panel.forget()

    assert panel.findChildren(EmptyState)[0].title == "Reading the runs…"


def test_a_list_that_nobody_sees_asks_nothing(qtbot: QtBot, scripted: Scripted) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    behind, front = QDockWidget("Runs"), QDockWidget("Output")
    panel = ThreadsPanel(scripted.session)
    behind.setWidget(panel)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, behind)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, front)
    window.tabifyDockWidget(behind, front)
    front.raise_()
    window.resize(700, 400)
    window.show()
    qtbot.waitUntil(lambda: not front.visibleRegion().isEmpty())

    scripted.run(BILLING)
    assert scripted.requests(requests.ListThreads) == []
    behind.raise_()

    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)


def test_another_graph_has_other_runs(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    asked = len(scripted.requests(requests.ListThreads))

    panel.forget()

    assert panel.rows.rowCount() == 0
    qtbot.waitUntil(lambda: len(scripted.requests(requests.ListThreads)) == asked + 1)


def test_a_run_that_goes_on_is_not_called_what_it_was_when_it_stopped(qtbot: QtBot, scripted: Scripted) -> None:
    scripted.start(BILLING)
    panel = ThreadsPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)
    seen: list[tuple[Phase, str]] = []

    def note(_old: RunState, new: RunState) -> None:
        seen.append((new.phase, outcome_of(panel.rows.index(0, 0).data(ROW_ROLE))[2]))

    scripted.session.run_state_changed.connect(note)
    scripted.step()
    scripted.session.run_state_changed.disconnect(note)

    assert {word for phase, word in seen if phase is Phase.RUNNING} == {"Running"}


def test_a_run_is_listed_with_its_first_checkpoint_and_not_when_it_ends(
    panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    """Its node may take an hour. Before that checkpoint it is in no list."""
    asked = len(scripted.requests(requests.ListThreads))
    running = replace(scripted.session.run_state, phase=Phase.RUNNING)

    scripted.session.run_state_changed.emit(replace(running, checkpoints={}), running)

    qtbot.waitUntil(lambda: len(scripted.requests(requests.ListThreads)) > asked, timeout=30_000)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (640, "640 B"), (3_440, "3.4 KB"), (999_600, "1.0 MB"), (12_300_000_000, "12.3 GB")]
)
def test_a_size_has_two_or_three_figures(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_each_run_and_all_of_them_tell_their_size(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    first = panel.rows.index(0, 0)

    qtbot.waitUntil(lambda: first.data(SIZE_ROLE) != "", timeout=30_000)

    counts = [panel.rows.index(row, 0).data(ROW_ROLE).checkpoints for row in (0, 1)]
    assert first.data(SIZE_ROLE) == bytes_text(1000 * counts[0])
    qtbot.waitUntil(panel.room_line.isVisible, timeout=30_000)
    assert panel.room_line.words == f"The runs take {bytes_text(1000 * sum(counts))} on the disk"
    assert not panel.room_line.button.isVisible()


def test_a_run_that_did_not_change_is_not_measured_again(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.rows.index(1, 0).data(SIZE_ROLE) != "", timeout=30_000)

    panel.refresh()
    qtbot.waitUntil(lambda: scripted.requests(requests.MeasureThreads)[-1].thread_ids == (), timeout=30_000)

    assert panel.rows.index(1, 0).data(SIZE_ROLE) != ""


def test_room_that_deleted_runs_left_is_given_back_by_a_button(panel: ThreadsPanel, scripted: Scripted) -> None:
    panel.room_line.show_room(Room({}, 2_000_000, 1_500_000))
    assert panel.room_line.words == "The runs take 2.0 MB on the disk, 1.5 MB of it left by what was deleted"

    QTest.mouseClick(panel.room_line.button, Qt.MouseButton.LeftButton)

    assert len(scripted.requests(requests.Compact)) == 1
    assert not panel.room_line.button.isEnabled()


def test_old_steps_are_forgotten_after_a_question_that_counts_them(
    panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    old = choose(panel, 1)
    question, forget = panel.prune_question, panel.prune_question.deed_button

    QTest.keyClick(panel.view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(forget.isEnabled, timeout=30_000)
    assert question.words.startswith(f"Forget {old.checkpoints - panel.keep_count.value()} checkpoints of this run")
    panel.keep_count.setValue(old.checkpoints)
    qtbot.waitUntil(lambda: question.words.startswith("Nothing of this run"), timeout=30_000)
    assert not forget.isEnabled()
    panel.keep_count.setValue(2)
    qtbot.waitUntil(forget.isEnabled, timeout=30_000)
    QTest.mouseClick(forget, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: panel.rows.index(1, 0).data(ROW_ROLE).checkpoints == 2, timeout=30_000)
    done = [each for each in scripted.requests(requests.Prune) if not each.is_trial]
    assert done == [requests.Prune(old.thread_id, 2)]


def test_old_steps_of_a_run_that_can_go_on_are_not_forgotten_under_it(
    panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    scripted.start()
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 3, timeout=30_000)
    choose(panel, 0)

    QTest.keyClick(panel.view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)

    assert not panel.prune_question.isVisible()
    assert panel.findChildren(Toast)[0].text.startswith("Stop this run first")


def test_a_run_that_is_not_shown_is_exported_too(panel: ThreadsPanel) -> None:
    old = choose(panel, 1)
    told: list[str] = []
    panel.export_wanted.connect(told.append)

    panel.export_current()

    assert told == [old.thread_id]


def test_a_run_that_became_shorter_is_read_again(panel: ThreadsPanel, scripted: Scripted, qtbot: QtBot) -> None:
    lists = len(scripted.requests(requests.ListThreads))
    state = scripted.session.run_state

    fewer = replace(state, checkpoints=CheckpointLog(list(state.checkpoints.values())[:2]))
    scripted.session.run_state_changed.emit(state, fewer)

    qtbot.waitUntil(lambda: len(scripted.requests(requests.ListThreads)) > lists, timeout=30_000)


def test_a_run_without_name_and_input_is_drawn_with_its_id(
    panel: ThreadsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(_painter: object, _rect: object, pieces: list[Piece], **_options: object) -> None:
        drawn.append(" ".join(piece.text for piece in pieces if piece.text))

    monkeypatch.setattr("editor.panels.thread_model.draw_pieces", draw)
    panel.rows.show_threads((thread(), thread(input="{}"), thread(name="good", input="{}")), "")

    panel.view.grab()

    assert drawn == ["t", "Empty input", "good {}"]
