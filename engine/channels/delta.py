"""A reducer that takes a whole step's writes at once.

In LangGraph this channel exists to store writes instead of values. Our store keeps differences for every channel, so
here it is only the batch reducer; ``snapshot_frequency`` is accepted and has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.channels.base import SingleValueChannel
from engine.channels.reducer import _constructor, same_reducer, unwrap_overwrite
from engine.errors import ErrorCode, InvalidUpdateError, create_error_message
from engine.types import MISSING


class DeltaChannel(SingleValueChannel[Any]):
    """``value = reducer(value, [write, ...])`` once per step."""

    __slots__ = ("reducer", "snapshot_frequency", "empty")

    def __init__(
        self, reducer: Callable[[Any, Any], Any], typ: Any = None, *, snapshot_frequency: int | None = 1000
    ) -> None:
        super().__init__(typ)
        if snapshot_frequency is not None and snapshot_frequency < 1:
            raise ValueError(f"snapshot_frequency must be >= 1, got {snapshot_frequency}")
        self.reducer = reducer
        self.snapshot_frequency = snapshot_frequency
        self.empty = (_constructor(typ) if typ is not None else None) or list

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeltaChannel) and same_reducer(self.reducer, other.reducer)

    __hash__ = None

    def fresh(self) -> DeltaChannel:
        new = super().fresh()
        new.reducer = self.reducer
        new.snapshot_frequency = self.snapshot_frequency
        new.empty = self.empty
        return new

    def from_checkpoint(self, checkpoint: Any) -> DeltaChannel:
        new = self.fresh()
        if checkpoint is not MISSING:
            new.value = getattr(checkpoint, "delta_snapshot_value", checkpoint)
        return new

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        start = self.empty() if self.value is MISSING else self.value
        replacements = [value for is_overwrite, value in map(unwrap_overwrite, values) if is_overwrite]
        if len(replacements) > 1:
            text = "Can receive only one Overwrite value per super-step."
            raise InvalidUpdateError(
                create_error_message(message=text, error_code=ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)
            )
        if replacements:
            start = self.empty() if replacements[0] is None else replacements[0]
        writes = [write for write in values if not unwrap_overwrite(write)[0]]
        self.value = self.reducer(start, writes) if writes else start
        return True
