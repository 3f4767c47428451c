"""What changed between two states: per key, and inside it per path. Pure and bounded.

Equal means equal in value and in type: 1, 1.0 and True differ, NaN equals NaN. Lists are compared as people read them:
items appended, removed, put in between, moved. The result carries previews, not values, and travels as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.serialization.preview import PreviewNode, preview
from engine.serialization.structure import SEQUENCE, SET, Parts, Step, parts
from engine.time_travel.deep_diff import deep_differences
from engine.time_travel.list_diff import Edit, list_edits
from engine.time_travel.sameness import Differing, same
from engine.types import MISSING

ADDED, REMOVED, CHANGED, MOVED, SAME = "added", "removed", "changed", "moved", "same"

MAX_CHANGES = 200
"""Changes listed for one key; a panel that shows more is not read."""

MAX_DEPTH = 40
"""Levels below a key in which lists are compared as people read them; below, they are compared place by place."""

_MOST_STEPS = 100_000
"""Of the paths to all changes of one key that are listed."""


@dataclass(frozen=True)
class ValueChange:
    """One place inside a key's value. ``before`` and ``after`` are preview nodes; None where there was nothing."""

    path: tuple[Step, ...]
    kind: str
    """``added``, ``removed``, ``changed`` or ``moved`` (then ``moved_from`` is the old place in the list)."""
    before: PreviewNode | None = None
    after: PreviewNode | None = None
    moved_from: int | None = None


@dataclass(frozen=True)
class KeyDiff:
    """One key of the state."""

    key: str
    kind: str
    """``added``, ``removed``, ``changed`` or ``same``."""
    summary: str = ""
    """A chip: ``append +2``, ``replace``, ``+1 ~2`` (one added, two changed). Empty when the same."""
    changes: tuple[ValueChange, ...] = ()
    more: int = 0
    """How many further changes were found and left out."""


@dataclass(frozen=True)
class StateDiff:
    """All keys of both states: changed ones first in the order of the newer state, then those that are the same."""

    keys: tuple[KeyDiff, ...] = field(default_factory=tuple)

    @property
    def changed_keys(self) -> tuple[str, ...]:
        """Names of the keys that differ."""
        return tuple(entry.key for entry in self.keys if entry.kind != SAME)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; ``from_json`` makes an equal diff of it."""
        return {"keys": [_key_to_json(entry) for entry in self.keys]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> StateDiff:
        """The diff that ``to_json`` wrote."""
        return StateDiff(tuple(_key_from_json(entry) for entry in data["keys"]))


def diff_states(before: Mapping[str, Any], after: Mapping[str, Any]) -> StateDiff:
    """Compare two states key by key."""
    entries = [_diff_key(key, before, after) for key in [*after, *(key for key in before if key not in after)]]
    return StateDiff(tuple(sorted(entries, key=lambda entry: entry.kind == SAME)))


def _diff_key(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> KeyDiff:
    if key not in before:
        return KeyDiff(key, ADDED, "new", (ValueChange((), ADDED, after=_picture(after[key], ())),))
    if key not in after:
        return KeyDiff(key, REMOVED, "removed", (ValueChange((), REMOVED, before=_picture(before[key], ())),))
    old, new = before[key], after[key]
    if same(old, new):
        return KeyDiff(key, SAME)
    changes: list[ValueChange] = []
    more = steps = 0
    for found in _changes(old, new, (), MAX_DEPTH, set()):
        if len(changes) < MAX_CHANGES and steps < _MOST_STEPS:
            changes.append(_pictured(found))
            steps += len(found.path)
        else:
            more += 1
    return KeyDiff(key, CHANGED, _summary(old, new, changes, more), tuple(changes), more)


class _Change(NamedTuple):
    """A ``ValueChange`` with values in place of pictures, which take longer than finding it."""

    path: tuple[Step, ...]
    kind: str
    before: Any = MISSING
    after: Any = MISSING
    moved_from: int | None = None


def _pictured(found: _Change) -> ValueChange:
    before, after = (None if value is MISSING else _picture(value, found.path) for value in (found.before, found.after))
    return ValueChange(found.path, found.kind, before, after, found.moved_from)


def _changes(old: Any, new: Any, path: tuple[Step, ...], depth: int, differing: Differing) -> Iterator[_Change]:
    """Differences below ``path``, in the order of the newer value. The two are known to differ."""
    old_parts, new_parts = parts(old), parts(new)
    if type(old) is not type(new) or old_parts is None or new_parts is None:
        yield _Change(path, CHANGED, old, new)
    elif depth == 0:
        yield from _deep_changes(old, new, path)
    elif old_parts.shape == SEQUENCE:
        yield from _list_changes(old, new, path, depth, differing)
    elif old_parts.shape == SET:
        yield from _set_changes(old_parts, new_parts, path)
    else:
        yield from _mapping_changes(_Change(path, CHANGED, old, new), old_parts, new_parts, depth, differing)


def _mapping_changes(
    whole: _Change, old_parts: Parts, new_parts: Parts, depth: int, differing: Differing
) -> Iterator[_Change]:
    path = whole.path
    found = False
    for key, step, child in new_parts.items():
        here = (*path, step)
        if key not in old_parts.container:
            found = True
            yield _Change(here, ADDED, after=child)
        elif not same(old_parts.container[key], child, differing):
            found = True
            yield from _changes(old_parts.container[key], child, here, depth - 1, differing)
    for key, step, child in old_parts.items():
        if key not in new_parts.container:
            found = True
            yield _Change((*path, step), REMOVED, child)
    if not found:  # only the order of the keys, the type of a key, or something besides the fields differs
        yield whole


def _set_changes(old: Parts, new: Parts, path: tuple[Step, ...]) -> Iterator[_Change]:
    # By type and value, so that {1} and {True} differ.
    old_items = {(type(item), item) for item in old.container}
    new_items = {(type(item), item) for item in new.container}
    for _, item in sorted(new_items - old_items, key=repr):
        yield _Change(path, ADDED, after=item)
    for _, item in sorted(old_items - new_items, key=repr):
        yield _Change(path, REMOVED, item)


def _list_changes(old: Any, new: Any, path: tuple[Step, ...], depth: int, differing: Differing) -> Iterator[_Change]:
    for edit in list_edits(old, new, differing):
        if edit.kind == Edit.ADD:
            yield _Change((*path, edit.after), ADDED, after=new[edit.after])
        elif edit.kind == Edit.REMOVE:
            yield _Change((*path, edit.before), REMOVED, old[edit.before])
        elif edit.kind == Edit.MOVE:
            yield _Change((*path, edit.after), MOVED, after=new[edit.after], moved_from=edit.before)
        else:
            yield from _changes(old[edit.before], new[edit.after], (*path, edit.after), depth - 1, differing)


def _deep_changes(old: Any, new: Any, path: tuple[Step, ...]) -> Iterator[_Change]:
    found = False
    for steps, before, after in deep_differences(old, new):
        found = True
        kind = ADDED if before is MISSING else REMOVED if after is MISSING else CHANGED
        yield _Change((*path, *steps), kind, before, after)
    if not found:  # as above
        yield _Change(path, CHANGED, old, new)


def _summary(old: Any, new: Any, changes: list[ValueChange], more: int) -> str:
    old_parts = parts(old)
    if (
        type(old) is not type(new)
        or old_parts is None
        or (changes and changes[0].path == () and old_parts.shape != SET)
    ):
        return "replace"
    counts = {kind: sum(change.kind == kind for change in changes) for kind in (ADDED, CHANGED, REMOVED, MOVED)}
    if more:
        return f"{len(changes) + more} changes"
    appended = counts[ADDED] == len(changes) and old_parts.shape == SEQUENCE
    if appended and all(change.path[0] >= old_parts.length for change in changes):
        return f"append +{counts[ADDED]}"
    signs = ((ADDED, "+"), (CHANGED, "~"), (REMOVED, "\N{MINUS SIGN}"), (MOVED, "\N{UP DOWN ARROW}"))
    return " ".join(f"{sign}{counts[kind]}" for kind, sign in signs if counts[kind])


def _picture(value: Any, path: tuple[Step, ...]) -> PreviewNode:
    return preview(value, max_items=20, max_chars=200, max_depth=2, max_nodes=100, path=path)


def _key_to_json(entry: KeyDiff) -> dict[str, Any]:
    changes = []
    for change in entry.changes:
        data: dict[str, Any] = {"path": list(change.path), "kind": change.kind}
        data.update({"before": change.before} if change.before is not None else {})
        data.update({"after": change.after} if change.after is not None else {})
        data.update({"moved_from": change.moved_from} if change.moved_from is not None else {})
        changes.append(data)
    return {"key": entry.key, "kind": entry.kind, "summary": entry.summary, "changes": changes, "more": entry.more}


def _key_from_json(data: Mapping[str, Any]) -> KeyDiff:
    changes = tuple(
        ValueChange(
            tuple(change["path"]), change["kind"], change.get("before"), change.get("after"), change.get("moved_from")
        )
        for change in data["changes"]
    )
    return KeyDiff(data["key"], data["kind"], data.get("summary", ""), changes, data.get("more", 0))
