"""Whether two state values are the same, in value and in type.

Pure; a user's ``__eq__`` is asked only where nothing else is known of a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.serialization.data_record import DataRecord, type_name_of
from engine.serialization.deep_values import DEEPEST
from engine.serialization.structure import FIELDS, MAPPING, SEQUENCE, parts

_Pairs = Iterator[tuple[Any, Any]]


def same(old: Any, new: Any) -> bool:
    """True if no reader could tell the two apart. Dictionaries in another order are the same."""
    # A stack of open containers instead of recursion: values may be nested 10,000 deep.
    stack: list[_Pairs] = [iter(((old, new),))]
    while stack:
        for a, b in stack[-1]:
            if a is b:
                continue
            kind = type(a)
            if kind is not type(b):
                return False
            if kind is str or kind is int or kind is bool:
                if a != b:
                    return False
            elif kind is float:
                if a != b and (a == a or b == b):
                    return False
            else:
                inside = _pairs(a, b)
                if inside is None or len(stack) > DEEPEST:  # deeper than what is stored: it contains itself
                    return False
                stack.append(inside)
                break
        else:
            stack.pop()
    return True


def _pairs(old: Any, new: Any) -> _Pairs | None:
    """What is to be compared inside two values of one type; None if they are seen to differ."""
    if type(old) is list:
        return zip(old, new, strict=True) if len(old) == len(new) else None
    old_parts, new_parts = parts(old), parts(new)
    if old_parts is None or new_parts is None:
        return _NOTHING if _equal(old, new) else None
    if old_parts.length != new_parts.length:
        return None
    if isinstance(old, DataRecord) and type_name_of(old) != type_name_of(new):
        return None
    if old_parts.shape == SEQUENCE:
        return ((a, b) for (_, _, a), (_, _, b) in zip(old_parts.items(), new_parts.items(), strict=True))
    if old_parts.shape in (MAPPING, FIELDS):
        theirs = {(type(key), key): value for key, _, value in new_parts.items()}
        mine = {(type(key), key): value for key, _, value in old_parts.items()}
        return ((value, theirs[key]) for key, value in mine.items()) if mine.keys() == theirs.keys() else None
    ours = {(type(item), item) for item in old_parts.container}
    return _NOTHING if ours == {(type(item), item) for item in new_parts.container} else None


_NOTHING: _Pairs = iter(())
"""Used up, and so are all its uses."""


def _equal(old: Any, new: Any) -> bool:
    try:
        answer = old == new
        if hasattr(answer, "shape"):  # an array compares item by item; NaN makes bytes the only honest test
            return bool(old.dtype == new.dtype and old.shape == new.shape and old.tobytes() == new.tobytes())
        return bool(answer)
    except Exception:  # a user's __eq__ may raise; values that cannot be compared count as different
        return False
