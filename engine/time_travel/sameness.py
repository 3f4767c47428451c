"""Whether two state values are the same, in value and in type.

Pure; a user's ``__eq__`` is asked only where nothing else is known of a value.
"""

from __future__ import annotations

from typing import Any

from engine.serialization.data_record import DataRecord, type_name_of
from engine.serialization.structure import FIELDS, MAPPING, SEQUENCE, parts

_MAX_DEPTH = 200
"""The codec refuses deeper values, so nothing stored is deeper."""


def same(old: Any, new: Any, depth: int = _MAX_DEPTH) -> bool:
    """True if no reader could tell the two apart. Dictionaries in another order are the same."""
    if old is new:
        return True
    kind = type(old)
    if kind is not type(new) or depth == 0:
        return False
    if kind is str or kind is int or kind is bool:
        return bool(old == new)
    if kind is float:
        return bool(old == new) or (old != old and new != new)
    if kind is list:
        return len(old) == len(new) and all(same(a, b, depth - 1) for a, b in zip(old, new, strict=True))
    return _same_parts(old, new, depth)


def _same_parts(old: Any, new: Any, depth: int) -> bool:
    old_parts, new_parts = parts(old), parts(new)
    if old_parts is None or new_parts is None:
        return _equal(old, new)
    if old_parts.length != new_parts.length:
        return False
    if isinstance(old, DataRecord) and type_name_of(old) != type_name_of(new):
        return False
    if old_parts.shape == SEQUENCE:
        return all(
            same(a, b, depth - 1) for (_, _, a), (_, _, b) in zip(old_parts.items(), new_parts.items(), strict=True)
        )
    if old_parts.shape in (MAPPING, FIELDS):
        theirs = {(type(key), key): value for key, _, value in new_parts.items()}
        mine = {(type(key), key): value for key, _, value in old_parts.items()}
        return mine.keys() == theirs.keys() and all(same(value, theirs[key], depth - 1) for key, value in mine.items())
    return {(type(item), item) for item in old_parts.container} == {(type(item), item) for item in new_parts.container}


def _equal(old: Any, new: Any) -> bool:
    try:
        answer = old == new
        if hasattr(answer, "shape"):  # an array compares item by item; NaN makes bytes the only honest test
            return bool(old.dtype == new.dtype and old.shape == new.shape and old.tobytes() == new.tobytes())
        return bool(answer)
    except Exception:  # a user's __eq__ may raise; values that cannot be compared count as different
        return False
