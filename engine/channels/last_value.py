"""One write per step; the last one stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.channels.base import BaseChannel, SingleValueChannel, Value
from engine.errors import EmptyChannelError, ErrorCode, InvalidUpdateError, create_error_message
from engine.types import MISSING


class LastValue(SingleValueChannel[Value]):
    """A plain key. Two writes in one step are an error."""

    __slots__ = ()

    def copy(self) -> LastValue[Value]:
        new: LastValue[Value] = object.__new__(type(self))
        new.typ = self.typ
        new.key = self.key
        new.value = self.value
        return new

    def update(self, values: Sequence[Value]) -> bool:
        if not values:
            return False
        if len(values) != 1:
            text = (
                f"At key '{self.key}': Can receive only one value per step. "
                "Use an Annotated key to handle multiple values."
            )
            raise InvalidUpdateError(
                create_error_message(message=text, error_code=ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)
            )
        self.value = values[0]
        return True


class LastValueAfterFinish(BaseChannel[Any, Any, Any]):
    """Holds its value back until nothing else is left to run: the trigger of a deferred node."""

    __slots__ = ("value", "finished")

    waits_for_finish = True
    is_consumed = True

    def __init__(self, typ: Any, key: str = "") -> None:
        super().__init__(typ, key)
        self.value: Any = MISSING
        self.finished = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LastValueAfterFinish)

    __hash__ = None  # type: ignore[assignment] # equality means "same rule"

    def from_checkpoint(self, checkpoint: Any) -> LastValueAfterFinish:
        new = LastValueAfterFinish(self.typ, self.key)
        if checkpoint is not MISSING:
            new.value, new.finished = checkpoint
        return new

    def checkpoint(self) -> Any:
        return MISSING if self.value is MISSING else (self.value, self.finished)

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        self.finished = False
        self.value = values[-1]
        return True

    def consume(self) -> bool:
        if not self.finished:
            return False
        self.finished = False
        self.value = MISSING
        return True

    def finish(self) -> bool:
        if self.finished or self.value is MISSING:
            return False
        self.finished = True
        return True

    def get(self) -> Any:
        if self.value is MISSING or not self.finished:
            raise EmptyChannelError
        return self.value

    def is_available(self) -> bool:
        return self.value is not MISSING and self.finished
