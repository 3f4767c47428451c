"""The panels that come with a run beside the timeline: times, watches, search, coverage. Makes and connects them.

Also connects the user's own marks (watches, pins) with the graph that is open. Called by ``wiring`` with one line.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from editor.app.main_window import holds
from editor.app.stale_joints import StaleJoints
from editor.debugger.coverage import covered_picture
from editor.panels.coverage_panel import CoveragePanel
from editor.panels.run_search_panel import RunSearchPanel
from editor.panels.times_panel import TimesPanel
from editor.panels.watch_panel import WatchPanel
from editor.widgets.seen import is_seen

if TYPE_CHECKING:
    from editor.app.wiring import Editor


class RunPanels(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        session, marks, window = editor.session, editor.marks, editor.window
        self.times = TimesPanel(session)
        self.watch = WatchPanel(session, marks)
        self.search = RunSearchPanel(session)
        self.coverage = CoveragePanel(session)
        self.docks = {
            "times": window.add_run_dock("Times", "times", self.times),
            "watch": window.add_run_dock("Watch", "watch", self.watch),
            "search_run": window.add_run_dock("Find", "search run", self.search),
            "coverage": window.add_run_dock("Coverage", "coverage", self.coverage),
        }
        for name, panel in (("times", self.times), ("watch", self.watch), ("coverage", self.coverage)):
            self.docks[name].visibilityChanged.connect(partial(_on_seen, panel))
        for panel in (self.times, self.coverage):
            panel.node_wanted.connect(self._show_node)
        self.search.value_wanted.connect(editor.state.show_value)
        editor.state.forked.connect(self._look_at_timeline)
        editor.canvas.task_chosen.connect(self._show_task)
        editor.past_banner.forked.connect(self._look_at_timeline)
        self._stale = StaleJoints(editor)
        editor.timeline.compare_wanted.connect(self._compare)
        editor.timeline.pin_wanted.connect(editor.state.compare.pin_checkpoint)
        self.coverage.marked.connect(self._show_picture)
        self.coverage.counted.connect(self._show_picture)
        session.picture_changed.connect(self._on_picture)
        session.run_state_changed.connect(self._on_run_state)
        editor.files.opened.connect(self._on_opened)
        editor.files.saved.connect(marks.keep_at)

    def handlers(self) -> dict[str, Any]:
        """What the actions of these panels do."""
        window = self._editor.window
        shown = {
            f"view.{name}": partial(window.toggle_dock, self.docks[name]) for name in ("times", "watch", "coverage")
        }
        return {**shown, "view.search_run": self.find_in_run, "edit.find": self.find_here}

    def find_in_run(self) -> None:
        self._editor.window.show_dock(self.docks["search_run"])
        self.search.open()

    def find_here(self) -> None:
        """Ctrl+F: in the states of the run if the keyboard is at one of its panels, else in the drawing."""
        editor, focused = self._editor, QApplication.focusWidget()
        of_run = (editor.state, editor.timeline, self.times, self.watch, self.search)
        if focused is not None and any(holds(part, focused) for part in of_run):
            self.find_in_run()
        else:
            editor.canvas.find_bar.open()

    def _show_task(self, _node: str, task_id: str) -> None:
        self._editor.state.show_task(task_id)

    def _look_at_timeline(self) -> None:
        """The button of a fork goes with its bar; the keyboard goes where F2 names the new branch."""
        view = self._editor.timeline.view
        (view if is_seen(view) else self._editor.canvas).setFocus()

    def _compare(self, checkpoint_id: str) -> None:
        self._editor.window.show_dock(self._editor.window.state_dock)
        self._editor.state.compare_with(checkpoint_id)

    def _show_node(self, node: str) -> None:
        if self._editor.whole.document.has_node(node):
            self._editor.go_to(node)

    def _on_picture(self, _picture: object) -> None:
        if self.coverage.mark.isChecked():  # else the canvas has shown it already
            self._show_picture()

    def _show_picture(self, _fact: object = None) -> None:
        """While coverage is marked, it stands on the canvas in place of the shown moment."""
        session = self._editor.session
        if self.coverage.mark.isChecked() and session.graph is not None and self.coverage.coverage.nodes:
            self._editor.levels.show_run(covered_picture(self.coverage.coverage, session.graph, session.picture))
        else:
            self._editor.levels.show_run(session.picture)

    def _on_run_state(self, _old: Any, new: Any) -> None:
        if not new.checkpoints and self.coverage.mark.isChecked() and not self.coverage.all_runs.isChecked():
            self.coverage.mark.setChecked(False)

    def _on_opened(self, path: Path | None) -> None:
        self._editor.marks.open(path)


def _on_seen(panel: TimesPanel | WatchPanel | CoveragePanel, is_seen: bool) -> None:
    """A panel behind another tab does not follow the run; when it comes to the front, it catches up."""
    if is_seen:
        QTimer.singleShot(0, panel, panel.refresh)
