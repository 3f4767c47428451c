"""The console: bounded, filtered, following, and never slow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QListView, QToolButton
from pytestqt.qtbot import QtBot

from editor.debugger.reports import OutputLine
from editor.panels.output_panel import OutputPanel
from editor.panels.output_ring import CUT_AT_CHARACTERS, ConsoleLine, OutputRing, console_lines
from tests.editor.panels.scripted import Scripted


def line(text: str, stream: str = "stdout", node: str | None = "classify", step: int | None = 1) -> OutputLine:
    return OutputLine(text, stream, node, step, None)


def console(*texts: str) -> list[ConsoleLine]:
    return [ConsoleLine("a · 1", text, "stdout") for text in texts]


# ---- the ring


def test_the_ring_keeps_the_newest_lines_and_counts_what_fell_off() -> None:
    ring = OutputRing(kept_lines=3)

    ring.add(console("1", "2"))
    ring.add(console("3", "4", "5"))

    assert [each.text for each in ring.shown] == ["3", "4", "5"]
    assert (len(ring), ring.dropped) == (3, 2)


def test_a_batch_larger_than_the_ring_leaves_its_end() -> None:
    ring = OutputRing(kept_lines=2)

    ring.add(console(*"abcdef"))

    assert [each.text for each in ring.shown] == ["e", "f"]
    assert ring.dropped == 4


def test_the_filter_keeps_matching_with_what_comes_and_what_goes() -> None:
    ring = OutputRing(kept_lines=3)
    ring.add(console("error 1", "fine", "error 2"))

    ring.filter("ERROR")
    ring.add(console("error 3", "fine"))

    assert [each.text for each in ring.shown] == ["error 2", "error 3"]


def test_a_line_of_a_megabyte_is_cut_before_it_reaches_a_widget() -> None:
    (only,) = console_lines("x" * 1_000_000, "stdout", "classify", 1)

    assert len(only.text) < CUT_AT_CHARACTERS + 40
    assert only.text.endswith("(998,000 more characters)")
    assert only.prefix == "classify · 1"


# ---- the panel


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> OutputPanel:
    panel = OutputPanel(scripted.session, kept_lines=1_000)
    qtbot.addWidget(panel)
    panel.resize(700, 240)
    panel.show()
    return panel


def emit(panel: OutputPanel, scripted: Scripted, *lines: OutputLine) -> None:
    scripted.session.output_received.emit(lines)
    panel.show_waiting()


def list_of(panel: OutputPanel) -> QListView:
    return panel.findChildren(QListView)[0]


def texts(panel: OutputPanel) -> list[str]:
    return [each.text for each in panel.lines.ring.shown]


def test_what_nodes_print_appears_with_node_and_step(qtbot: QtBot, panel: OutputPanel, scripted: Scripted) -> None:
    scripted.start()

    scripted.step()

    qtbot.waitUntil(lambda: texts(panel) == ["classified as billing, 94% sure"])
    assert panel.lines.ring.shown[0].prefix == "classify · 1"


def test_the_rows_keep_qts_rules_while_lines_come_and_fall_off(panel: OutputPanel, scripted: Scripted) -> None:
    _tester = QAbstractItemModelTester(panel.lines, QAbstractItemModelTester.FailureReportingMode.Fatal)

    for batch in range(12):
        emit(panel, scripted, *(line(f"{batch}-{i}") for i in range(100)))
    panel.lines.filter("11-")
    emit(panel, scripted, line("11-last"), line("other"))

    assert panel.lines.rowCount() == 101


def test_a_flood_between_two_repaints_is_drawn_once_and_grows_nothing(panel: OutputPanel, scripted: Scripted) -> None:
    flood = tuple(line("y" * 80) for _ in range(1_000))

    repaints: list[str] = []
    panel.lines.modelReset.connect(lambda: repaints.append("reset"))
    panel.lines.rowsInserted.connect(lambda: repaints.append("rows"))

    for _ in range(100):
        scripted.session.output_received.emit(flood)
    assert repaints == [], "nothing is drawn before the timer says so"
    panel.show_waiting()

    assert len(repaints) == 1
    assert len(panel.lines.ring) == 1_000
    assert len(panel._waiting) == 0


def test_the_filter_narrows_the_lines(qtbot: QtBot, panel: OutputPanel, scripted: Scripted) -> None:
    emit(panel, scripted, line("rows found"), line("nothing"), line("2 rows"))

    QTest.keyClicks(panel._filter, "rows")

    qtbot.waitUntil(lambda: texts(panel) == ["rows found", "2 rows"])


def test_scrolling_up_stops_following_and_the_button_follows_again(
    qtbot: QtBot, panel: OutputPanel, scripted: Scripted
) -> None:
    emit(panel, scripted, *(line(str(i)) for i in range(200)))
    bar = list_of(panel).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)

    list_of(panel).setFocus()
    QTest.keyClick(list_of(panel), Qt.Key.Key_Home)
    emit(panel, scripted, line("new"))
    assert bar.value() < bar.maximum()
    follow = next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == "Follow the newest line")
    QTest.mouseClick(follow, Qt.MouseButton.LeftButton)

    assert bar.value() == bar.maximum()


def test_copy_takes_the_selected_lines_or_all(panel: OutputPanel, scripted: Scripted) -> None:
    emit(panel, scripted, line("one"), line("two", "stderr"), line("three"))

    panel.copy()
    whole = QGuiApplication.clipboard().text()
    list_of(panel).setCurrentIndex(panel.lines.index(1, 0))
    QTest.keyClick(list_of(panel), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert whole.splitlines() == ["classify · 1  one", "classify · 1  two", "classify · 1  three"]
    assert QGuiApplication.clipboard().text() == "classify · 1  two"


def test_another_run_and_the_clear_button_empty_the_console(panel: OutputPanel, scripted: Scripted) -> None:
    emit(panel, scripted, line("old"))

    scripted.start()

    assert "old" not in texts(panel)
    emit(panel, scripted, line("new"))
    panel.clear()
    assert texts(panel) == []


# ---- what was kept


def past_texts(panel: OutputPanel) -> list[str]:
    return [each.text for each in panel.past_lines.ring.shown]


def shown(panel: OutputPanel) -> list[str]:
    model = list_of(panel).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_past_moment_shows_what_was_written_on_the_way_to_it(
    qtbot: QtBot, panel: OutputPanel, scripted: Scripted
) -> None:
    scripted.run()
    qtbot.waitUntil(lambda: len(texts(panel)) > 1)
    whole = shown(panel)

    scripted.session.look_at(scripted.after("classify").id)

    qtbot.waitUntil(lambda: panel.past_step is not None)
    assert shown(panel) == ["classify · 1  classified as billing, 94% sure"]
    assert panel._count.text() == "1 line up to step 1"
    assert not panel._clear.isEnabled()
    scripted.session.back_to_now()
    assert shown(panel) == whole
    assert panel._clear.isEnabled()


def test_a_moment_before_any_output_says_so(qtbot: QtBot, panel: OutputPanel, scripted: Scripted) -> None:
    scripted.run()
    first = next(iter(scripted.session.run_state.checkpoints))

    scripted.session.look_at(first)

    qtbot.waitUntil(lambda: panel.past_step is not None)
    assert (panel._pages.currentWidget(), panel._empty.title) == (panel._empty, "No output up to here")


def test_what_comes_while_the_past_is_shown_is_there_afterwards(
    qtbot: QtBot, panel: OutputPanel, scripted: Scripted
) -> None:
    scripted.run()
    scripted.session.look_at(scripted.after("classify").id)
    qtbot.waitUntil(lambda: panel.past_step is not None)

    emit(panel, scripted, line("meanwhile"))
    assert past_texts(panel) == ["classified as billing, 94% sure"]
    panel.lines.filter("")
    scripted.session.back_to_now()

    assert texts(panel)[-1] == "meanwhile"


def test_an_opened_run_shows_what_was_kept_of_it(qtbot: QtBot, panel: OutputPanel, scripted: Scripted) -> None:
    scripted.run()
    qtbot.waitUntil(lambda: len(texts(panel)) > 1)
    thread, whole = scripted.session.run_state.thread_id, texts(panel)
    scripted.start()
    assert texts(panel) == []
    scripted.session.stop()
    qtbot.waitUntil(lambda: scripted.session.may("open_thread"))

    scripted.session.open_thread(thread)

    qtbot.waitUntil(lambda: texts(panel) == whole)
