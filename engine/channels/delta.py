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
    """``value = reducer(value, [write, ...])`` once per step. Starts from the type's empty value."""

    __slots__ = ("empty", "reducer", "snapshot_frequency")

    def __init__(
        self, reducer: Callable[[Any, Sequence[Any]], Any], typ: Any = None, *, snapshot_frequency: int = 100
    ) -> None:
        super().__init__(list if typ is None else typ)
        if snapshot_frequency <= 0:
            raise ValueError(f"snapshot_frequency must be a positive int, got {snapshot_frequency}")
        self.reducer = reducer
        self.snapshot_frequency = snapshot_frequency
        self.empty = _constructor(self.typ) or list

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DeltaChannel)
            and other.snapshot_frequency == self.snapshot_frequency
            and same_reducer(self.reducer, other.reducer)
        )

    __hash__ = None

    def fresh(self) -> DeltaChannel:
        new = super().fresh()
        new.reducer = self.reducer
        new.snapshot_frequency = self.snapshot_frequency
        new.empty = self.empty
        return new

    def from_checkpoint(self, checkpoint: Any) -> DeltaChannel:
        new = self.fresh()
        # A thread that LangGraph wrote has the value inside a snapshot object.
        new.value = self.empty() if checkpoint is MISSING else getattr(checkpoint, "value", checkpoint)
        return new

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        replacements = [value for is_overwrite, value in map(unwrap_overwrite, values) if is_overwrite]
        if len(replacements) > 1:
            text = "Can receive only one Overwrite value per super-step."
            raise InvalidUpdateError(
                create_error_message(message=text, error_code=ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)
            )
        if replacements:
            self.value = self.empty() if replacements[0] is None else replacements[0]
            _give_ids(self.value)
            return True
        for value in values:
            _give_ids(value)
        self.value = self.reducer(self.empty() if self.value is MISSING else self.value, list(values))
        return True


def _give_ids(write: Any) -> None:
    """Chat messages need ids before they are stored: later writes name them by it."""
    for item in write if isinstance(write, (list, tuple)) else [write]:
        if getattr(item, "id", "") is None and hasattr(item, "content"):
            from uuid import uuid4  # here, because uuid takes longer to import than all channels together

            item.id = str(uuid4())
