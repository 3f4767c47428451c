"""Finds the journals that a crash left behind and reads them back. The other half of ``recovery_log``.

Never hands out a document that the user did not have: a damaged end is left out, and where a hash in the journal does
not fit, everything since the last one that does. Nothing is deleted here but old journals that are of no use: the user
turned them down, or their edits were all taken back.

To recover: ``claim`` a journal, make a history from ``base``, subscribe a fresh ``RecoveryLog`` to it, tell that one
what it will ``take_over``, ``do`` the command, which writes all edits into the new journal, ``sync`` it, then
``Claim.done``. A crash at any point of this leaves at least one whole journal, and of two the new one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from editor.document.change_json import read_change, read_module_json, read_module_path
from editor.document.changes import Change, ModuleRead, apply_changes
from editor.document.command import Command
from editor.document.document import Document, normal_document
from editor.document.layout_file import format_layout, parse_layout
from editor.document.module_text import ModuleText
from editor.document.recovery_log import FORMAT, VERSION, open_locked, state_hash
from engine.graph.graph_file import format_graph, parse_graph
from engine.graph.json_text import JsonTextError, read_json
from engine.graph.spec import Json

MAX_BYTES = 256 * 1024 * 1024
KEPT_DISMISSED = 20
"""Journals that were turned down are kept a while, the newest so many: a wrong click should not cost the work."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A journal with edits that no running editor is writing."""

    journal: Path
    path: Path | None
    """The graph file that was edited; None for a graph that was never saved."""
    edits: int
    edited_at_s: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a journal holds."""

    base: Document
    """As it was on disk when the editing began."""
    command: Command
    """All edits since, as one step that can be undone."""
    path: Path | None
    text_hash: str
    """Of the files as they were then: ``save_document`` with it notices if they changed since."""
    complete: bool
    """False if something at the end of the journal could not be used."""


class Claim:
    """A journal that is being recovered: no other window can take it meanwhile."""

    def __init__(self, journal: Path, file: IO[bytes], recovered: Recovered) -> None:
        self.recovered = recovered
        self._journal = journal
        self._file = file

    def done(self) -> None:
        """Its edits are in another journal now. Deletes it."""
        self._file.close()
        self._journal.unlink(missing_ok=True)

    def release(self) -> None:
        """Leaves it, to be offered again."""
        self._file.close()


def find_unsaved(folder: Path) -> tuple[Unsaved, ...]:
    """What can be recovered, newest first. Journals without edits or without a readable beginning are passed over.

    Those whose edits were all taken back are put aside: the file has what the user last saw. So are those of which a
    crashed recovery has written all edits into another one.
    """
    found, idle, replaced = [], [], set[str]()
    for journal in folder.glob("*.journal"):
        file = open_locked(journal)
        if file is None:
            continue
        with file:
            try:
                (header_line, *lines), all_read = _read_lines(journal)
                header = _read_header(header_line)
            except (OSError, ValueError):
                continue
        edits = sum(_is_edit(line) for line in lines)
        if edits and all_read and _leads_back(header.base, lines):
            idle.append(journal)
        elif edits:
            found.append(Unsaved(journal, header.path, edits, journal.stat().st_mtime))
            replaced.add(header.replaces)
    for journal in [*idle, *(each.journal for each in found if each.journal.name in replaced)]:
        _put_aside(journal)
    left = [each for each in found if each.journal.name not in replaced]
    return tuple(sorted(left, key=lambda unsaved: unsaved.edited_at_s, reverse=True))


def claim(unsaved: Unsaved) -> Claim | None:
    """Reads a journal and keeps others from it; None if it is gone or taken. Raises ``ValueError`` if it is no use."""
    file = open_locked(unsaved.journal)
    if file is None:
        return None
    try:
        return Claim(unsaved.journal, file, read_journal(unsaved.journal))
    except BaseException:
        file.close()
        raise


def dismiss(unsaved: Unsaved) -> None:
    """The user does not want these edits: they are not offered again."""
    _put_aside(unsaved.journal)


def _put_aside(journal: Path) -> None:
    journal.replace(journal.with_suffix(".dismissed"))
    kept = sorted(journal.parent.glob("*.dismissed"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in kept[KEPT_DISMISSED:]:
        file.unlink(missing_ok=True)


def read_journal(journal: Path) -> Recovered:
    """Changes nothing on disk. Raises ``ValueError`` or ``OSError`` if not even the first line can be used."""
    (header_line, *lines), all_read = _read_lines(journal)
    header = _read_header(header_line)
    states = [index for index, line in enumerate(lines) if "state" in line]
    replay = _replay(header.base, lines, frozenset(states[-1:]))
    if replay.mismatch:  # rare: then every hash is checked, to find the last that fits
        replay = _replay(header.base, lines, frozenset(states))
    changes = tuple(change for change in replay.changes if not isinstance(change, ModuleRead))
    reads = tuple(change for change in replay.changes if isinstance(change, ModuleRead))
    return Recovered(
        base=header.base,
        command=Command("Recovered edits", changes, None, reads),
        path=header.path,
        text_hash=header.text_hash,
        complete=replay.whole and all_read,
    )


@dataclass(frozen=True, slots=True)
class _Header:
    base: Document
    path: Path | None
    text_hash: str
    replaces: str
    """The name of the journal that was being recovered; "" for none."""


@dataclass(frozen=True, slots=True)
class _Replay:
    changes: Sequence[Change]
    whole: bool
    mismatch: bool = False


def _read_lines(journal: Path) -> tuple[list[dict[str, Json]], bool]:
    """All lines that are whole, up to the first that is not, and whether these are all. None at all: ``ValueError``."""
    if journal.stat().st_size > MAX_BYTES:
        raise ValueError("The journal is too large to be one.")
    lines: list[dict[str, Json]] = []
    *whole, rest = journal.read_bytes().split(b"\n")
    for raw in whole:
        try:
            line = read_json(raw.decode("ascii"))
        except (UnicodeDecodeError, JsonTextError):
            break
        if not isinstance(line, dict):
            break
        lines.append(line)
    if not lines:
        raise ValueError("The journal has no beginning.")
    return lines, len(lines) == len(whole) and rest == b""


def _is_edit(line: dict[str, Json]) -> bool:
    """Whether a line holds more than that a module was read."""
    changes = line.get("do")
    if not isinstance(changes, list):
        return False
    return any(not (isinstance(change, dict) and change.get("kind") == "ModuleRead") for change in changes)


def _leads_back(base: Document, lines: Sequence[dict[str, Json]]) -> bool:
    """Whether saving after all the edits would write what was there before them."""
    replay = _replay(base, lines, frozenset())
    if not replay.whole:
        return False
    end = apply_changes(base, replay.changes)
    if format_graph(base.graph) != format_graph(end.graph) or format_layout(base.layout) != format_layout(end.layout):
        return False
    before = {path: module.opened or "" for path, module in end.modules.items()}
    before |= {path: module.text for path, module in base.modules.items()}
    return all(module.text == before[path] for path, module in end.modules.items())


def _read_header(line: dict[str, Json]) -> _Header:
    """Raises ``ValueError``."""
    if line.get("format") != FORMAT or line.get("version") not in (1, VERSION):
        raise ValueError("This is not a journal of this version.")
    graph, layout, path, text_hash = (line.get(key) for key in ("graph", "layout", "path", "hash"))
    if not (isinstance(graph, str) and isinstance(layout, str) and isinstance(text_hash, str)):
        raise ValueError("The journal has no whole beginning.")
    modules = _read_modules(line.get("modules", {}))
    base = normal_document(Document(parse_graph(graph, where="the journal"), parse_layout(layout).layout, modules))
    return _Header(base, Path(path) if isinstance(path, str) else None, text_hash, str(line.get("replaces", "")))


def _read_modules(data: Json) -> dict[str, ModuleText]:
    """Raises ``ValueError``."""
    try:
        return {read_module_path(path): read_module_json(module) for path, module in data.items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("The journal has no whole beginning.") from error


def _replay(base: Document, lines: Sequence[dict[str, Json]], checked: frozenset[int]) -> _Replay:
    """The changes of all lines up to the first that does not fit. ``checked``: the lines whose hash is compared."""
    document = base
    changes: list[Change] = []
    certain = 0
    for index, line in enumerate(lines):
        if "state" in line:
            if index in checked and line["state"] != state_hash(document):
                return _Replay(changes[:certain], whole=False, mismatch=True)
            certain = len(changes)
            continue
        try:
            step = [read_change(change) for change in line["do"]]
            document = apply_changes(document, step)
        except (ValueError, KeyError, TypeError):
            return _Replay(changes, whole=False)
        changes += step
    return _Replay(changes, whole=True)
