"""Lets the editor show its main job by itself, in a real window, and leaves pictures and a report with measured times.

``python -m editor --demo FOLDER GRAPH``. Uses the same keys, buttons and mouse as a person (``hands``), on a copy of
the graph's folder and with a profile of its own, both thrown away. Only the bundled example is run: for any other graph
there would be nobody who could be asked whether its code may run, so the demo opens and shows it and stops there.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import qInstallMessageHandler, qVersion
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from editor.app.hands import Hands
from editor.app.settings import SettingsFile, ThemeChoice
from editor.app.trust import TrustStore
from editor.app.user_files import PROFILE_VARIABLE
from editor.app.wiring import EXAMPLE, Editor
from editor.debugger.run_state import Phase
from editor.debugger.runner_process import runner_processes
from editor.theme.palette import apply_theme
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView

WINDOW_SIZE = (1440, 900)
THEMES: tuple[ThemeChoice, ...] = ("light", "dark")


@dataclass
class Report:
    """What was seen and measured, in order."""

    moments: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """(title, sentence, names of the pictures)."""
    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def took(self, what: str, since_s: float) -> None:
        self.times_ms.setdefault(what, []).append((time.perf_counter() - since_s) * 1_000)


def show_main_job(app: QApplication, folder: Path, graph: Path) -> int:
    """0 if the whole job was done; an exception tells where it stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("[0-9][0-9]-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="stepgraph-demo-") as place:
        os.environ[PROFILE_VARIABLE] = str(Path(place) / "profile")
        os.environ["XDG_DATA_HOME"] = os.environ["LOCALAPPDATA"] = str(Path(place) / "data")
        copy = Path(place) / graph.parent.name
        shutil.copytree(graph.parent, copy, ignore=shutil.ignore_patterns(".stepgraph", "__pycache__", ".git"))
        if app.platformName() == "offscreen":
            qInstallMessageHandler(tell_of_qt)
        app.setQuitOnLastWindowClosed(False)
        apply_theme(app, "light")
        loop = qasync.QEventLoop(app)
        asyncio.set_event_loop(loop)
        with loop:
            may_run = graph.resolve() == EXAMPLE
            loop.run_until_complete(_show(app, loop, folder, copy / graph.name, may_run=may_run))
    print(f"The pictures and report.md are in {folder}.")
    return 0


async def _show(app: QApplication, loop: Any, folder: Path, graph: Path, *, may_run: bool) -> None:
    started = time.perf_counter()
    editor = Editor(app, runner_processes(loop, starts_ahead=True), SettingsFile(), TrustStore())
    editor.window.resize(*WINDOW_SIZE)
    demo = _Demo(editor, folder)
    closed = loop.create_future()
    editor.closed.connect(lambda: closed.set_result(None))
    editor.window.show()
    try:
        await demo.open(graph, started)
        if may_run:
            await demo.main_job()
            await demo.answer_a_question()
    finally:
        editor.close()
        await asyncio.wait_for(closed, 10)
    (folder / "report.md").write_text(_report_text(demo.report, may_run=may_run), encoding="utf-8")


class _Demo(Hands):
    def __init__(self, editor: Editor, folder: Path) -> None:
        super().__init__(editor)
        self.report = Report()
        self._folder = folder

    # The acts

    async def open(self, graph: Path, started: float) -> None:
        await self.editor.start(graph)
        await self.settle()
        self.window.repaint()
        self.report.took("Window made to graph shown", started)
        await self.picture("Opened", "The graph as it is drawn. Opening has run nothing of it.")

    async def main_job(self) -> None:
        await self._trust_and_start()
        await self._step("One step", "classify has run; what it changed stands at the right. The branch is chosen.")
        await self._step("Another step", "The query is written, the timeline grows.")
        await self._step("In the loop", "The first query found nothing, so the loop goes round.")
        await self._step("Second round", "The loop counts its rounds; the diff shows what the second try changed.")
        for _ in range(3):
            await self._step_back()
        await self.until_diff_is_shown()
        await self.picture("Three steps back", "Canvas, state and timeline show that moment; the run is not affected.")
        await self._edit_the_intent()
        await self._fork_and_finish()

    async def answer_a_question(self) -> None:
        await self._choose_input("6-escalation")
        await self.press("F5")
        await self.until_phase(Phase.WAITING)
        await self.settle()
        await self.picture("The graph asks", "An unsure classification goes to a human; the run waits for the reply.")
        await self.press("F5")  # does not answer with nothing: goes to the reply
        await self.until(lambda: isinstance(QApplication.focusWidget(), QPlainTextEdit), "the field of the reply")
        self.write("We refund the 49 euros today.")
        self.click_button(self.editor.answer, "Send answer")
        await self.until_phase(Phase.FINISHED)
        await self.picture("Answered", "The reply went into the state and the graph ran to its end.")

    async def _trust_and_start(self) -> None:
        await self.press("F10")
        dialog = await self.dialog("trust")
        await self.picture(
            "Trust", "Before the first run the code that would run is shown. Nothing has run yet.", dialog
        )
        began = time.perf_counter()
        self.click_button(dialog, "Trust this folder and run")
        await self.until_phase(Phase.PAUSED)
        self.report.took("Runner started and paused before the first node", began)
        await self.until_diff_is_shown()
        await self.picture("Paused before the first node", "The input is the first checkpoint.")

    async def _step(self, title: str, words: str) -> None:
        session, head = self.editor.session, self.editor.session.run_state.head
        began = time.perf_counter()
        await self.press("F10")
        await self.until(
            lambda: session.run_state.head != head and session.run_state.phase is Phase.PAUSED, "the next step"
        )
        await self.until_diff_is_shown()
        self.editor.canvas.viewport().repaint()
        self.editor.state.repaint()
        self.report.took("F10 to node highlighted and diff shown", began)
        await self.picture(title, words)

    async def _step_back(self) -> None:
        began, before = time.perf_counter(), self.editor.session.focus
        await self.press("Alt+F10")
        await self.until(lambda: self.editor.session.focus != before, "a step back")
        self.window.repaint()
        self.report.took("Step back", began)

    async def _edit_the_intent(self) -> None:
        self.choose(self.part(Segmented, self.editor.state), "State")
        await self.until(lambda: self._tree() is not None, "the state as a tree")
        tree = self._tree()
        assert tree is not None, "just waited for"
        await self.until(lambda: tree.view_index(("intent",)).isValid(), "the key 'intent'")
        self.double_click_row(tree, tree.view_index(("intent",), 1))
        await self.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the value")
        await self.press("Ctrl+A")
        self.write("technical")
        await self.picture("Edit a value", "Any value of an earlier moment can be changed in place.")
        began = time.perf_counter()
        await self.press("Return")
        await self.until(lambda: "plan_search" in self._words_of_fork(), "the preview of the fork")
        self.report.took("Edit to preview of the next node", began)
        await self.picture("See where it leads", "Before anything is done: the next node will be another one.")

    async def _fork_and_finish(self) -> None:
        self.click_button(self.editor.state, "Fork and step")
        await self.until(lambda: "plan_search" in self._ran() and self._is_paused(), "the first step of the new branch")
        self.choose(self.part(Segmented, self.editor.state), "Diff")
        await self.until_diff_is_shown()
        await self.picture("Another branch", "The old branch stays in the timeline, the new one runs beside it.")
        await self._step("Two nodes at once", "Both searches belong to one step and ran together.")
        await self.press("F5")
        await self.until_phase(Phase.FINISHED)
        await self.until_diff_is_shown()
        await self.picture("Finished", "The other branch ran to the end.")

    # What is looked at

    def _tree(self) -> ValueView | None:
        trees = [tree for tree in self.editor.state.findChildren(ValueView) if tree.isVisible()]
        return trees[0] if trees else None

    def _words_of_fork(self) -> str:
        bar = self.editor.state.findChild(QWidget, "fork bar")
        return str(getattr(bar, "next_text", ""))

    def _ran(self) -> tuple[str, ...]:
        state = self.editor.session.run_state
        head = state.checkpoints.get(state.head or "")
        return head.ran if head is not None else ()

    def _is_paused(self) -> bool:
        return self.editor.session.run_state.phase is Phase.PAUSED

    async def _choose_input(self, name: str) -> None:
        self.click(self.editor.inputs)
        await self.settle()
        assert self.editor.inputs.picker.choose(name), f"the example has the input {name}"
        self.editor.inputs.close_picker()
        self.editor.canvas.setFocus()

    async def picture(self, title: str, words: str, of: QWidget | None = None) -> None:
        """The window (or a dialog) in both themes."""
        number = len(self.report.moments) + 1
        names = []
        for theme in THEMES:
            self.editor.choose_theme(theme)
            await self.settle()
            name = f"{number:02d}-{title.lower().replace(' ', '-')}-{theme}.png"
            (of or self.window).grab().save(str(self._folder / name))
            names.append(name)
        self.editor.choose_theme(THEMES[0])
        self.report.moments.append((title, words, names))


def tell_of_qt(_kind: object, _where: object, text: str | None) -> None:
    """All but what the offscreen platform says of itself for every window."""
    if text and not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


def _report_text(report: Report, *, may_run: bool) -> str:
    lines = ["# What Stepgraph does", ""]
    if not may_run:
        lines += ["This graph was opened and not run: nobody was there to be asked whether its code may run.", ""]
    lines += ["| Measured | Median | Slowest | Times |", "|--|--:|--:|--:|"]
    for what, times in report.times_ms.items():
        lines.append(f"| {what} | {statistics.median(times):.0f} ms | {max(times):.0f} ms | {len(times)} |")
    lines += ["", f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.machine()}.", ""]
    for number, (title, words, names) in enumerate(report.moments, start=1):
        lines += [f"## {number}. {title}", "", words, "", *(f"![{title}]({name})" for name in names), ""]
    return "\n".join(lines)
