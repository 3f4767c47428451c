"""The text of one Python module beside the graph, as part of the document: as on disk when read, and as it is now.

How to edit a module so that it can be undone, is saved with the graph and survives a crash (all in this folder):

1. ``sources = ProjectSources(folder)`` (``source_code``) knows the modules; ``sources.see(document.modules)`` after a
   change of the document makes it answer for the texts as they are being edited. ``find("state:State")`` gives the text
   of a definition with its lines, ``read_module(text)`` (``source_text``) all definitions of a module.
2. Make a command with ``module_commands``: ``replace_definition(document, sources, "state:State", new_text)``,
   ``add_definition``, ``rename_function``, or ``edit_module(document, sources, "state.py", whole_new_text, label)`` for
   anything else. All keep every other character; they raise ``CommandError`` with a sentence, the line in it.
3. ``history.do(command)``. ``document.modules["state.py"].text`` is the text then; listeners see ``ModuleSpliced``.
   ``together(document, label, first, second)`` makes one undo step of an edit of the graph and one of a module.

Nothing is read before it is edited: a module that is not in ``document.modules`` is as it is on disk. Once read it
stays, also when all edits are undone, so that a save can put back what an earlier save wrote. Paths are relative to the
graph's folder, with slashes. Line ends, encoding, byte order mark and a missing last line end stay as they are.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import tokenize
from dataclasses import dataclass, replace
from pathlib import Path

from editor.document.source_text import SourceError

MAX_BYTES = 2 * 1024 * 1024

UNSHOWABLE = re.compile("[\u2028\u2029\ufdd0\ufdd1\0]")
"""Qt's text widgets take the first four for ends of lines of their own; Python has no use for any of them."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A module that is being edited. ``text`` need not be Python at the moment: somebody is typing."""

    opened: str | None
    """As on disk when it was read. None: there was no such file."""
    text: str
    has_bom: bool = False

    def content(self) -> bytes | None:
        """The bytes of the file; None if there should be none. Raises ``SourceError`` for what cannot be written."""
        if self.opened is None and not self.text:
            return None
        return encoded(self.text, has_bom=self.has_bom)

    def with_text(self, text: str) -> ModuleText:
        return replace(self, text=text)


def read_module_text(file: Path) -> ModuleText:
    """The module in a file, or one without text if there is no file. Raises ``SourceError`` if it cannot be edited."""
    try:
        if not file.exists():
            return ModuleText(None, "")
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            raise SourceError(f"{file.name} is not a Python module, or too large for one.")
        return decoded(file.read_bytes(), file.name)
    except OSError as error:
        raise SourceError(f"{file.name} cannot be read: {error.strerror or error}.") from error


def decoded(content: bytes, name: str) -> ModuleText:
    """Raises ``SourceError`` unless the text gives the very same bytes again."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
        module = ModuleText(text, text, content.startswith(codecs.BOM_UTF8))
        is_exact = encoded(text, has_bom=module.has_bom) == content
    except (SyntaxError, UnicodeError, LookupError, SourceError) as error:
        raise SourceError(f"{name} cannot be read: {error}.") from error
    if not is_exact:
        raise SourceError(f"{name} could not be written back as it is. Edit it in another program.")
    return module


def encoded(text: str, *, has_bom: bool = False) -> bytes:
    """In the encoding that the first two lines name, UTF-8 without. Raises ``SourceError`` with the line."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(text[:4096].encode("utf-8", "replace")).readline)
    except SyntaxError as error:
        raise SourceError(f"The encoding that the first lines name is not known: {error}.", 1) from error
    try:
        return (codecs.BOM_UTF8 if has_bom else b"") + text.encode(encoding)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        trouble = f"Line {line} has the character {error.object[error.start]!r}, which {encoding} does not have."
        raise SourceError(trouble, line) from error


def digest(content: bytes | None) -> str:
    """Names a content; empty for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def why_not_shown(text: str) -> str:
    """Why this text cannot be edited in a window of ours, as a sentence; "" if it can."""
    found = UNSHOWABLE.search(text)
    if found is None:
        return ""
    line = text.count("\n", 0, found.start()) + 1
    return f"Line {line} has the character U+{ord(found.group()):04X}, which cannot be shown here. Use another editor."
