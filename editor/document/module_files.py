"""Writes the modules that were edited, each whole or not at all, and never over somebody else's changes.

Called by ``editor.app.document_files`` and ``editor.app.module_disk``. ``save_all`` looks at every file before it
writes the first byte. What is known of the disk is a digest for each module, kept by the caller.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from editor.document.atomic_file import write_atomically
from editor.document.document import Document
from editor.document.files import (
    CannotBeWritten,
    DocumentChangedOnDisk,
    DocumentError,
    another_place,
    backup_path,
    keep_backup,
    need_unchanged,
    reason_of,
    save_document,
)
from editor.document.module_text import ModuleText, decoded, digest, encoded
from editor.document.source_text import SourceError

Known = Mapping[str, str]
"""Path of a module -> ``digest`` of what it had on disk when we last read or wrote it; empty if there was no file."""


@dataclass(frozen=True, slots=True)
class WrittenModule:
    """What a save did to one file. Digests; ``before`` is empty if there was no file, ``after`` if it was removed."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OutsideChange:
    """A module that another program changed or deleted since we read or wrote it."""

    path: str
    theirs: str | None
    """The text on disk; None if the file is gone or cannot be read as a text."""
    digest: str
    is_edited_here: bool
    """False: what we have is what we last read or wrote, so theirs can simply be taken."""


class ModulesChangedOnDisk(DocumentChangedOnDisk):
    """Modules that are edited here were changed by somebody else. Nothing was saved."""

    def __init__(self, changes: tuple[OutsideChange, ...]) -> None:
        names = ", ".join(change.path for change in changes)
        text = "Another program or window changed it, and there are changes here that are not saved."
        super().__init__(f"{names} changed on disk", text, "Choose which version to keep, then save again.")
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Saved:
    text_hash: str
    """Of graph and layout, as ``save_document`` gives it."""
    known: Known
    """The modules as they are on disk now."""
    written: tuple[WrittenModule, ...]


def save_all(path: Path, document: Document, expected_hash: str | None, known: Known) -> Saved:
    """Writes modules, graph and layout, what of them differs from disk. The modules first: the graph names functions.

    Raises ``DocumentError`` before anything is written, unless the disk itself fails; each file is whole all the same.
    ``expected_hash``: as in ``save_document``.
    """
    if expected_hash is not None:
        need_unchanged(path, expected_hash)
    _need_saveable(path.parent, document, known)
    written = save_modules(path.parent, document, known)
    return Saved(save_document(path, document, expected_hash), known_after(document, known), written)


def known_at_first(document: Document, known: Known) -> dict[str, str]:
    """What is known of each module of the document: what the caller knows, else what was read."""
    return {path: known.get(path, digest_of_opened(module)) for path, module in document.modules.items()}


def outside_changes(folder: Path, document: Document, known: Known) -> tuple[OutsideChange, ...]:
    """The modules of the document that are on disk neither as we know them nor as they are here."""
    found = []
    for path, known_digest in known_at_first(document, known).items():
        module = document.modules[path]
        content = _bytes_or_none(folder / path)
        now, ours = digest(content), digest(_content(module))
        if now not in (known_digest, ours):
            found.append(OutsideChange(path, _text(content), now, ours != known_digest))
    return tuple(found)


def save_modules(folder: Path, document: Document, known: Known) -> tuple[WrittenModule, ...]:
    """Writes what was edited and differs from the disk. Raises ``DocumentError``; each file is whole all the same."""
    written = []
    for path, module in document.modules.items():
        file, content = folder / path, _content(module)
        before = _bytes_or_none(file)
        is_ours = digest(content) != known_at_first(document, known)[path]
        if content == before or not is_ours:
            continue
        _write(file, content, backup_path(folder / path.replace("/", ".")))
        written.append(WrittenModule(path, digest(before), digest(content)))
    return tuple(written)


def known_after(document: Document, known: Known) -> dict[str, str]:
    """What is known once this document is saved."""
    return {**known, **{path: digest(_content(module)) for path, module in document.modules.items()}}


def digest_on_disk(folder: Path, path: str, module: ModuleText) -> str:
    """The digest of a file if it has the module's text already; else as if there were none, so that a save asks."""
    content = _bytes_or_none(folder / path)
    return digest(content) if content == _content(module) else ""


def digest_of_opened(module: ModuleText) -> str:
    return digest(None if module.opened is None else encoded(module.opened, has_bom=module.has_bom))


def _need_saveable(folder: Path, document: Document, known: Known) -> None:
    for path, module in document.modules.items():
        try:
            module.content()
        except SourceError as error:
            raise DocumentError(f"{path} cannot be saved", str(error), "Change it and save again.") from error
    if changes := tuple(change for change in outside_changes(folder, document, known) if change.is_edited_here):
        raise ModulesChangedOnDisk(changes)


def _write(file: Path, content: bytes | None, backup: Path) -> None:
    if file.exists() and not os.access(file, os.W_OK):
        raise CannotBeWritten(f"{file.name} cannot be saved", "The file is write-protected.", "Save in another folder.")
    keep_backup(file, backup)
    try:
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, content)
    except OSError as error:
        trouble = f"{reason_of(error)} The file on disk is as it was before."
        raise CannotBeWritten(f"{file.name} cannot be saved", trouble, another_place(error)) from error


def _content(module: ModuleText) -> bytes | None:
    """What cannot be written differs from whatever is on disk."""
    try:
        return module.content()
    except SourceError:
        return module.text.encode("utf-8", "surrogatepass")


def _text(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return decoded(content, "").text
    except SourceError:
        return None


def _bytes_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
