"""What changed between two states: per key, and inside it per path. Pure and bounded.

Equal means equal in value and in type: 1, 1.0 and True differ, NaN equals NaN. Lists are compared as people read them:
items appended, removed, put in between, moved. The result carries previews, not values, and travels as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.serialization.preview import PreviewNode, preview
from engine.serialization.structure import SEQUENCE, SET, Parts, Step, parts
from engine.time_travel.list_diff import Edit, list_edits
from engine.time_travel.sameness import same

ADDED, REMOVED, CHANGED, MOVED, SAME = "added", "removed", "changed", "moved", "same"

MAX_CHANGES = 200
"""Changes listed for one key; a panel that shows more is not read."""

MAX_DEPTH = 40
"""Levels below a key that are compared one by one; below, a difference is reported as a whole."""


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
    more = 0
    for change in _changes(old, new, (), MAX_DEPTH):
        if len(changes) < MAX_CHANGES:
            changes.append(change)
        else:
            more += 1
    return KeyDiff(key, CHANGED, _summary(old, new, changes, more), tuple(changes), more)


def _changes(old: Any, new: Any, path: tuple[Step, ...], depth: int) -> Iterator[ValueChange]:
    """Differences below ``path``, in the order of the newer value. The two are known to differ."""
    old_parts, new_parts = parts(old), parts(new)
    if type(old) is not type(new) or old_parts is None or new_parts is None or depth == 0:
        yield ValueChange(path, CHANGED, _picture(old, path), _picture(new, path))
    elif old_parts.shape == SEQUENCE:
        yield from _list_changes(old, new, path, depth)
    elif old_parts.shape == SET:
        yield from _set_changes(old_parts, new_parts, path)
    else:
        yield from _mapping_changes(old, new, old_parts, new_parts, path, depth)


def _mapping_changes(
    old: Any, new: Any, old_parts: Parts, new_parts: Parts, path: tuple[Step, ...], depth: int
) -> Iterator[ValueChange]:
    old_items = {key: (step, child) for key, step, child in old_parts.items()}
    new_items = {key: (step, child) for key, step, child in new_parts.items()}
    found = False
    for key, (step, child) in new_items.items():
        here = (*path, step)
        if key not in old_items:
            found = True
            yield ValueChange(here, ADDED, after=_picture(child, here))
        elif not same(old_items[key][1], child):
            found = True
            yield from _changes(old_items[key][1], child, here, depth - 1)
    for key, (step, child) in old_items.items():
        if key not in new_items:
            found = True
            yield ValueChange((*path, step), REMOVED, before=_picture(child, (*path, step)))
    if not found:  # only the order of the keys, the type of a key, or something besides the fields differs
        yield ValueChange(path, CHANGED, _picture(old, path), _picture(new, path))


def _set_changes(old: Parts, new: Parts, path: tuple[Step, ...]) -> Iterator[ValueChange]:
    # By type and value, so that {1} and {True} differ.
    old_items = {(type(item), item) for item in old.container}
    new_items = {(type(item), item) for item in new.container}
    for _, item in sorted(new_items - old_items, key=repr):
        yield ValueChange(path, ADDED, after=_picture(item, path))
    for _, item in sorted(old_items - new_items, key=repr):
        yield ValueChange(path, REMOVED, before=_picture(item, path))


def _list_changes(old: Any, new: Any, path: tuple[Step, ...], depth: int) -> Iterator[ValueChange]:
    for edit in list_edits(old, new):
        if edit.kind == Edit.ADD:
            yield ValueChange((*path, edit.after), ADDED, after=_picture(new[edit.after], (*path, edit.after)))
        elif edit.kind == Edit.REMOVE:
            yield ValueChange((*path, edit.before), REMOVED, before=_picture(old[edit.before], (*path, edit.before)))
        elif edit.kind == Edit.MOVE:
            here = (*path, edit.after)
            yield ValueChange(here, MOVED, after=_picture(new[edit.after], here), moved_from=edit.before)
        else:
            yield from _changes(old[edit.before], new[edit.after], (*path, edit.after), depth - 1)


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
