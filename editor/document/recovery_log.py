"""A journal of every edit since the last save, so that a crash of the editor loses none that is older than a second.

Append-only, one file for each open document, in the per-user data folder and never beside the graph. Written from the
first unsaved edit on and removed by a save only: a second crash, also one during recovery, finds it again. A lock tells
a journal that is being written from one that a crash left behind. Reading one back is in ``recovery``.

First line: what was on disk. Then one line for each event (``do``), and at each ``sync`` one with the hash of the
document as it should be by then (``state``).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import weakref
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO

from editor.document.change_json import change_to_json, module_to_json
from editor.document.changes import Change
from editor.document.document import Document
from editor.document.file_lock import try_lock
from editor.document.layout_file import format_layout
from editor.document.module_text import ModuleText
from editor.document.sync_beside import SyncBeside
from editor.document.undo_history import HistoryEvent
from engine.graph.graph_file import format_graph
from engine.graph.spec import Json
from engine.runner.local_files import user_data_folder

FORMAT = "stepgraph-journal"
VERSION = 2
"""2: modules. A journal of version 1 has none and is read as it is."""
HASHED_NODES = 2_000
"""Hashing 1,000 nodes takes 20 ms, once a second in the GUI thread. In a larger graph the check is what every change
says about the values it replaces."""

MADE_AHEAD_FROM = 1_000
"""Writing down so many nodes takes 15 ms."""


def recovery_folder() -> Path:
    """Where the journals of this user are."""
    return user_data_folder() / "recovery"


class RecoveryLog:
    """The journal of one document. Subscribe ``record`` to the history, and call ``sync`` at least once a second.

    Nothing is on disk before the first edit. Trouble with the disk is raised as ``OSError``: the edit itself stands.
    Used from the GUI thread only.
    """

    def __init__(self, folder: Path, document: Document, path: Path | None, text_hash: str) -> None:
        self._folder = folder
        self._base = document
        self._path = path
        self._text_hash = text_hash
        self._events: list[tuple[weakref.ref[Document], tuple[Change, ...]]] = []
        """All since the base, oldest first: those that a running save does not know yet are written again after it.

        With the document they led to, which the save holds. Nobody else needs all of them, each with its own text."""
        self._last = document
        self._file: IO[bytes] | None = None
        self._journal: Path | None = None
        self._needs_sync = False
        self._disk = SyncBeside()
        self._first = _FirstLine(document, path, text_hash)

    def take_over(self, journal: Path) -> None:
        """The first edit is all that this one holds: once it is written, that journal is not offered any more."""
        self._first = _FirstLine(self._base, self._path, self._text_hash, journal.name)

    @property
    def journal(self) -> Path | None:
        """The file with the unsaved edits; None if there are none."""
        return self._journal

    def record(self, event: HistoryEvent) -> None:
        """Appends what happened and hands it to the system: from then on a crash of the editor does not lose it."""
        if not event.changes:  # the whole document was replaced by what is on disk
            self.saved(event.new, self._path, self._text_hash)
            return
        if self._file is None:
            self._begin()
        self._events.append((weakref.ref(event.new), event.changes))
        self._last = event.new
        self._append_changes(event.changes)

    def sync(self) -> None:
        """Makes all edits safe from a power cut too, with the hash that recovery checks. Free if there are none."""
        self._disk.wait()
        self.begin_sync()
        self._disk.wait()

    def begin_sync(self) -> None:
        """As ``sync``, but the disk is not waited for: it may take seconds. What goes wrong is raised by the next one.

        Does nothing while the disk is still busy with the one before.
        """
        self._first.make_ahead()
        if self._disk.is_busy:
            return
        self._disk.wait()
        if self._file is None or not self._needs_sync:
            return
        document = self._last
        if len(document.graph.nodes) <= HASHED_NODES:
            self._append({"state": state_hash(document)})
        self._disk.begin(self._file.fileno())
        self._needs_sync = False

    def saved(self, document: Document, path: Path | None, text_hash: str) -> None:
        """This document is on disk now: its journal goes. Edits made while it was being saved start the next one."""
        later = self._events_since(document)
        self.delete()
        self._base, self._path, self._text_hash = document, path, text_hash
        self._first = _FirstLine(document, path, text_hash)
        self._first.make_ahead()
        if later:
            self._begin()
        for document_then, changes in later:
            self._events.append((document_then, changes))
            self._append_changes(changes)

    def delete(self) -> None:
        """After the user chose to give the edits up. ``close`` instead leaves them to be offered at the next start."""
        self._close_file()
        if sys.platform == "win32":  # a file that somebody has open cannot go
            self._disk.wait()
        if self._journal is not None:
            self._journal.unlink(missing_ok=True)
        self._journal = None
        self._events = []
        self._needs_sync = False

    def close(self) -> None:
        """Leaves the journal to be offered at the next start, if there is one."""
        self._close_file()
        self._disk.wait()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    def _events_since(self, document: Document) -> list[tuple[weakref.ref[Document], tuple[Change, ...]]]:
        """None if this document is another one altogether: read again from disk, for example."""
        if document is self._base:
            return self._events
        places = [index for index, event in enumerate(self._events) if event[0]() is document]
        return self._events[places[-1] + 1 :] if places else []

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._journal = self._folder / f"{secrets.token_hex(8)}.journal"
        os.close(os.open(self._journal, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._file = open_locked(self._journal)
        self._write(self._first.line())

    def _append_changes(self, changes: tuple[Change, ...]) -> None:
        self._append({"do": [change_to_json(change) for change in changes]})
        self._needs_sync = True

    def _append(self, line: dict[str, Json]) -> None:
        self._write(_line_of(line))

    def _write(self, line: bytes) -> None:
        assert self._file is not None, "a line is appended to an open journal only"
        self._file.write(line)
        self._file.flush()


class _FirstLine:
    """What was on disk, as a line. That of a large graph is made in a thread, while nobody waits for the first edit.

    Not as soon as the graph is opened: the window shows it at that moment, and would have to wait for the thread.
    """

    def __init__(self, base: Document, path: Path | None, text_hash: str, replaces: str = "") -> None:
        self._make = partial(_first_line, base, path, text_hash, replaces)
        self._is_large = len(base.graph.nodes) >= MADE_AHEAD_FROM
        self._made: bytes | None = None
        self._thread: Thread | None = None

    def make_ahead(self) -> None:
        """Begins to, if it is worth a thread and nobody has."""
        if self._is_large and self._made is None and self._thread is None:
            self._thread = Thread(target=self._make_beside, name="first line of a recovery log", daemon=True)
            self._thread.start()

    def line(self) -> bytes:
        if self._thread is not None:
            self._thread.join()
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make_beside(self) -> None:
        self._made = self._make()


def _first_line(base: Document, path: Path | None, text_hash: str, replaces: str) -> bytes:
    return _line_of(
        {
            "format": FORMAT,
            "version": VERSION,
            "path": None if path is None else str(path),
            "hash": text_hash,
            "replaces": replaces,
            "graph": format_graph(base.graph),
            "layout": format_layout(base.layout),
            # What the disk has, so that nothing is undone that was saved before.
            "modules": {path: module_to_json(saved_as(module)) for path, module in base.modules.items()},
        }
    )


def _line_of(content: dict[str, Json]) -> bytes:
    return json.dumps(content).encode("ascii") + b"\n"


def open_locked(journal: Path) -> IO[bytes] | None:
    """The journal, to append to it; None if it is gone or a running editor is writing it."""
    try:
        file = journal.open("r+b")
    except OSError:
        return None
    if not try_lock(file):
        file.close()
        return None
    file.seek(0, os.SEEK_END)
    return file


def saved_as(module: ModuleText) -> ModuleText:
    """The module once its text is on disk."""
    return ModuleText(None if module.opened is None and not module.text else module.text, module.text, module.has_bom)


def state_hash(document: Document) -> str:
    """A hash of what saving this document would write."""
    text = format_graph(document.graph) + format_layout(document.layout)
    text += "".join(f"{path}\0{document.modules[path].text}\0" for path in sorted(document.modules))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
