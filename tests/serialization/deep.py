"""Values nested as deep as a test wants, and a comparison that asks nothing of the stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.serialization.structure import parts

DEEP = 10_000


def nested(wrap: Callable[[Any], Any], levels: int = DEEP, core: Any = "core") -> Any:
    """``core``, wrapped so many times."""
    value = core
    for _ in range(levels):
        value = wrap(value)
    return value


def equal(one: Any, other: Any) -> bool:
    """Equal and of the same types, at any depth. For values of the kinds that ``parts`` knows, and scalars."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        mine, theirs = parts(a), parts(b)
        if type(a) is not type(b) or (mine is None) != (theirs is None):
            return False
        if mine is None or theirs is None:
            if a != b:
                return False
            continue
        if mine.length != theirs.length:
            return False
        for (key, _, x), (other_key, _, y) in zip(mine.items(), theirs.items(), strict=True):
            if key != other_key:
                return False
            waiting.append((x, y))
    return True
