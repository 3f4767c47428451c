"""Values that live as long as the run and are never stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.channels.base import SingleValueChannel, Value
from engine.errors import InvalidUpdateError
from engine.types import MISSING


class UntrackedValue(SingleValueChannel[Value]):
    """A key for things that cannot or must not be saved. With ``guard``, two writes in one step are an error."""

    __slots__ = ("guard",)

    is_stored = False

    def __init__(self, typ: Any, guard: bool = True) -> None:
        super().__init__(typ)
        self.guard = guard

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntrackedValue) and other.guard == self.guard

    __hash__ = None

    def fresh(self) -> UntrackedValue[Value]:
        new: UntrackedValue[Value] = object.__new__(type(self))
        new.typ = self.typ
        new.key = self.key
        new.value = MISSING
        new.guard = self.guard
        return new

    def checkpoint(self) -> Value:
        return MISSING  # type: ignore[no-any-return] # nothing is stored

    def from_checkpoint(self, checkpoint: Any) -> UntrackedValue[Value]:
        return self.fresh()

    def update(self, values: Sequence[Value]) -> bool:
        if not values:
            return False
        if self.guard and len(values) != 1:
            raise InvalidUpdateError(
                f"At key '{self.key}': UntrackedValue(guard=True) can receive only one value per step. "
                "Use guard=False if you want to store any one of multiple values."
            )
        self.value = values[-1]
        return True
