"""Values that a step leaves behind for the next one only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.channels.base import SingleValueChannel, Value
from engine.errors import InvalidUpdateError
from engine.types import MISSING


class EphemeralValue(SingleValueChannel[Value]):
    """Readable in the step after it was written. With ``guard``, two writes in one step are an error."""

    __slots__ = ("guard",)

    expires = True

    def __init__(self, typ: Any, guard: bool = True) -> None:
        super().__init__(typ)
        self.guard = guard

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EphemeralValue) and other.guard == self.guard

    __hash__ = None

    def fresh(self) -> EphemeralValue[Value]:
        new: EphemeralValue[Value] = object.__new__(type(self))
        new.typ = self.typ
        new.key = self.key
        new.value = MISSING
        new.guard = self.guard
        return new

    def update(self, values: Sequence[Value]) -> bool:
        if not values:
            had_value = self.value is not MISSING
            self.value = MISSING
            return had_value
        if self.guard and len(values) != 1:
            raise InvalidUpdateError(
                f"At key '{self.key}': EphemeralValue(guard=True) can receive only one value per step. "
                "Use guard=False if you want to store any one of multiple values."
            )
        self.value = values[-1]
        return True


class AnyValue(SingleValueChannel[Value]):
    """Several writes in one step are taken to be equal; the last one counts.

    Cleared by a step that does not write it.
    """

    __slots__ = ()

    expires = True

    def update(self, values: Sequence[Value]) -> bool:
        if not values:
            had_value = self.value is not MISSING
            self.value = MISSING
            return had_value
        self.value = values[-1]
        return True
