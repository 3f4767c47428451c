"""Opening, saving and leaving the document of one window: what is asked, what is written, what is remembered.

Reading and writing is ``editor.document.files``; the document is ``UndoHistory``'s, and what is known of its files is
in ``OpenDocument``, which several windows may share. Every method that may have to ask is a coroutine and returns
whether it came to its end; Cancel changes nothing. One of them runs at a time, of all windows that share the document.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from editor.app import merge_conflicts
from editor.app.background import in_thread
from editor.app.dialogs import answer_of, ask, ask_for_graph_to_open, ask_where_to_save
from editor.app.document_view import DocumentView
from editor.app.draw_ahead import draw_ahead
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.merge_conflicts import ConflictDialog
from editor.app.open_document import OpenDocuments, is_same_file
from editor.app.patience import Cancelled, Patience
from editor.app.save_place import place_for_copy
from editor.document.conflict_sides import sides_of
from editor.document.document import Document
from editor.document.files import (
    CannotBeWritten,
    DocumentChangedOnDisk,
    DocumentError,
    OpenedDocument,
    hash_on_disk,
    open_side,
)
from editor.document.module_files import ModulesChangedOnDisk, Saved, save_all
from editor.document.read_ahead import open_and_read_ahead
from editor.document.recovery import Unsaved, claim
from editor.document.shared_history import SharedHistory
from engine.graph.graph_file import GraphFileError, MergeConflictError, read_text

T = TypeVar("T")

SAVE, DISCARD = "Save", "Don't save"
GO_THERE, OPEN_TWICE = "Go to that window", "Open here too"
RELOAD, OVERWRITE, KEEP, SAVE_AS = "Reload", "Overwrite", "Keep mine", "Save as…"


class DocumentFiles(DocumentView):
    not_needed = Signal()
    """The user went to the window that has the file, and this one shows nothing."""

    def __init__(self, window: QWidget, history: SharedHistory, documents: OpenDocuments | None = None) -> None:
        super().__init__(window, history, documents or OpenDocuments())
        self._window = window

    # What the user asks for

    async def new(self) -> bool:
        async with self._alone() as free:
            if not free or not await self._may_leave():
                return False
            self._take(None, "", Document(), "")
            return True

    async def open(self, path: Path | None = None) -> bool:
        """Opens this file, or asks which. Runs nothing of it."""
        async with self._alone() as free:
            if not free or not await self._may_leave():
                return False
            path = path or await self._asked(ask_for_graph_to_open(self._window, self._folder()))
            if path is None:
                return False
            shared = self._documents.of(path)
            if shared is not None and len(shared.views) > (shared is self._shared):
                self._join(shared)
                return True
            if self._shared.file.is_elsewhere(path) and not await self._may_open_twice(path):
                return False
            return await self._open(path)

    async def reload(self) -> bool:
        """What is on disk replaces what is shown; asks first if that loses edits."""
        async with self._alone() as free:
            if not free or self._shared.path is None:
                return False
            if self._history.locked_reason and not self._history.read_only_reason:
                self.told.emit(self._history.locked_reason)
                return False
            if self._history.is_modified and not await self._may_lose_edits(self._shared.path):
                return False
            return await self._open(self._shared.path)

    async def save(self) -> bool:
        async with self._alone() as free:
            return free and await self._save()

    async def save_as(self) -> bool:
        async with self._alone() as free:
            return free and await self._save_as()

    async def may_leave(self) -> bool:
        """Before the window goes: whether every edit is saved or given up by the user."""
        async with self._alone() as free:
            return free and await self._may_leave()

    async def recover(self, unsaved: Unsaved) -> bool:
        """Into this window, which has no document. Unless it is True the edits stay where they are."""
        async with self._alone() as free:
            return free and not self._has_document and await self._recover(unsaved)

    def close(self) -> None:
        """The window goes."""
        self._leave()
        self._history.leave()

    async def look_at_disk(self) -> None:
        """Notices, by content, that another program changed the file. Called when the window is looked at again."""
        async with self._alone() as free:
            if not free or self._shared.path is None:
                return
            await self._look_at_graph(self._shared.path)
            await self._shared.modules.look(self._asked, self._window)
            self._shared.looked_at_disk.emit()

    async def is_other_on_disk(self) -> bool:
        """Another program wrote the file, and what is shown is not what it holds. False if the file is gone."""
        path = self._shared.path
        return path is not None and await in_thread(hash_on_disk, path) not in ("", self._shared.text_hash)

    # How it is done

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        """After what is being done. A second question on top of an open one would be answered blindly: then False."""
        asks = self._shared.asks
        if asks is not None:
            if asks is not self:
                self.told.emit("Another window of this graph has a question open. Answer it there first.")
            yield False
            return
        async with self._shared.one_at_a_time:
            yield True

    async def _asked(self, question: Awaitable[T]) -> T:
        shared = self._shared
        shared.asks = self
        try:
            return await question
        finally:
            shared.asks = None

    async def _look_at_graph(self, path: Path) -> None:
        now = await in_thread(hash_on_disk, path)
        if now in (self._shared.text_hash, self._shared.refused_hash):
            return
        if now == "":
            self._history.mark_unsaved()
            self._shared.refused_hash = now
            self.told.emit(f"{path.name} was deleted or moved. Save to write it again.")
        elif self._history.locked_reason:
            self.told.emit(
                f"{path.name} changed on disk. What runs next is the new graph; it is drawn once the run has ended."
            )
        elif not self._history.is_modified:
            if await self._open(path):
                self.told.emit(f"{path.name} changed on disk and was read again.")
            else:
                self._shared.refused_hash = now  # said once per change, not at each look at the window
        else:
            await self._ask_which_version(path, now)

    async def _open(self, path: Path) -> bool:
        try:
            words = f"Reading {path.name} …"
            shown = self._history.document if is_same_file(self._shared.path, path) else None
            reading = in_thread(open_and_read_ahead, path, shown)
            with Patience(self._window) as patience:
                return await self._take_opened(await patience.wait_for(words, reading), patience)
        except Cancelled:
            return False
        except DocumentError as error:
            if isinstance(error.__cause__, MergeConflictError):
                return await self._open_unmerged(path)
            await self._show(error)
            return False

    async def _open_unmerged(self, path: Path) -> bool:
        """Shows what git left unmerged, and opens the side that the user chooses, as changes that are not saved."""
        try:
            text = await in_thread(read_text, path)
            sides = sides_of(text)
            answer = await self._asked(answer_of(ConflictDialog(self._window, path, text, sides)))
            if answer == merge_conflicts.READ_AGAIN:
                return await self._open(path)
            if answer not in (merge_conflicts.OURS, merge_conflicts.THEIRS):
                return False
            is_ours = answer == merge_conflicts.OURS
            found = await in_thread(open_side, path, sides.ours if is_ours else sides.theirs)
        except (DocumentError, GraphFileError) as error:
            what = error.text if isinstance(error, DocumentError) else error.what
            await self._show(DocumentError(f"{path.name} cannot be opened", what, error.way_out))
            return False
        with Patience(self._window) as patience:
            if not await self._take_opened(found, patience):
                return False
        self._history.mark_unsaved()
        self._shared.looked_at_disk.emit()
        name = sides.ours_name if is_ours else sides.theirs_name
        self.told.emit(f"Opened as {name} has it. Save settles the conflict; until then the file keeps its markers.")
        return True

    async def _take_opened(self, found: OpenedDocument, patience: Patience) -> bool:
        """False if the user does not want to wait until a large graph is drawn."""
        try:
            ahead = await draw_ahead(patience, found.document)
        except Cancelled:
            return False
        if self.is_shown_elsewhere and found.path != self._shared.path:
            self._part()
        self._shared.expect(ahead)
        self._take(found.path, found.text_hash, found.document, found.read_only_reason)
        for warning in found.warnings:
            self.told.emit(warning)
        if found.read_only_reason:
            self.told.emit(f"{found.read_only_reason} Save as… writes a copy that can be edited.")
        return True

    async def _recover(self, unsaved: Unsaved) -> bool:
        """The document as it was opened, then all lost edits as one step that can be undone."""
        try:
            claimed = claim(unsaved)
        except (OSError, ValueError) as error:
            text, way_out = str(error), f"The log stays in {unsaved.journal}."
            await self._show(DocumentError("The edits cannot be recovered", text, way_out))
            return False
        if claimed is None:
            self.told.emit("Another window is recovering these edits.")
            return False
        found = claimed.recovered
        self._take(found.path, found.text_hash, found.base, "")
        self._shared.journal.take_over(unsaved.journal)
        self._history.do(found.command)
        self._shared.journal.sync()
        claimed.done()
        if not found.complete:
            self.told.emit("The end of the log was damaged; the last edits before the crash may be missing.")
        return True

    def _take(self, path: Path | None, text_hash: str, document: Document, read_only_reason: str) -> None:
        """What was read replaces the document in all its windows, if it is the same file; another one only in this."""
        if self.is_shown_elsewhere and path != self._shared.path:
            self._part()
        shared = self._shared
        shared.path, shared.text_hash, shared.refused_hash = path, text_hash, None
        self._has_document = True
        shared.journal.give_up_edits()
        shared.history.replace(document, read_only_reason)
        shared.modules.begin(path)
        shared.journal.begin(path, text_hash)
        shared.file.hold(path)
        shared.opened.emit(path)

    async def _save(self) -> bool:
        path = self._shared.path
        if path is None or self._history.read_only_reason:
            return await self._save_as()
        try:
            return await self._write(path, self._shared.text_hash)
        except DocumentChangedOnDisk as error:
            if await in_thread(hash_on_disk, path) == "":  # gone: nobody's changes are written over
                return await self._try_write(path)
            return await self._save_over(path, error)
        except DocumentError as error:
            return await self._save_elsewhere(error)

    async def _save_over(self, path: Path, error: DocumentChangedOnDisk) -> bool:
        text = f"{error.text} Save as… keeps both. Reload gives up your changes, Overwrite those on disk."
        answer = await self._asked(ask(self._window, error.title, text, (SAVE_AS, RELOAD, OVERWRITE), icon="warning"))
        if answer == OVERWRITE:
            return await self._try_write(path)
        if answer == RELOAD:
            return await self._open(path)
        return answer is not None and await self._save_as()

    async def _save_as(self) -> bool:
        name = self._history.document.graph.name or "untitled"
        proposal = place_for_copy(self._shared.path or self._folder() / f"{name}.graph.json")
        path = await self._asked(ask_where_to_save(self._window, proposal))
        if path is None or not await self._try_write(path):
            return False
        if self._history.read_only_reason:
            return await self._open(path)
        return True

    async def _save_elsewhere(self, error: DocumentError) -> bool:
        """Where another place helps it is asked for at once."""
        if not isinstance(error, CannotBeWritten):
            await self._show(error)
            return False
        text = f"{error.text} {error.way_out}"
        answer = await self._asked(ask(self._window, error.title, text, (SAVE_AS,), icon="warning"))
        return answer == SAVE_AS and await self._save_as()

    async def _try_write(self, path: Path) -> bool:
        try:
            return await self._write(path, None)
        except DocumentError as error:
            return await self._save_elsewhere(error)

    async def _write(self, path: Path, expected_hash: str | None) -> bool:
        """Edits made while the disk is busy stay unsaved: only what was handed over counts as saved.

        False if the user was asked about a module that somebody else changed, and did not want to decide.
        """
        shared, document = self._shared, self._history.document
        known = shared.modules.known_in(path.parent, document)
        try:
            saved: Saved = await in_thread(save_all, path, document, expected_hash, known)
        except ModulesChangedOnDisk as error:
            if not await shared.modules.settle(path.parent, error.changes, self._asked, self._window):
                return False
            return await self._write(path, expected_hash)
        shared.path, shared.text_hash, shared.refused_hash = path, saved.text_hash, None
        shared.modules.saved(path, saved)
        shared.written, shared.saved_graph = saved.written, document.graph
        if shared.history.document is document:
            shared.history.mark_saved()
        shared.journal.saved(document, path, saved.text_hash)
        shared.file.hold(path)
        shared.saved.emit(path)
        return True

    async def _may_leave(self) -> bool:
        if not self._has_document or not self._history.is_modified or self.is_shown_elsewhere:
            return True
        path = self._shared.path
        name = path.name if path is not None else "this new graph"
        answer = await self._asked(
            ask(self._window, f"Save changes to {name}?", "They are lost otherwise.", (SAVE, DISCARD))
        )
        if answer == SAVE:
            return await self._save()
        if answer == DISCARD:
            self._shared.journal.give_up_edits()
        return answer == DISCARD

    async def _may_open_twice(self, path: Path) -> bool:
        text = (
            "Another Stepgraph that runs on this computer has it. Two programs do not see each other's edits before "
            "they are saved; whoever saves second is asked which version to keep."
        )
        answer = await self._asked(
            ask(self._window, f"{path.name} is open in another program", text, (GO_THERE, OPEN_TWICE))
        )
        if answer == GO_THERE:
            self._shared.file.bring_to_front(path)
            if not self._has_document:
                self.not_needed.emit()
        return answer == OPEN_TWICE

    async def _may_lose_edits(self, path: Path) -> bool:
        text = "Your changes since the last save would be lost, and undo would end here."
        return await self._asked(ask(self._window, f"Reload {path.name}?", text, (RELOAD,), icon="warning")) == RELOAD

    async def _ask_which_version(self, path: Path, now: str) -> None:
        text = (
            "Another program changed the file, and there are changes here that are not saved. Reload gives yours up; "
            "with Keep mine the next save asks again."
        )
        answer = await self._asked(
            ask(self._window, f"{path.name} changed on disk", text, (KEEP, RELOAD), icon="warning")
        )
        if answer == RELOAD:
            await self._open(path)
        else:
            self._shared.refused_hash = now  # asked once per change; a save asks again before it writes over it

    async def _show(self, error: DocumentError) -> None:
        text = ErrorText(error.title, error.text, error.way_out, cause=Cause.ENVIRONMENT)
        await self._asked(answer_of(ErrorDialog(self._window, text)))

    def _folder(self) -> Path:
        return self._shared.path.parent if self._shared.path is not None else Path.home()
