"""What every channel can do. A channel holds one key's value and knows how it takes a step's updates.

The runtime never changes a channel in place: it copies it, updates the copy and swaps it in when the whole step is
known to be valid. So ``copy`` is cheap and shallow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from engine.errors import EmptyChannelError
from engine.types import MISSING

Value = TypeVar("Value")
Update = TypeVar("Update")
Saved = TypeVar("Saved")

ChannelT = TypeVar("ChannelT", bound="BaseChannel[Any, Any, Any]")


class BaseChannel(Generic[Value, Update, Saved]):
    """A key of the state. Subclasses say what an update does."""

    __slots__ = ("key", "typ")

    expires = False
    """Whether a value may vanish in a step that does not write it.

    Such channels are looked at once more, a step later.
    """
    waits_for_finish = False
    """Whether a value becomes readable only when nothing else is left to run."""
    is_consumed = False
    """Whether ``consume`` does anything."""
    is_stored = True
    """Whether checkpoints hold it."""

    def __init__(self, typ: Any, key: str = "") -> None:
        self.typ = typ
        self.key = key

    @property
    def ValueType(self) -> Any:
        """Type of what ``get`` returns."""
        return self.typ

    @property
    def UpdateType(self) -> Any:
        """Type of one write."""
        return self.typ

    def fresh(self: ChannelT) -> ChannelT:
        """A channel of the same kind without a value."""
        new = self.__class__.__new__(self.__class__)
        new.typ = self.typ
        new.key = self.key
        return new

    def copy(self: ChannelT) -> ChannelT:
        """A channel of the same kind with the same value."""
        return self.from_checkpoint(self.checkpoint())

    def checkpoint(self) -> Saved:
        """What is stored; MISSING if there is no value."""
        try:
            return self.get()  # type: ignore[return-value] # what is read is what is stored, unless overridden
        except EmptyChannelError:
            return MISSING  # type: ignore[no-any-return] # MISSING stands for "nothing"

    def from_checkpoint(self: ChannelT, checkpoint: Saved) -> ChannelT:
        """A channel of the same kind with a stored value; without one if it is MISSING."""
        raise NotImplementedError

    def get(self) -> Value:
        """The value. Raises ``EmptyChannelError`` if there is none."""
        raise NotImplementedError

    def is_available(self) -> bool:
        """Whether ``get`` has something to return."""
        try:
            self.get()
        except EmptyChannelError:
            return False
        return True

    def peek(self) -> Any:
        """The value; MISSING if there is none."""
        return self.get() if self.is_available() else MISSING

    def update(self, values: Sequence[Update]) -> bool:
        """Take the writes of one step, in order; none if the step did not write the key.

        Returns whether anything changed.
        """
        raise NotImplementedError

    def consume(self) -> bool:
        """A node that the channel triggers has run. Returns whether anything changed."""
        return False

    def finish(self) -> bool:
        """Nothing else is left to run. Returns whether anything changed."""
        return False


class SingleValueChannel(BaseChannel[Value, Value, Value]):
    """The common part of channels that hold one value as it is."""

    __slots__ = ("value",)

    value: Any

    def __init__(self, typ: Any, key: str = "") -> None:
        super().__init__(typ, key)
        self.value = MISSING

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    __hash__ = None  # type: ignore[assignment] # equality means "same rule", for comparing schemas

    def fresh(self: ChannelT) -> ChannelT:
        new: Any = object.__new__(type(self))
        new.typ = self.typ
        new.key = self.key
        new.value = MISSING
        return new  # type: ignore[no-any-return] # of this very class

    def copy(self: ChannelT) -> ChannelT:
        new: Any = self.fresh()
        new.value = self.value  # type: ignore[attr-defined] # the slot is declared above
        return new  # type: ignore[no-any-return] # as above

    def from_checkpoint(self: ChannelT, checkpoint: Any) -> ChannelT:
        new = self.fresh()
        new.value = checkpoint  # type: ignore[attr-defined] # as above
        return new

    def get(self) -> Value:
        if self.value is MISSING:
            raise EmptyChannelError
        return self.value  # type: ignore[no-any-return] # the value's type is the user's

    def is_available(self) -> bool:
        return self.value is not MISSING

    def peek(self) -> Any:
        return self.value

    def checkpoint(self) -> Value:
        return self.value  # type: ignore[no-any-return] # as above
