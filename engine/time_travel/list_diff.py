"""How one list became another: which items were added, removed, moved or changed in place. Pure and bounded.

The common beginning and end are cut off first; that alone settles appending, the usual case. What is left in between is
matched item by item when it is small, and compared place by place when it is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.time_travel.sameness import Differing, same

_MATCHED_ITEMS = 120
"""Matching costs the product of both lengths; 120 x 120 comparisons of small items take some milliseconds."""


@dataclass(frozen=True)
class Edit:
    """One difference. ``before`` and ``after`` are places in the old and the new list; -1 where there is none."""

    kind: str
    before: int
    after: int

    ADD: ClassVar[str] = "add"
    REMOVE: ClassVar[str] = "remove"
    MOVE: ClassVar[str] = "move"
    CHANGE: ClassVar[str] = "change"


def list_edits(old: Sequence[Any], new: Sequence[Any], differing: Differing | None = None) -> list[Edit]:
    """Edits in the order of the new list, removals where they were. ``differing``: see ``same``."""
    differing = set() if differing is None else differing
    start = _common_length(old, new, differing)
    room = min(len(old), len(new)) - start
    end = _common_length(old[::-1][:room], new[::-1][:room], differing) if room else 0
    old_places, new_places = range(start, len(old) - end), range(start, len(new) - end)
    if len(old_places) > _MATCHED_ITEMS or len(new_places) > _MATCHED_ITEMS:
        return _place_by_place(old, new, old_places, new_places, differing)
    return _matched(old, new, old_places, new_places, differing)


def _common_length(old: Sequence[Any], new: Sequence[Any], differing: Differing) -> int:
    length = 0
    for a, b in zip(old, new, strict=False):
        if not same(a, b, differing):
            break
        length += 1
    return length


def _place_by_place(
    old: Sequence[Any], new: Sequence[Any], old_places: range, new_places: range, differing: Differing
) -> list[Edit]:
    shared = min(len(old_places), len(new_places))
    edits = [
        Edit(Edit.CHANGE, before, after)
        for before, after in zip(old_places, new_places, strict=False)
        if not same(old[before], new[after], differing)
    ]
    edits += [Edit(Edit.ADD, -1, place) for place in new_places[shared:]]
    edits += [Edit(Edit.REMOVE, place, -1) for place in old_places[shared:]]
    return edits


def _matched(
    old: Sequence[Any], new: Sequence[Any], old_places: range, new_places: range, differing: Differing
) -> list[Edit]:
    kept = _longest_common(old, new, old_places, new_places, differing)
    removed = [place for place in old_places if place not in kept]
    stayed = set(kept.values())
    added = [place for place in new_places if place not in stayed]
    moved: dict[int, int] = {}
    for after in added:
        before = next((place for place in removed if same(old[place], new[after], differing)), None)
        if before is not None:
            moved[after] = before
            removed.remove(before)
    added = [place for place in added if place not in moved]
    changed = _replaced_in_place(removed, added, kept)
    edits = [Edit(Edit.MOVE, before, after) for after, before in moved.items()]
    edits += [Edit(Edit.CHANGE, before, after) for before, after in changed.items()]
    edits += [Edit(Edit.ADD, -1, after) for after in added if after not in changed.values()]
    edits += [Edit(Edit.REMOVE, before, -1) for before in removed if before not in changed]
    return sorted(edits, key=lambda edit: (edit.after if edit.after >= 0 else edit.before, edit.kind))


def _longest_common(
    old: Sequence[Any], new: Sequence[Any], old_places: range, new_places: range, differing: Differing
) -> dict[int, int]:
    """Old place to new place of the longest run of items that kept their order (the classic table)."""
    rows, columns = len(old_places), len(new_places)
    equal = [[same(old[before], new[after], differing) for after in new_places] for before in old_places]
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = best[i + 1][j + 1] + 1 if equal[i][j] else max(best[i + 1][j], best[i][j + 1])
    kept: dict[int, int] = {}
    i = j = 0
    while i < rows and j < columns:
        if equal[i][j]:
            kept[old_places[i]] = new_places[j]
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return kept


def _replaced_in_place(removed: list[int], added: list[int], kept: dict[int, int]) -> dict[int, int]:
    """Pairs an item that went with one that came into the same gap: a reader sees one item that changed."""
    kept_new = sorted(kept.values())
    kept_old = sorted(kept)

    def gap(places: list[int], place: int) -> int:
        return sum(other < place for other in places)

    waiting: dict[int, list[int]] = {}
    for after in added:
        waiting.setdefault(gap(kept_new, after), []).append(after)
    pairs = {}
    for before in removed:
        candidates = waiting.get(gap(kept_old, before))
        if candidates:
            pairs[before] = candidates.pop(0)
    return pairs
