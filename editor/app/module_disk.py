"""What is known of the edited modules on disk, and what is asked when another program changed one of them.

A module that was not edited here since it was last read or written is read again silently, as an edit that undo takes
back. Where both sides changed the user chooses; both versions are shown first if wanted. Used by ``document_files``.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QDialog, QWidget

from editor.app.background import in_thread
from editor.app.dialog_parts import answer_row, dialog_column
from editor.app.dialogs import answer_of, ask
from editor.app.shown_code import code_to_show
from editor.document.command import Command
from editor.document.document import Document
from editor.document.module_commands import splices
from editor.document.module_files import Known, OutsideChange, Saved, digest_on_disk, outside_changes
from editor.document.undo_history import UndoHistory
from editor.widgets.buttons import text_button
from editor.widgets.code_view import CodeView
from editor.widgets.labels import role_label

KEEP, THEIRS, DIFFERENCE = "Keep mine", "Take theirs", "Show the difference"

Asked = Callable[[Awaitable[object]], Awaitable[object]]
"""Awaits a question, while nothing else is asked."""


class ModuleDisk(QObject):
    told = Signal(str)
    """A sentence that needs no answer."""
    taken = Signal()
    """A text that another program wrote is in the document now."""

    def __init__(self, parent: QObject, history: UndoHistory) -> None:
        super().__init__(parent)
        self._history = history
        self._known: Known = {}
        """In our folder, since it was opened or last saved."""
        self._folder: Path | None = None
        self._known_elsewhere: tuple[Path, Known] | None = None
        """In the folder of a "save as" that had to ask."""
        self._put_off: set[tuple[str, str]] = set()
        """Changes that the user did not want to decide on. Asked once; a save asks again."""

    def begin(self, path: Path | None) -> None:
        """Another document is there; its modules are as they were read."""
        self._folder, self._known = None if path is None else path.parent, {}
        self._put_off.clear()

    def known_in(self, folder: Path, document: Document) -> Known:
        """What a save into this folder may replace without asking. In another folder than ours: what is the same."""
        if folder == self._folder:
            return self._known
        there = {path: digest_on_disk(folder, path, module) for path, module in document.modules.items()}
        settled = self._known_elsewhere
        return {**there, **settled[1]} if settled is not None and settled[0] == folder else there

    def saved(self, path: Path, saved: Saved) -> None:
        self._folder, self._known, self._known_elsewhere = path.parent, saved.known, None

    async def look(self, asked: Asked, window: QWidget) -> None:
        """Notices what other programs did to the edited modules. Questions are asked in this window."""
        if self._folder is None or not self._history.document.modules:
            return
        document = self._history.document
        for change in await in_thread(outside_changes, self._folder, document, self._known):
            if document is not self._history.document:
                return  # edited meanwhile; the next look finds it again
            if change.digest == "":
                self._forgive(self._folder, change)
                self._history.mark_unsaved()
                self.told.emit(f"{change.path} was deleted or moved. Save to write it again.")
            elif self._history.locked_reason:
                self.told.emit(f"{change.path} changed on disk. It is read again once the run has ended.")
            elif change.theirs is None:
                self._forgive(self._folder, change)
                self.told.emit(f"{change.path} changed on disk and cannot be read any more. Yours is kept.")
            elif change.is_edited_here:
                if (change.path, change.digest) not in self._put_off:
                    self._put_off.add((change.path, change.digest))
                    await self.settle(self._folder, (change,), asked, window)
            else:
                self._take(self._folder, change)
                self.told.emit(f"{change.path} changed on disk and was read again.")
            document = self._history.document

    async def settle(self, folder: Path, changes: tuple[OutsideChange, ...], asked: Asked, window: QWidget) -> bool:
        """Asks which version of each to keep; False if the user does not want to decide now."""
        for change in changes:
            answer = await self._answer(change, asked, window)
            if answer == THEIRS:
                self._take(folder, change)
            elif answer == KEEP:
                self._forgive(folder, change)
            else:
                return False
        return True

    async def _answer(self, change: OutsideChange, asked: Asked, window: QWidget) -> object:
        text = "Another program changed the file, and there are changes here that are not saved."
        answers = (KEEP, THEIRS, DIFFERENCE) if change.theirs is not None else (KEEP,)
        while True:
            answer = await asked(ask(window, f"{change.path} changed on disk", text, answers, icon="warning"))
            if answer != DIFFERENCE:
                return answer
            ours = self._history.document.modules[change.path].text
            await asked(answer_of(DifferenceDialog(window, change.path, ours, change.theirs or "")))

    def _take(self, folder: Path, change: OutsideChange) -> None:
        was_modified = self._history.is_modified
        ours = self._history.document.modules[change.path].text
        self._forgive(folder, change)
        self._history.do(Command(f"Read {change.path} again", tuple(splices(change.path, ours, change.theirs or ""))))
        if not was_modified:
            self._history.mark_saved()
        self.taken.emit()

    def _forgive(self, folder: Path, change: OutsideChange) -> None:
        """The next save may write over this version."""
        if folder == self._folder:
            self._known = {**self._known, change.path: change.digest}
            return
        others = self._known_elsewhere[1] if self._known_elsewhere and self._known_elsewhere[0] == folder else {}
        self._known_elsewhere = (folder, {**others, change.path: change.digest})


class DifferenceDialog(QDialog):
    """Both versions of a module as one list of lines: theirs without, ours with a plus."""

    def __init__(self, parent: QWidget, name: str, ours: str, theirs: str) -> None:
        super().__init__(parent)
        self.setObjectName("difference")
        self.setWindowTitle(f"Difference of {name}")
        code = CodeView("diff", f"Difference of {name}", numbers=False)
        code.setProperty("flat", False)
        code.setMinimumSize(QSize(720, 360))
        code.set_code(difference(ours, theirs))
        close = text_button("Close", self.accept, kind="primary")
        close.setDefault(True)
        whole = dialog_column(self, 12)
        whole.addWidget(role_label(f"{name}: on disk (−) and here (+)", "title"))
        whole.addWidget(code, 1)
        whole.addLayout(answer_row((close,)))


def difference(ours: str, theirs: str) -> str:
    """The lines that differ, with three around them; each shortened and made visible where it misleads."""
    lines = difflib.unified_diff(theirs.splitlines(), ours.splitlines(), "on disk", "here", lineterm="")
    return code_to_show("\n".join(lines))
