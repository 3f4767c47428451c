"""A reducer that takes a whole step's writes at once.

In LangGraph this channel exists to store writes instead of values. Our store keeps differences for every channel, so
here it is only the batch reducer; ``snapshot_frequency`` is accepted and has nothing to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from copy import copy
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
            self.value = self._replaced_by(replacements[0])
            return True
        writes = [_with_ids(value) for value in values]
        self.value = self.reducer(self.empty() if self.value is MISSING else self.value, writes)
        return True

    def replay_writes(self, writes: Sequence[tuple[str, str, Any]]) -> None:
        """Take (task id, channel, value) writes of several steps at once; the last ``Overwrite`` among them counts."""
        for _, _, value in writes:
            is_overwrite, replacement = unwrap_overwrite(value)
            self.value = self._replaced_by(replacement) if is_overwrite else self.reducer(self.value, [value])

    def _replaced_by(self, value: Any) -> Any:
        if value is None:
            return self.empty()
        coerce = getattr(self.reducer, "coerce", None)
        if coerce is not None and isinstance(value, (list, tuple)):
            return coerce(value)
        for item in value if isinstance(value, (list, tuple)) else [value]:
            _give_id(item)
        return copy(value)


_ROLES = frozenset(("user", "human", "assistant", "ai", "tool", "system", "function", "remove"))


def _with_ids(write: Any) -> Any:
    """Chat messages need ids before they are stored: later writes name them by it."""
    if isinstance(write, list):
        return [_with_id(item) for item in write]
    if _is_message_dict(write):
        return write if write.get("id") else {**write, "id": _new_id()}
    _give_id(write)
    return write


def _with_id(item: Any) -> Any:
    """A message in a list; a dictionary becomes one of LangChain's messages if the program uses that library."""
    messages = sys.modules.get("langchain_core.messages")
    if messages is not None and _is_message_dict(item):
        (item,) = messages.convert_to_messages([item])
        item.id = item.id or None
    _give_id(item)
    return item


def _give_id(item: Any) -> None:
    if getattr(item, "id", "") is None and hasattr(item, "content"):
        item.id = _new_id()


def _is_message_dict(item: Any) -> bool:
    return isinstance(item, dict) and any(
        isinstance(kind, str) and kind in _ROLES for kind in (item.get("role"), item.get("type"))
    )


def _new_id() -> str:
    from uuid import uuid4  # here, because uuid takes longer to import than all channels together

    return str(uuid4())
