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


Differing = set[tuple[int, int]]
"""Ids of containers, in pairs, that were seen to differ. Holds as long as the values do."""


def same(old: Any, new: Any, differing: Differing | None = None) -> bool:
    """True if no reader could tell the two apart. Dictionaries in another order are the same.

    Whoever asks again for parts of what differed gives the same ``differing`` each time: each part is walked once.
    """
    if old is new:
        return True
    # A stack of open containers instead of recursion: values may be nested 10,000 deep.
    stack: list[tuple[_Pairs, Any, Any]] = [(iter(((old, new),)), None, None)]
    while stack:
        for a, b in stack[-1][0]:
            if a is b:
                continue
            kind = type(a)
            if kind is str or kind is int or kind is bool:
                if kind is type(b) and a == b:
                    continue
                return _differ(stack, differing)
            if kind is float:
                if kind is type(b) and (a == b or (a != a and b != b)):
                    continue
                return _differ(stack, differing)
            is_known = differing is not None and (id(a), id(b)) in differing
            inside = None if is_known or kind is not type(b) else _pairs(a, b)
            stack.append((inside or _NOTHING, a, b))
            if inside is None or len(stack) > DEEPEST:  # deeper than what is stored: it contains itself
                return _differ(stack, differing)
            break
        else:
            stack.pop()
    return True


def _differ(stack: list[tuple[_Pairs, Any, Any]], differing: Differing | None) -> bool:
    """False: what was found last differs, and with it all that it is in."""
    if differing is not None:
        differing.update((id(a), id(b)) for _, a, b in stack[1:])
    return False


def _pairs(old: Any, new: Any) -> _Pairs | None:
    """What is to be compared inside two values of one type; None if they are seen to differ."""
    if type(old) is list:
        return zip(old, new, strict=True) if len(old) == len(new) else None
    if type(old) is dict and list(old) == list(new) and list(map(type, old)) == list(map(type, new)):
        return zip(old.values(), new.values(), strict=True)  # as most are, and three times as fast
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
