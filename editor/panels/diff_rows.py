"""What the diff list shows, row by row and line by line: from a StateDiff to text with signs. Pure, no Qt.

Changed keys come first, each with its chip and its changes; unchanged keys are folded into one row.
Called by ``diff_view``.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from editor.widgets.message_look import message_of
from editor.widgets.preview_node import Path, PreviewNode, may_be_picture, picture_text, preview_from_json, shortened
from engine.time_travel.state_diff import ADDED, SAME, KeyDiff, StateDiff, ValueChange

FIRST_CHANGES = 8  # of one key; more than a glance can take in waits behind a row
SHOWN_BEFORE_CHANGE = 24  # characters: the words that lead to a change in a long text
MOST_STEPS = 6  # of the way to a change, which stands before it on one line
MOST_LINES = 5  # of one value; the State tab and the copy command have the rest

_ESCAPE = re.compile(r"\\.")
"""A backslash and what it escapes, taken as a pair, so that the path C:\\new keeps its n."""

UNCHANGED = "\0unchanged"
"""The name of the fold of unchanged keys in the set of opened folds. No key of a state can be called so."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """The heading of one changed key."""

    key: str
    kind: str
    chip: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change inside a key. `path` starts with the key; `label` is the way below the key, "" for the key itself."""

    key: str
    path: Path
    label: str
    kind: str
    before: PreviewNode | None
    after: PreviewNode | None


@dataclass(frozen=True, slots=True)
class FoldRow:
    """Stands for rows that are folded away. `name` is the key, or UNCHANGED."""

    name: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class SameRow:
    """One unchanged key, shown when their fold is open."""

    key: str


Row = KeyRow | ChangeRow | FoldRow | SameRow


def rows_of(diff: StateDiff, opened: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """All rows, with the named folds open."""
    rows: list[Row] = []
    for entry in diff.keys:
        if entry.kind != SAME:
            rows += _rows_of_key(entry, opened)
    rows += _unchanged([entry.key for entry in diff.keys if entry.kind == SAME], opened)
    return tuple(rows)


def _rows_of_key(entry: KeyDiff, opened: frozenset[str]) -> Iterator[Row]:
    yield KeyRow(entry.key, entry.kind, entry.summary)
    changes, more = _changes(entry)
    shown = changes if entry.key in opened else changes[:FIRST_CHANGES]
    yield from shown
    hidden = len(changes) - len(shown)
    if hidden:
        yield FoldRow(entry.key, f"{hidden + more:,} more in {entry.key}", False)
    elif more:
        yield FoldRow(entry.key, f"{more:,} more in {entry.key}: see the State tab", True)


def _changes(entry: KeyDiff) -> tuple[tuple[ChangeRow, ...], int]:
    """The changes of a key and how many were left out. A new list or dict is shown by its items."""
    rows = tuple(_change_row(entry.key, change) for change in entry.changes)
    whole = rows[0].after if entry.kind == ADDED and len(rows) == 1 else None
    if whole is None or not whole.items:
        return rows, entry.more
    items = (ChangeRow(entry.key, (entry.key, *i.path), _label(i.path), ADDED, None, i.node) for i in whole.items)
    return tuple(items), whole.more


def _unchanged(keys: list[str], opened: frozenset[str]) -> Iterator[Row]:
    if keys:
        is_open = UNCHANGED in opened
        yield FoldRow(UNCHANGED, f"{len(keys):,} unchanged", is_open)
        if is_open:
            yield from map(SameRow, keys)


def _change_row(key: str, change: ValueChange) -> ChangeRow:
    label = _label(change.path)
    if change.moved_from is not None:
        label = f"[{change.moved_from}] → {label}"
    before = preview_from_json(change.before) if change.before is not None else None
    after = preview_from_json(change.after) if change.after is not None else None
    return ChangeRow(key, (key, *change.path), label, change.kind, before, after)


def _label(path: Sequence[Any]) -> str:
    return shortened([f"[{step}]" if isinstance(step, int) else f".{step}" for step in path], MOST_STEPS)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One drawn line. `sign` is "+", "−", "~" or " " for a continued one; `tone` names the tokens of its colours."""

    sign: str
    label: str
    text: str
    tone: str  # "added" | "removed" | "changed"


@dataclass(frozen=True, slots=True)
class InlineChange:
    """Before and after are short enough to stand on one line with an arrow between them."""

    label: str
    before: str
    after: str


ARROW_COLUMNS = 6
CHIP_COLUMNS = 4


def lines_of(row: ChangeRow, columns: int) -> InlineChange | tuple[DiffLine, ...]:
    """How a change is written in a view of so many columns of the monospaced font."""
    before, after = map(_shown_text, (row.before, row.after))
    if row.kind == "changed":
        if not any(node is not None and may_be_picture(node) for node in (row.before, row.after)):
            before, after = around_the_difference(*map(_whole_text, (row.before, row.after)))
        label_columns = len(row.label) + 2 if row.label else 0
        if label_columns + len(before) + len(after) + ARROW_COLUMNS + CHIP_COLUMNS <= columns:
            return InlineChange(row.label, before, after)
        return (
            *_wrapped("−", row.label, before, "removed", columns),
            *_wrapped("+", row.label, after, "added", columns),
        )
    if row.kind == "removed":
        return tuple(_wrapped("−", row.label, before, "removed", columns))
    if row.kind == "moved":
        return tuple(_wrapped("~", row.label, after, "changed", columns))
    return tuple(_wrapped("+", row.label, after, "added", columns))


def around_the_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts from a little before the place where they part: a long common beginning would hide the change."""
    same = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = same - SHOWN_BEFORE_CHANGE
    if start <= SHOWN_BEFORE_CHANGE:
        return before, after
    start = before.rfind(" ", 0, start) + 1 or start
    return "… " + before[start:], "… " + after[start:]


def _shown_text(node: PreviewNode | None) -> str:
    """A message as who says what, a picture as one, anything else as it is written."""
    if node is None:
        return ""
    if may_be_picture(node):
        return picture_text(node)
    look = message_of(node)
    return node.text if look is None else look.text


def _whole_text(node: PreviewNode | None) -> str:
    """The value on one line; of a text all of it, so that a change far inside can be found."""
    if node is None:
        return ""
    return repr(node.json) if isinstance(node.json, str) else node.text


def _wrapped(sign: str, label: str, text: str, tone: str, columns: int) -> Iterator[DiffLine]:
    wide = max(8, columns - (len(label) + 1 if label else 0) - 4)
    for i, part in enumerate(_lines_of_value(text, wide)):
        yield DiffLine(sign if i == 0 else " ", label if i == 0 else " " * len(label), part, tone)


def _lines_of_value(text: str, wide: int) -> list[str]:
    """At most MOST_LINES lines. Line breaks inside a text are shown as such: that is how somebody wrote it."""
    parts: list[str] = []
    for line in _ESCAPE.sub(lambda pair: "\n" if pair[0] == "\\n" else pair[0], text).split("\n"):
        parts += textwrap.wrap(line, wide, break_on_hyphens=False, drop_whitespace=bool(line.strip())) or [""]
    if len(parts) <= MOST_LINES:
        return parts
    return [*parts[: MOST_LINES - 1], f"{parts[MOST_LINES - 1][: wide - 2]} …"]


def row_text(row: Row) -> str:
    """The row as plain words, for the clipboard and for screen readers."""
    match row:
        case KeyRow(key, _, chip):
            return f"{key} ({chip})" if chip else key
        case ChangeRow(kind="changed", before=before, after=after) if before is not None and after is not None:
            return f"{_named(row)}{before.text} → {after.text}"
        case ChangeRow(kind="removed", before=before) if before is not None:
            return f"− {_named(row)}{before.text}"
        case ChangeRow(after=after) if after is not None:
            return f"+ {_named(row)}{after.text}"
        case FoldRow(text=text):
            return text
        case SameRow(key):
            return key
        case _:
            return ""


def _named(row: ChangeRow) -> str:
    return f"{row.label} " if row.label else ""
