"""Opens and saves documents: two files beside each other, whole or not at all, never over somebody else's changes.

Opening runs nothing and writes nothing. Called by ``editor.app.document_files``, saves from a background thread. The
texts are in ``graph_file`` and ``layout_file``; the recovery journal is in ``recovery_log``.
"""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from editor.document.atomic_file import write_atomically
from editor.document.document import Document, normal_document
from editor.document.layout import Layout
from editor.document.layout_file import LayoutRead, format_layout, parse_layout
from editor.document.outside_renames import layout_after_renames
from engine.graph.graph_file import GraphFileError, format_graph, parse_graph_file, read_text
from engine.graph.spec import GraphSpec
from engine.runner.local_files import graph_stem, local_folder, prepare_folder

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # no EDQUOT on Windows


class DocumentError(Exception):
    """A document that cannot be opened or saved, as the user should see it. What was on disk is still there."""

    def __init__(self, title: str, text: str, way_out: str) -> None:
        super().__init__(f"{title}. {text} {way_out}")
        self.title = title
        self.text = text
        self.way_out = way_out


class CannotBeWritten(DocumentError):
    """The place does not take it: another one may. What was there is as it was."""


class DocumentChangedOnDisk(DocumentError):
    """The files are not what was opened: another program or window wrote or deleted them. Nothing was saved."""


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document as it came from disk."""

    document: Document
    path: Path
    text_hash: str
    """Of both files' bytes; see ``hash_on_disk``. Handed back to ``save_document``."""
    warnings: tuple[str, ...] = ()
    """Sentences: what could not be used, and what may be in the way of saving."""
    read_only_reason: str = ""
    needs_layout: tuple[str, ...] = ()
    """Names without a position: the auto layout places these, before the history is made."""


def layout_path(graph_path: Path) -> Path:
    """``billing.graph.json`` -> ``billing.layout.json``, beside it."""
    return graph_path.with_name(f"{graph_stem(graph_path)}.layout.json")


def open_document(graph_path: Path, shown: Document | None = None) -> OpenedDocument:
    """Reads a graph and its layout. Raises ``DocumentError`` (its cause is the ``GraphFileError`` with the line).

    ``shown``: the same file as it was until now, so that cards of nodes that were renamed outside keep their places.
    """
    return open_side(graph_path, None, shown)


def open_side(graph_path: Path, text: str | None, shown: Document | None = None) -> OpenedDocument:
    """As ``open_document``, with this text in place of the graph file's own: one side of a merge conflict."""
    path = Path(os.path.abspath(graph_path))
    text_hash = hash_on_disk(path)  # before reading: a change in between is noticed at the save
    try:
        text = read_text(path) if text is None else text
        file = parse_graph_file(text, where=str(path))
    except GraphFileError as error:
        raise DocumentError(
            f"{path.name} cannot be opened", f"{error.where}: {error.what}", _way_out(path, error)
        ) from error
    layout = _read_layout(path)
    document = normal_document(Document(file.graph, layout_after_renames(file.graph, layout.layout, shown)))
    return OpenedDocument(
        document=document,
        path=path,
        text_hash=text_hash,
        warnings=(*layout.warnings, *_write_warnings(path)),
        read_only_reason=file.read_only_reason,
        needs_layout=document.unplaced(),
    )


def save_document(path: Path, document: Document, expected_hash: str | None = None) -> str:
    """Writes what differs from disk; returns the new hash. Raises ``DocumentError``: then nothing is half written.

    With ``expected_hash`` (from opening or the last save) it refuses, by ``DocumentChangedOnDisk``, to write over files
    that are not those any more. Without, it replaces whatever is there: the user was asked.
    """
    path = Path(os.path.abspath(path))
    if expected_hash is not None:
        need_unchanged(path, expected_hash)
    document = normal_document(document)
    if _graph_on_disk(path) != document.graph:  # the same graph in another formatting keeps its bytes
        _write(path, format_graph(document.graph))
    if not _holds_layout(path, document.layout):
        _write(layout_path(path), format_layout(document.layout))
    return hash_on_disk(path)


def hash_on_disk(graph_path: Path) -> str:
    """A hash of the bytes of both files, to notice that somebody else wrote them. Empty if the graph file is gone.

    By content and not by time: saving the same text again is no change.
    """
    graph = _bytes_or_none(graph_path)
    if graph is None:
        return ""
    layout = _bytes_or_none(layout_path(graph_path))
    parts = (graph, b"" if layout is None else layout)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def backup_path(file: Path) -> Path:
    """Where the version before the last save is kept: in the graph's local folder, out of every repository."""
    return local_folder(file) / f"{file.name}.backup"


def _way_out(path: Path, error: GraphFileError) -> str:
    backup = backup_path(path)
    kept = f" The version before the last save is kept in {backup}." if backup.is_file() else ""
    return error.way_out + kept


def _read_layout(graph_path: Path) -> LayoutRead:
    path = layout_path(graph_path)
    if not os.path.lexists(path):
        return LayoutRead(Layout())
    try:
        return parse_layout(read_text(path))
    except GraphFileError as error:
        return LayoutRead(Layout(), (f"The layout file cannot be used: {error.what} The nodes are laid out anew.",))


def _write_warnings(path: Path) -> tuple[str, ...]:
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return ()
    return (f"{path.name} is write-protected. Changes can be saved under another name.",)


def need_unchanged(path: Path, expected_hash: str) -> None:
    """Raises ``DocumentChangedOnDisk`` if the graph and its layout are not what this hash says."""
    now = hash_on_disk(path)
    if now == expected_hash:
        return
    if now == "" and expected_hash != "":
        text, way_out = (
            "The file was deleted or moved since it was opened.",
            "Save it again here, or under another name.",
        )
    else:
        text = "Another program or window changed the file since it was opened."
        way_out = "Reload it, overwrite it, or save under another name."
    raise DocumentChangedOnDisk(f"{path.name} changed on disk", text, way_out)


def _graph_on_disk(path: Path) -> GraphSpec | None:
    """The graph that a save would replace; None if there is none that can be read.

    Raises ``DocumentError`` for one in a newer format: written over, it would lose what only the newer version knows.
    """
    try:
        file = parse_graph_file(read_text(path), where=str(path))
    except GraphFileError:
        return None
    if file.read_only_reason:
        raise CannotBeWritten(f"{path.name} cannot be saved", file.read_only_reason, "Save under another name.")
    return file.graph


def _holds_layout(path: Path, layout: Layout) -> bool:
    file = layout_path(path)
    if not os.path.lexists(file):
        return layout == Layout()
    found = _read_layout(path)
    return not found.warnings and found.layout == layout


def _write(path: Path, text: str) -> None:
    if path.exists() and not os.access(path, os.W_OK):
        raise CannotBeWritten(
            f"{path.name} cannot be saved", "The file is write-protected.", "Save under another name."
        )
    keep_backup(path)
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        trouble = f"{reason_of(error)} The file on disk is as it was before."
        raise CannotBeWritten(f"{path.name} cannot be saved", trouble, another_place(error)) from error


def keep_backup(path: Path, backup: Path | None = None) -> None:
    """The version that is about to be replaced. A backup that cannot be written must not stop the save."""
    content = _bytes_or_none(path)
    if not content:
        return
    try:
        write_atomically(prepare_folder(backup or backup_path(path)), content)
    except OSError:
        pass  # the save itself is atomic; the backup guards only against mistakes of the user


def reason_of(error: OSError) -> str:
    if error.errno in FULL:
        return "The disk is full."
    return f"{error.strerror or type(error).__name__}."


def another_place(error: OSError) -> str:
    """The way out. Room helps only where none was left."""
    return "Make room, or save in another place." if error.errno in FULL else "Save in another place."


def _bytes_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
