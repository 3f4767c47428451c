"""What a window does when its graph is opened, saved or edited: session, modules, recent files and trust follow it.

A joint of ``wiring``, which makes one ``DocumentJoints`` for each window. Facts only flow up here; what the user asks
for (open, new, save) goes to ``document_files``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from editor.app import recent_inputs
from editor.debugger.run_state import Phase
from editor.document.undo_history import HistoryEvent
from engine.runner.local_files import user_data_folder

if TYPE_CHECKING:
    from editor.app.wiring import Editor

UNTITLED = user_data_folder() / "untitled" / "untitled.graph.json"
"""Stands for the path of a graph that was never saved. Never written; it is saved before it runs."""


class DocumentJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.was_permitted = False
        """Whether the code of the open graph was trusted as it was opened, or has been run since."""
        files, window = editor.files, editor.window
        editor.whole.subscribe(self._on_history)
        editor.history.subscribe(lambda _event: editor.refresh())  # another level
        files.opened.connect(self._on_opened)
        files.saved.connect(self._on_saved)
        files.looked_at_disk.connect(editor.refresh)
        files.drawn.connect(editor.canvas.expect)
        files.told.connect(window.toast.say)
        files.wanted_in_front.connect(window.come_to_front)
        files.taken_from_outside.connect(editor.trust_may_have_gone)
        files.not_needed.connect(editor.close)

    def show_recent(self) -> None:
        """In the menu and on the welcome page."""
        editor, recent = self._editor, self._editor.settings.settings.recent
        editor.window.recent_menu.clear()
        for text in recent:
            editor.window.recent_menu.addAction(text, partial(editor.open, Path(text)))
        editor.window.recent_menu.setEnabled(bool(recent))
        editor.window.welcome.show_recent(recent)

    def forget_recent(self, path: Path) -> None:
        """It is gone from the disk."""
        self._editor.settings.change(lambda now: now.without_recent(str(path)))
        self._show_recent_everywhere()

    def _on_history(self, event: HistoryEvent) -> None:
        # Another document is told as opened, which shows it without a run; a long run is not counted on it before that.
        if event.old.graph is not event.new.graph and event.changes:
            self._close_run_of_another_graph()
            self._editor.session.show_edited(event.new.graph)
        self._editor.refresh()

    def _close_run_of_another_graph(self) -> None:
        """A finished run could be forked; that would run the graph as it was, not as it is drawn now."""
        if self._editor.session.run_state.phase is Phase.FINISHED:
            say = self._editor.window.toast.say
            self._editor.control.close_run()
            say('The graph is another one now, so its run was closed. "Show the last run" shows it.')

    def _on_opened(self, path: Path | None) -> None:
        editor, picker = self._editor, self._editor.inputs.picker
        graph = editor.whole.document.graph
        editor.tour.end()
        if editor.session.graph_path != (path or UNTITLED):
            picker.edit.set_text("")
            picker.set_recent(recent_inputs.read_inputs(path) if path is not None else ())
        editor.session.open_graph(path or UNTITLED, graph)
        if path is None:
            editor.session.replace_breakpoints(())  # those of the last graph without a name
        self._show_folder(path)
        editor.threads.forget()
        picker.refresh(path)
        editor.window.show_welcome(False)
        if path is not None:
            self._remember_recent(path)
        self.was_permitted = path is not None and editor.permission.is_given(path, graph)
        editor.refresh()
        editor.canvas.setFocus()

    def _on_saved(self, path: Path) -> None:
        editor = self._editor
        editor.permission.keep_after_own_save(path, self.was_permitted, editor.files.written, editor.files.saved_graph)
        if path != editor.session.graph_path:
            breakpoints = editor.session.breakpoint_list
            editor.session.open_graph(path, editor.whole.document.graph)
            editor.session.replace_breakpoints(breakpoints)
            self._show_folder(path)
            editor.inputs.picker.refresh(path)
            self._remember_recent(path)
        editor.refresh()

    def _show_folder(self, path: Path | None) -> None:
        """Inspector, problems and the search for nodes look at the modules beside the graph, without running them."""
        folder = path.parent if path is not None else None
        for part in (self._editor.canvas, self._editor.inspector, self._editor.problems):
            part.set_folder(folder)

    def _remember_recent(self, path: Path) -> None:
        self._editor.settings.change(lambda now: now.with_recent(path))
        self._show_recent_everywhere()

    def _show_recent_everywhere(self) -> None:
        for each in self._editor.windows.editors:
            each.document_joints.show_recent()
