"""A list of what one step wrote, or of everything ever written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.channels.base import BaseChannel
from engine.errors import EmptyChannelError
from engine.types import MISSING


class Topic(BaseChannel[Any, Any, Any]):
    """Collects writes; a write that is a list adds its items. Emptied by each step, unless ``accumulate``."""

    __slots__ = ("values", "accumulate")

    def __init__(self, typ: Any, accumulate: bool = False) -> None:
        super().__init__(typ)
        self.accumulate = accumulate
        self.values: list[Any] = []

    @property
    def expires(self) -> bool:  # type: ignore[override] # a class constant elsewhere; here it depends on accumulate
        return not self.accumulate

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Topic) and other.accumulate == self.accumulate

    __hash__ = None  # type: ignore[assignment] # equality means "same rule"

    @property
    def ValueType(self) -> Any:
        any_sequence: Any = Sequence
        return any_sequence[self.typ]

    @property
    def UpdateType(self) -> Any:
        several: Any = list.__class_getitem__(self.typ)
        return self.typ | several if isinstance(self.typ, type) else self.typ

    def copy(self) -> Topic:
        return self.from_checkpoint(list(self.values))

    def from_checkpoint(self, checkpoint: Any) -> Topic:
        new = Topic(self.typ, self.accumulate)
        new.key = self.key
        if checkpoint is not MISSING:
            # LangGraph up to 0.3 stored a pair of (everything seen, values).
            new.values = checkpoint[1] if isinstance(checkpoint, tuple) else list(checkpoint)
        return new

    def checkpoint(self) -> Any:
        return self.values if self.values else MISSING

    def update(self, values: Sequence[Any]) -> bool:
        changed = False
        if not self.accumulate:
            changed = bool(self.values)
            self.values = []
        new = list(_flat(values))
        if new:
            changed = True
            self.values = self.values + new
        return changed

    def get(self) -> Any:
        if not self.values:
            raise EmptyChannelError
        return list(self.values)

    def is_available(self) -> bool:
        return bool(self.values)


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value
