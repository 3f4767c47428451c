"""Where two values differ below the levels that ``state_diff`` compares one by one. Pure, one walk, no recursion.

Lists are compared place by place here: nobody reads moves forty levels down.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from engine.serialization.data_record import DataRecord, type_name_of
from engine.serialization.structure import SEQUENCE, SET, Step, parts
from engine.time_travel.sameness import same
from engine.types import MISSING

Difference = tuple[tuple[Step, ...], Any, Any]
"""Path, the older value and the newer one; ``MISSING`` where there is none."""

_Entries = Iterator[tuple[Step, Any, Any]]


def deep_differences(old: Any, new: Any) -> Iterator[Difference]:
    """The innermost places that differ, from top to bottom, in the order of the newer value."""
    entries = _entries(old, new)
    if entries is None:
        yield (), old, new
        return
    stack: list[tuple[Step, _Entries]] = [(None, entries)]
    while stack:
        for step, before, after in stack[-1][1]:
            if before is after:
                continue
            inside = _entries(before, after)
            if inside is not None:
                stack.append((step, inside))
                break
            if not same(before, after):
                yield (*(each for each, _ in stack[1:]), step), before, after
        else:
            stack.pop()


def _entries(old: Any, new: Any) -> _Entries | None:
    """What stands at the same places inside both; None where the two are one place."""
    old_parts, new_parts = (None, None) if type(old) is not type(new) else (parts(old), parts(new))
    if old_parts is None or new_parts is None or old_parts.shape == SET:
        return None
    if isinstance(old, DataRecord) and type_name_of(old) != type_name_of(new):
        return None
    if old_parts.shape == SEQUENCE:
        olds = (child for _, _, child in old_parts.items())
        news = (child for _, _, child in new_parts.items())
        return ((place, a, b) for place, (a, b) in enumerate(zip_longest(olds, news, fillvalue=MISSING)))
    before = {(type(key), key): (step, child) for key, step, child in old_parts.items()}
    after = {(type(key), key): (step, child) for key, step, child in new_parts.items()}
    gone = {key: found for key, found in before.items() if key not in after}
    return (
        (step, before[key][1] if key in before else MISSING, MISSING if key in gone else child)
        for key, (step, child) in (*after.items(), *gone.items())
    )
