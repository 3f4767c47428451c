"""Joins: readable once every named writer has written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.channels.base import BaseChannel
from engine.errors import EmptyChannelError, InvalidUpdateError
from engine.types import MISSING


class NamedBarrierValue(BaseChannel[Any, str, Any]):
    """Waits for all names; starts again from none when its reader has run. A half-filled one outlives the run."""

    __slots__ = ("names", "seen")

    is_consumed = True

    def __init__(self, typ: Any, names: set[str]) -> None:
        super().__init__(typ)
        self.names = names
        self.seen: set[str] = set()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.names == self.names

    __hash__ = None  # type: ignore[assignment] # equality means "same rule"

    def copy(self) -> NamedBarrierValue:
        new = self.__class__(self.typ, self.names)
        new.key = self.key
        new.seen = set(self.seen)
        return new

    def from_checkpoint(self, checkpoint: Any) -> NamedBarrierValue:
        new = self.__class__(self.typ, self.names)
        new.key = self.key
        if checkpoint is not MISSING:
            new.seen = set(checkpoint)
        return new

    def checkpoint(self) -> Any:
        return set(self.seen) if self.seen else MISSING

    def update(self, values: Sequence[str]) -> bool:
        changed = False
        for value in values:
            if value not in self.names:
                raise InvalidUpdateError(f"At key '{self.key}': Value {value} not in {self.names}")
            if value not in self.seen:
                self.seen.add(value)
                changed = True
        return changed

    def get(self) -> None:
        if not self.is_available():
            raise EmptyChannelError

    def is_available(self) -> bool:
        return self.seen == self.names

    def consume(self) -> bool:
        if not self.is_available():
            return False
        self.seen = set()
        return True


class NamedBarrierValueAfterFinish(NamedBarrierValue):
    """A join into a deferred node: also waits until nothing else is left to run."""

    __slots__ = ("finished",)

    waits_for_finish = True

    def __init__(self, typ: Any, names: set[str]) -> None:
        super().__init__(typ, names)
        self.finished = False

    def copy(self) -> NamedBarrierValueAfterFinish:
        new = super().copy()
        assert isinstance(new, NamedBarrierValueAfterFinish), "copy() makes one of the same class"
        new.finished = self.finished
        return new

    def from_checkpoint(self, checkpoint: Any) -> NamedBarrierValueAfterFinish:
        new = NamedBarrierValueAfterFinish(self.typ, self.names)
        new.key = self.key
        if checkpoint is not MISSING:
            seen, new.finished = checkpoint
            new.seen = set(seen)
        return new

    def checkpoint(self) -> Any:
        return (set(self.seen), self.finished) if self.seen or self.finished else MISSING

    def is_available(self) -> bool:
        return self.finished and self.seen == self.names

    def consume(self) -> bool:
        if not super().consume():
            return False
        self.finished = False
        return True

    def finish(self) -> bool:
        if self.finished or self.seen != self.names:
            return False
        self.finished = True
        return True
