"""Runs as files: export the shown one, import one that somebody sent, open a database of runs without its code.

The work is done by ``stepgraph history`` in a process of its own, so that a large or damaged file cannot hold the
window. Asks where and what to leave out; ``RunFiles`` is made by ``wiring``.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from editor.app.action_registry import Handlers
from editor.app.background import in_thread
from editor.app.dialog_parts import answer_row, dialog_column
from editor.app.dialogs import answer_of, chosen_file
from editor.app.error_dialog import Cause, ErrorText
from editor.app.history_command import Outcome, history
from editor.app.opened_copies import Copy, copies_folder, copies_in, new_copy, out_of_bounds, remove
from editor.app.patience import Cancelled
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label
from editor.widgets.naming import named

if TYPE_CHECKING:
    from editor.app.wiring import Editor

EXPORT_SUFFIX = "run.jsonl"
EXPORT_FILTER = "Exported runs (*.run.jsonl *.jsonl);;All files (*)"
OPEN_FILTER = "Runs (*.sqlite *.sqlite3 *.db *.jsonl);;All files (*)"
WIDTH_PX = 480


class RunFiles:
    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def handlers(self) -> Handlers:
        """Called once: the list of runs is listened to from then on."""
        start = self._editor.tasks.start
        self._editor.threads.export_wanted.connect(lambda thread: start(self.export(thread=thread)))
        return {
            "runs.export": lambda: start(self.export()),
            "runs.import": lambda: start(self.take_in()),
            "runs.open": lambda: start(self.open()),
        }

    async def export(self, to: Path | None = None, thread: str | None = None) -> None:
        """A run as one file, the shown one if not named, after it was asked what to leave out."""
        editor, window = self._editor, self._editor.window
        path, thread = editor.files.path, thread or editor.session.run_state.thread_id
        if path is None or thread is None:
            window.toast.say("Open a run first; then it can be exported.")
            return
        dialog = ExportDialog(window)
        if not await answer_of(dialog):
            return
        to = to or await _ask_where(window, path.parent / f"{path.name.split('.')[0]}.{EXPORT_SUFFIX}")
        if to is None:
            return
        keys = [part for key in dialog.keys for part in ("--redact", key)]
        try:
            words = f"Writing {to.name} …"
            outcome = await history(window, words, "export", str(path), thread, "-o", str(to), *keys)
        except Cancelled:
            window.toast.say(f"{to.name} was not written.")
            return
        without = f", without {', '.join(dialog.keys)} and without output and notes" if dialog.keys else ""
        self._tell(outcome, "The run cannot be exported", f"{to.name} written{without}.")

    async def take_in(self, file: Path | None = None) -> None:
        """An exported run joins the runs of this graph."""
        editor = self._editor
        path = editor.files.path
        if path is None:
            editor.window.toast.say("Save the graph first: its runs are kept beside it.")
            return
        file = file or await _ask_which(editor.window, "Import a run", path.parent, EXPORT_FILTER)
        if file is None:
            return
        try:
            outcome = await history(editor.window, f"Importing {file.name} …", "import", str(path), str(file))
        except Cancelled:
            editor.window.toast.say(f"Nothing of {file.name} was imported.")
            return
        self._tell(outcome, f"{file.name} cannot be imported", f"{file.name} imported. It is in the list of runs.")
        if not outcome.error:
            editor.window.show_dock(editor.window.threads_dock)
            editor.threads.refresh()

    async def open(self, file: Path | None = None) -> None:
        """A database of runs, LangGraph's file or an exported run, as a copy to look at. The file is only read."""
        editor = self._editor
        beside = editor.files.path.parent if editor.files.path is not None else Path.home()
        file = file or await _ask_which(editor.window, "Open a run database", beside, OPEN_FILTER)
        if file is None:
            return
        folder = new_copy(file)
        try:
            outcome = await history(editor.window, f"Copying {file.name} …", "open", str(file), str(folder))
        except Cancelled:
            await in_thread(shutil.rmtree, folder, True)
            editor.window.toast.say(f"{file.name} was not opened.")
            return
        if outcome.error:
            self._tell(outcome, f"{file.name} cannot be opened", "")
            return
        graph, count, how = outcome.lines[-3:]
        if not await editor.open_and_wait(Path(graph)):
            return
        editor.session.open_thread()
        editor.window.show_dock(editor.window.threads_dock)
        editor.threads.refresh()
        runs = "One run" if count == "1" else f"{count} runs"
        seen = " The graph is drawn from what was seen of it." if how == "observed" else ""
        editor.window.toast.say(f"{runs} of {file.name}, as a copy to look at. The file itself stays as it is.{seen}")
        await self.remove_old_copies()

    async def remove_old_copies(self) -> None:
        """Of what was opened in this way earlier, by this window or another; one that is open somewhere stays."""
        leaving = out_of_bounds(await in_thread(copies_in, copies_folder()), time.time())
        await in_thread(remove, [copy for copy in leaving if not self._is_open(copy)])

    def _is_open(self, copy: Copy) -> bool:
        shared = self._editor.files.shared
        return copy.graph is not None and (copy.graph == shared.path or shared.file.is_elsewhere(copy.graph))

    def _tell(self, outcome: Outcome, title: str, done: str) -> None:
        if not outcome.error:
            self._editor.window.toast.say(done)
            return
        way_out = "Nothing was changed. Ask for the file again, or look at it with 'stepgraph history'."
        self._editor.show_error(ErrorText(title, outcome.error, way_out, "", Cause.ENVIRONMENT))


class ExportDialog(QDialog):
    """Asks which keys to leave out. Accepted means: export."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.keys: tuple[str, ...] = ()
        """To leave out. Read after the answer, when the fields are gone."""
        self.setObjectName("export run")
        self.setWindowTitle("Export this run")
        self._keys = named(QLineEdit(), "Keys to leave out")
        self._keys.setPlaceholderText("password, user.card")
        text = (
            "All steps, states, branches and notes of the run, and what its nodes printed, go into one file. "
            "Whoever has it can look at the run without the code."
        )
        hint = (
            "Their values are replaced in every state, wherever the key stands; user.card is the key card below "
            "user. What nodes printed and your notes may repeat them, so those are left out as well then."
        )
        column = dialog_column(self, 12)
        column.addWidget(role_label("Export this run", "title"))
        column.addWidget(role_label(text, "quiet", wrap=True))
        column.addWidget(role_label("Keys to leave out", "strong"))
        column.addWidget(self._keys)
        column.addWidget(role_label(hint, "caption", wrap=True))
        export = text_button("Export…", self.accept, kind="primary")
        export.setDefault(True)
        column.addSpacing(8)
        column.addStretch(1)  # labels that wrap take what room there is
        column.addLayout(answer_row((text_button("Cancel", self.reject), export)))
        self.setMinimumWidth(WIDTH_PX)
        self._keys.setFocus()

    def accept(self) -> None:
        self.keys = tuple(filter(None, (key.strip() for key in self._keys.text().split(","))))
        super().accept()


async def _ask_which(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    dialog = QFileDialog(parent, title, str(folder), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await chosen_file(dialog)


async def _ask_where(parent: QWidget, proposal: Path) -> Path | None:
    dialog = QFileDialog(parent, "Export this run", str(proposal.parent), EXPORT_FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(EXPORT_SUFFIX)
    dialog.selectFile(proposal.name)
    return await chosen_file(dialog)
