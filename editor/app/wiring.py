"""The one file that knows every part: makes them and connects them.

Facts flow up from document, session and canvas as signals; here they become one ``Situation`` and a few calls on the
window. Intents flow down: see ``action_handlers``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from editor.app import recovery_offer
from editor.app.action_handlers import action_handlers
from editor.app.background import BackgroundTasks
from editor.app.code_joints import CodeJoints
from editor.app.debug_verbs import DebugVerbs, drift_card
from editor.app.dialogs import answer_of
from editor.app.disk_watch import watch_disk
from editor.app.document_files import DocumentFiles
from editor.app.document_joints import DocumentJoints
from editor.app.drift_joints import follow_drift
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.external_editor import show_in_editor
from editor.app.input_button import InputButton
from editor.app.inspector_joints import connect_inspector
from editor.app.key_bindings import sound_bindings
from editor.app.level_joints import LevelJoints
from editor.app.main_window import MainWindow, Parts
from editor.app.new_project import new_project
from editor.app.python_joints import PythonJoints
from editor.app.ready_runner import ReadyRunners, keep_a_runner_ready
from editor.app.run_control import LONGEST_STOP_S, RunControl
from editor.app.run_joints import RunJoints
from editor.app.run_panels import RunPanels
from editor.app.run_permission import RunnerGate, RunPermission
from editor.app.settings import SettingsFile, ThemeChoice
from editor.app.shown_situation import show_situation
from editor.app.side_panels import SidePanels
from editor.app.stop_notice import StopNotice
from editor.app.template_joints import offer_templates
from editor.app.templates import Template
from editor.app.tour import Tour
from editor.app.trust import TrustStore
from editor.app.windows import Windows
from editor.canvas.graph_view import GraphView
from editor.debugger.backend import BackendFactory
from editor.debugger.breakpoints import Breakpoint
from editor.debugger.own_marks import OwnMarks
from editor.debugger.reports import Trouble
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.document.level_history import LevelHistory
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from editor.panels.answer_card import AnswerCard
from editor.panels.breakpoints_panel import BreakpointsPanel
from editor.panels.error_card import ErrorCard
from editor.panels.input_picker import InputPicker
from editor.panels.inside_card import InsideCard
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.output_panel import OutputPanel
from editor.panels.past_banner import PastBanner
from editor.panels.problems_panel import ProblemsPanel
from editor.panels.state_panel import StatePanel
from editor.panels.threads_panel import ThreadsPanel
from editor.panels.timeline_panel import TimelinePanel
from editor.theme.palette import apply_theme

log = logging.getLogger(__name__)

EXAMPLE = Path(__file__).resolve().parents[2] / "resources/examples/support_router/support_router.graph.json"


class Editor(QObject):
    """One window with everything in it. Made by ``main``, by the demo and by the journeys."""

    closed = Signal()
    """The window is gone and every process of it has ended."""

    def __init__(
        self,
        app: QApplication,
        backend_factory: BackendFactory,
        settings: SettingsFile | None = None,
        trust_store: TrustStore | None = None,
        on_bug: Callable[[BaseException], None] | None = None,
        windows: Windows | None = None,
    ) -> None:
        super().__init__()
        self._app = app
        self._on_bug = on_bug
        self._backend_factory = backend_factory
        self.windows = windows or Windows()
        self.settings = settings or SettingsFile()
        self.window = MainWindow()
        self.tasks = BackgroundTasks(on_bug or _raise)
        self.whole = SharedHistory(UndoHistory(Document()))
        """The document with all its subgraphs: what is saved and run."""
        self.history = LevelHistory(self.whole)
        """The graph of it that is shown and edited: the outermost one, or a subgraph."""
        self.permission = RunPermission(self.window, trust_store or TrustStore())
        gate = RunnerGate(backend_factory, self.permission, self.tasks.start)
        self._runners = ReadyRunners(gate, self.permission, self.permission.pythons.of)
        self.session = DebugSession(self._runners, parent=self)
        self.files = DocumentFiles(self.window, self.whole, self.windows.documents)
        self._make_parts()
        self.control = RunControl(
            self.session,
            self.whole,
            self.files,
            self.permission,
            self.tasks,
            self.inputs.chosen_input,
            self.answer.focus_reply,
        )
        self.verbs = DebugVerbs(self)
        self._is_closing = False
        self._connect()
        if getattr(backend_factory, "starts_ahead", False):
            keep_a_runner_ready(self, self._runners)
        self.window.registry.set_keys(sound_bindings(self.settings.settings.keys))
        self.canvas.wheel_scrolls = self.settings.settings.wheel == "scroll"
        self.canvas.is_motion_wanted = self.settings.settings.motion
        self.window.arrange(self.settings.settings.window_geometry, self.settings.settings.window_state)
        self.window.show_welcome(True)
        self._mark_theme()
        self.document_joints.show_recent()
        self.windows.add(self)
        self.refresh()

    def another(self) -> Editor:
        """A second window of this process, not shown yet."""
        store = self.permission.store
        return Editor(self._app, self._backend_factory, self.settings, store, self._on_bug, self.windows)

    # ---- made here

    def _make_parts(self) -> None:
        self.canvas = GraphView(self.history)
        self.marks = OwnMarks(self)
        self.state = StatePanel(self.session, self.marks)
        self.answer = AnswerCard(self.session, lambda verb: self.control.go_on(verb))
        self.error = ErrorCard(self.session, retry=lambda: self.control.run_or_continue())
        self.timeline = TimelinePanel(self.session)
        self.past_banner = PastBanner(self.session)
        self.inspector = InspectorPanel(self.history)
        self.problems = ProblemsPanel(self.whole)
        self.breakpoints = BreakpointsPanel(self.session)
        self.threads = ThreadsPanel(self.session)
        self.inputs = InputButton(InputPicker(self.session, marks=self.marks))
        self.window.place(
            Parts(
                canvas=self.canvas,
                timeline=self.timeline,
                past_banner=self.past_banner,
                inspector=self.inspector,
                state=self.state,
                answer=self.answer,
                drift=drift_card(self),
                inside=InsideCard(self.session),
                error=self.error,
                output=OutputPanel(self.session),
                problems=self.problems,
                breakpoints=self.breakpoints,
                threads=self.threads,
                input_button=self.inputs,
            )
        )

        self.levels = LevelJoints(self)
        self.run_panels = RunPanels(self)
        self.side = SidePanels(self)
        self.stop_notice = StopNotice(self)
        self.code = CodeJoints(self)
        self.python = PythonJoints(self)
        connect_inspector(self)
        watch_disk(self)
        follow_drift(self)
        offer_templates(self)
        widgets = {"canvas": self.canvas, "state": self.state, "timeline": self.timeline}
        self.tour = Tour(self.window, widgets, self.window.registry.key_in_words)

    # ---- facts that flow up

    def _connect(self) -> None:
        window, session, canvas = self.window, self.session, self.canvas
        self.whole.subscribe_locks(self._show_lock)
        self.document_joints = DocumentJoints(self)
        self.run_joints = RunJoints(self)
        session.breakpoint_list_changed.connect(self._on_breakpoints)
        session.trouble.connect(self._on_trouble)
        canvas.selection_changed.connect(self._on_selection)
        canvas.message.connect(window.toast.say)
        self.inspector.go_to.connect(self.levels.go_to_here)
        for part in (self.problems, self.breakpoints):
            part.go_to.connect(self.go_to)
        self.error.show_node.connect(self.go_to)
        self.inspector.open_source.connect(self._open_source)
        self.problems.count_changed.connect(self._on_problem_count)
        self.inputs.input_changed.connect(self.refresh)
        self.inputs.run_requested.connect(self._run_from_picker)
        window.debug_bar.edit_wanted.connect(self.control.stop)
        window.close_wanted.connect(self.close)
        window.looked_at.connect(self.look_at_disk)
        window.welcome.recent_chosen.connect(self.open)
        window.welcome.template_chosen.connect(self.new_from_template)
        window.registry.connect_handlers(action_handlers(self), canvas)
        canvas.key_now = window.registry.key_instead_of

    def _show_lock(self) -> None:
        """A run began or ended, here or in another window of the graph."""
        self.canvas.set_read_only(self.history.locked_reason)
        self.inspector.set_read_only(self.history.locked_reason)
        self.code.show_lock()
        self.refresh()

    def _on_breakpoints(self, _old: object, _new: tuple[Breakpoint, ...]) -> None:
        self.levels.show_breakpoints()
        self.refresh()

    def _on_selection(self, nodes: frozenset[str]) -> None:
        self.inspector.show_nodes(sorted(nodes))
        self.session.look_at_node(next(iter(nodes)) if len(nodes) == 1 and not self.levels.depth else None)
        self.refresh()

    def _on_trouble(self, trouble: Trouble) -> None:
        if trouble.offer == "choose_python":
            self.python.tell(trouble)
            return
        way_out = "Continue goes on from the last checkpoint." if trouble.offer else ""
        self.show_error(ErrorText(trouble.title, trouble.text, way_out, trouble.detail, Cause.ENVIRONMENT))

    def _on_problem_count(self, errors: int, warnings: int) -> None:
        count = errors + warnings
        self.window.problems_dock.setWindowTitle(f"Problems ({count})" if count else "Problems")
        self.levels.show_problems()

    def look_at_disk(self) -> None:
        """What changed there is taken over or asked about."""
        self.tasks.start(self.files.look_at_disk())

    def refresh(self) -> None:
        """Title, actions and the right end of the status bar follow from what is true now."""
        show_situation(self)

    # ---- intents that flow down

    def open(self, path: Path) -> None:
        """Opens a graph file, after the open one was left with the user's consent. Runs nothing of it."""
        self._start(self._leaving_run(partial(self._open, path)))

    async def open_and_wait(self, path: Path) -> bool:
        """As ``open``; whether the graph is there now."""
        await self._leaving_run(partial(self._open, path))
        return self.files.path == path

    def new(self) -> None:
        self._start(self._leaving_run(self.files.new))

    def new_from_template(self, template: Template | None = None) -> None:
        """Asks for a name and a place, and for the template if there is none yet."""
        self._start(self._new_from_template(template))

    def open_example(self) -> None:
        self.open(EXAMPLE)

    def start_tour(self) -> None:
        """In the example, with hints beside the real controls."""
        self._start(self._leaving_run(self._open_example_with_tour))

    async def _open_example_with_tour(self) -> bool:
        if not await self._open(EXAMPLE):
            return False
        self.tour.start()
        return True

    def choose_and_open(self) -> None:
        self._start(self._leaving_run(self.files.open))

    def withdraw_trust(self) -> None:
        """The next run in this folder asks again."""
        if self.files.path is not None:
            self.permission.withdraw(self.files.path)
            self.windows.each(Editor.trust_may_have_gone)

    def go_to(self, node: str) -> None:
        """Selects the node of the outermost graph and brings it to the middle of the canvas."""
        self.levels.go_to((), node)

    async def start(self, path: Path | None) -> None:
        """The first thing after the window is shown: recover what a crash left behind, and open the file."""
        await recovery_offer.begin(self, path)

    def close(self) -> None:
        """Asks about unsaved work, ends every process, then closes the window."""
        self._start(self._close())

    def choose_theme(self, choice: ThemeChoice) -> None:
        self.settings.change(lambda now: replace(now, theme=choice))
        apply_theme(self._app, choice)
        self.windows.each(Editor._mark_theme)

    async def _new_from_template(self, template: Template | None) -> None:
        path = await new_project(self.window, self.settings, template)
        if path is not None:
            await self._leaving_run(partial(self._open, path))

    def trust_may_have_gone(self) -> None:
        """A folder was forgotten, perhaps that of the open graph."""
        if self.files.path is not None and not self.permission.is_given(self.files.path):
            self.document_joints.was_permitted = False
            self._runners.end()

    async def _open(self, path: Path) -> bool:
        is_open = await self.files.open(path)
        if not is_open and not path.exists():
            self.document_joints.forget_recent(path)
        return is_open

    async def _close(self) -> None:
        if self._is_closing or not await self.files.may_leave():
            return
        self._is_closing = True
        await self.control.end_run()
        geometry, state = self.window.arrangement()
        self.settings.change(lambda now: replace(now, window_geometry=geometry, window_state=state))
        self.session.close()
        try:
            await self._runners.wait_until_gone(LONGEST_STOP_S)
        except TimeoutError:
            log.warning("a runner has not ended within %s s; the window closes all the same", LONGEST_STOP_S)
        self.shut_down()
        self.window.close_now()
        self.closed.emit()

    def shut_down(self) -> None:
        """Ends every process, timer and log of this window. Unsaved edits stay in the recovery log."""
        self.levels.views.stop()
        self.run_joints.stop()
        self.tasks.close()
        self.session.close()
        self._runners.end()
        self.files.close()
        self.code.close()

    async def _leaving_run(self, then: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        """Another graph cannot be shown while this one runs. Its checkpoints stay."""
        await self.control.end_run()
        await then()

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        self.tasks.start(work)

    def _run_from_picker(self, mode: str) -> None:
        self._start(self.control.start_run(stepping=mode == "step"))

    def _open_source(self, path: Path, line: int) -> None:
        if why_not := show_in_editor(path, line):
            self.window.toast.say(why_not)

    def show_error(self, error: ErrorText) -> None:
        self._start(answer_of(ErrorDialog(self.window, error)))

    # ---- what is remembered

    def _mark_theme(self) -> None:
        self.window.registry[f"view.theme_{self.settings.settings.theme}"].setChecked(True)


def _raise(error: BaseException) -> None:
    raise error
