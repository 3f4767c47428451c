"""Dialogs are opened, not executed, and say what, where and the way out; a bug ends in a report, not in a crash."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from editor.app.background import BackgroundTasks
from editor.app.crash_handler import MOST_REPORTS, CrashHandler, bug_report
from editor.app.dialogs import answer_of, ask, with_graph_ending
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.external_editor import command_for
from editor.app.key_bindings import KeyBindings
from editor.app.shortcut_sheet import ShortcutSheet
from editor.app.shown_file import WHOLE
from editor.app.trust import CodeFile, Reach, Verdict
from editor.app.trust_dialog import TrustDialog
from tests.editor.app.asking import Run, answering, press


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_a_question_gives_the_chosen_answer_while_other_tasks_go_on(run: Run, window: QWidget) -> None:
    ticks: list[int] = []

    async def tick() -> None:
        for number in range(5):
            ticks.append(number)
            await asyncio.sleep(0)

    async def work() -> str | None:
        other = asyncio.ensure_future(tick())
        answer = await answering(window, ask(window, "Save?", "Changes.", ("Save", "Don't save")), "Don't save")
        await other
        return answer

    assert run(work()) == "Don't save"
    assert ticks == [0, 1, 2, 3, 4]


def test_enter_on_cancel_cancels_and_does_not_press_the_default_button(run: Run, window: QWidget) -> None:
    async def work() -> str | None:
        asked = asyncio.ensure_future(ask(window, "Save?", "Changes.", ("Save", "Don't save")))
        while not (found := [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]):
            await asyncio.sleep(0)
        cancel = next(button for button in found[0].findChildren(QPushButton) if button.text() == "Cancel")
        QTest.keyClick(cancel, Qt.Key.Key_Return)
        return await asked

    assert run(work()) is None


def test_an_error_begins_on_close_so_that_enter_closes_it(run: Run, window: QWidget) -> None:
    dialog = ErrorDialog(window, ErrorText("It failed", "The disk is full.", "Make room.", "Traceback"))

    async def work() -> int:
        asked = asyncio.ensure_future(answer_of(dialog))
        while not dialog.isVisible():
            await asyncio.sleep(0)
        focus = dialog.focusWidget()
        assert isinstance(focus, QPushButton)
        assert focus.text() == "Close"
        QTest.keyClick(focus, Qt.Key.Key_Return)
        return await asked

    assert run(work()) == QDialog.DialogCode.Accepted


@pytest.mark.parametrize(
    ("typed", "saved"),
    [("plan", "plan.graph.json"), ("plan.json", "plan.graph.json"), ("plan.graph.json", "plan.graph.json")],
)
def test_a_graph_file_always_gets_its_ending(typed: str, saved: str) -> None:
    assert with_graph_ending(Path("/a") / typed) == Path("/a") / saved


def test_an_error_says_what_where_and_the_way_out_and_can_be_copied(qtbot: Any, window: QWidget) -> None:
    error = ErrorText("It cannot be opened", "plan.json, line 3: a comma is missing.", "Add it.", "Traceback …")
    dialog = ErrorDialog(window, error)
    dialog.open()

    press(dialog, "Copy report")

    assert all(part in words_of(dialog) for part in (error.title, error.text, error.way_out))
    assert QGuiApplication.clipboard().text() == error.as_report()
    dialog.close()


def test_details_are_folded_until_asked_for(qtbot: Any, window: QWidget) -> None:
    dialog = ErrorDialog(window, ErrorText("a", "b", detail="deep"))
    dialog.open()
    assert not dialog.detail.isVisible()

    press(dialog, "Show details")

    assert dialog.detail.isVisible()
    dialog.close()


def test_a_bug_is_reported_with_its_place_and_without_values() -> None:
    secret = "hunter2"
    try:
        raise ValueError("boom") if secret else None
    except ValueError as error:
        report = bug_report(error)

    assert report.cause is Cause.OUR_BUG
    assert "test_dialogs.py" in report.detail and "boom" in report.detail and "Python" in report.detail
    assert "hunter2" not in report.detail


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_exceptions_of_slots_and_threads_are_shown_but_not_without_end(qtbot: Any, caplog: Any) -> None:
    shown: list[ErrorText] = []
    handler = CrashHandler(shown.append)
    hooks = sys.excepthook, threading.excepthook
    handler.install()
    try:
        for number in range(MOST_REPORTS + 2):
            error = RuntimeError(str(number))
            sys.excepthook(RuntimeError, error, None)
        qtbot.waitUntil(lambda: len(shown) == MOST_REPORTS)
    finally:
        handler.uninstall()
        sys.excepthook, threading.excepthook = hooks

    assert len(shown) == MOST_REPORTS


def test_an_exception_in_a_callback_of_the_loop_is_shown(run: Run) -> None:
    shown: list[ErrorText] = []
    handler = CrashHandler(shown.append)

    def fail() -> None:
        raise LookupError("in a callback")

    async def work() -> None:
        loop = asyncio.get_event_loop()
        loop.set_exception_handler(handler.on_loop_trouble)
        loop.call_soon(fail)
        while not shown:
            await asyncio.sleep(0)

    run(work())

    assert "in a callback" in shown[0].detail


def test_a_background_task_that_fails_is_reported(run: Run) -> None:
    failures: list[BaseException] = []

    async def fail() -> None:
        raise LookupError("gone")

    async def work() -> None:
        BackgroundTasks(failures.append).start(fail())
        while not failures:
            await asyncio.sleep(0)

    run(work())

    assert [str(failure) for failure in failures] == ["gone"]


def test_nothing_starts_after_the_window_has_gone(run: Run) -> None:
    done: list[int] = []

    async def act() -> None:
        done.append(1)

    async def work() -> None:
        tasks = BackgroundTasks(lambda error: None)
        tasks.close()
        tasks.start(act())
        await asyncio.sleep(0)

    run(work())

    assert done == []


def code(*names: str) -> tuple[CodeFile, ...]:
    return tuple(CodeFile(Path(name), name, f"# {name}\n", Reach.NAMED, name) for name in names)


def test_the_trust_dialog_shows_each_file_and_enter_does_not_accept(qtbot: Any, window: QWidget) -> None:
    dialog = TrustDialog(window, Path("/p/plan.graph.json"), code("nodes.py", "tools.py"), Verdict(False))
    dialog.open()
    dialog.files.setCurrentRow(1)

    assert dialog.shown.source.toPlainText().strip() == "# tools.py"
    assert not any(button.isDefault() or button.autoDefault() for button in dialog.findChildren(QPushButton))
    focus = dialog.focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus.text() == "Cancel"
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert dialog.result() == 0
    assert not dialog.isVisible()


def test_the_trust_dialog_marks_what_changed_and_shows_it_first(qtbot: Any, window: QWidget) -> None:
    verdict = Verdict(False, known_before=True, changed=frozenset({"tools.py"}))
    dialog = TrustDialog(window, Path("/p/plan.graph.json"), code("nodes.py", "tools.py"), verdict)

    assert dialog.files.currentItem().text() == "tools.py  (changed)"
    assert "has changed" in words_of(dialog)


def test_the_trust_dialog_shows_what_changed_and_the_whole_file_on_demand(qtbot: Any, window: QWidget) -> None:
    before = {"tools.py": "# as it was\n"}
    verdict = Verdict(False, known_before=True, changed=frozenset({"nodes.py", "tools.py"}), before=before)
    dialog = TrustDialog(window, Path("/p/plan.graph.json"), code("nodes.py", "tools.py"), verdict)
    dialog.open()

    assert dialog.shown.source.isVisible() and not dialog.shown.switch.isVisible(), "how it was is not known"
    dialog.files.setCurrentRow(1)
    assert dialog.shown.changes.isVisible()
    assert dialog.shown.changes.toPlainText() == "@@ -1 +1 @@\n-# as it was\n+# tools.py"
    qtbot.mouseClick(
        dialog.shown.switch, Qt.MouseButton.LeftButton, pos=dialog.shown.switch.rect_of(WHOLE).center().toPoint()
    )

    assert dialog.shown.source.isVisible() and dialog.shown.source.toPlainText() == "# tools.py"
    dialog.reject()


def test_the_sheet_of_keys_is_made_from_the_table(qtbot: Any, window: QWidget) -> None:
    sheet = ShortcutSheet(window, KeyBindings())

    assert "Toggle breakpoint" in words_of(sheet)
    assert "F9" in words_of(sheet)


def test_sources_are_shown_by_an_editor_and_never_opened_by_their_type(tmp_path: Path) -> None:
    chosen = {"STEPGRAPH_EDITOR": "myedit --line {line} {path}", "PATH": ""}

    assert command_for(Path("/a b/n.py"), 7, chosen) == ["myedit", "--line", "7", "/a b/n.py"]
    assert command_for(Path("/a/n.py"), 7, {"PATH": str(tmp_path)}) is None
