"""Keys with a reducer: every write is folded into the value."""

from __future__ import annotations

import collections.abc
import operator as operators
from collections.abc import Callable, Sequence
from typing import Any, get_origin

from engine.channels.base import SingleValueChannel
from engine.errors import ErrorCode, InvalidUpdateError, create_error_message
from engine.types import MISSING, Overwrite

OVERWRITE = "__overwrite__"

_CONCRETE: dict[Any, type] = {
    collections.abc.Sequence: list,
    collections.abc.MutableSequence: list,
    collections.abc.Set: set,
    collections.abc.MutableSet: set,
    collections.abc.Mapping: dict,
    collections.abc.MutableMapping: dict,
}


class BinaryOperatorAggregate(SingleValueChannel[Any]):
    """``value = operator(value, write)`` for each write, in order. Starts from the type's empty value if it has one."""

    __slots__ = ("operator", "empty", "replaced")

    def __init__(self, typ: Any, operator: Callable[[Any, Any], Any]) -> None:
        super().__init__(typ)
        self.operator = operator
        self.replaced = False
        """Whether the last update put another value in place of the old one."""
        self.empty = _constructor(typ)
        self.value = MISSING if self.empty is None else self.empty()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BinaryOperatorAggregate) and same_reducer(self.operator, other.operator)

    __hash__ = None

    def fresh(self) -> BinaryOperatorAggregate:
        new = super().fresh()
        new.operator = self.operator
        new.empty = self.empty
        new.replaced = False
        return new

    def from_checkpoint(self, checkpoint: Any) -> BinaryOperatorAggregate:
        new = self.fresh()
        if checkpoint is not MISSING:
            new.value = getattr(checkpoint, "delta_snapshot_value", checkpoint)
        elif self.empty is not None:
            new.value = self.empty()
        return new

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        value = self.value
        overwritten = False
        for write in values:
            is_overwrite, replacement = unwrap_overwrite(write)
            if is_overwrite:
                if overwritten:
                    text = "Can receive only one Overwrite value per super-step."
                    raise InvalidUpdateError(
                        create_error_message(message=text, error_code=ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)
                    )
                value = replacement
                overwritten = True
            elif not overwritten:
                value = write if value is MISSING else self.operator(value, write)
        self.value = value
        self.replaced = overwritten
        return True

    @property
    def appends(self) -> bool:
        """Whether the reducer only ever puts items behind those it had."""
        return self.operator is operators.add

    @property
    def keeps_items(self) -> bool:
        """Whether the reducer never changes an item in place, so that the same items mean the same values."""
        return bool(getattr(self.operator, "keeps_items", False))


def unwrap_overwrite(write: Any) -> tuple[bool, Any]:
    """Whether a write replaces the value, and with what. Knows ``Overwrite`` also after a trip through JSON."""
    if isinstance(write, Overwrite):
        return True, write.value
    if isinstance(write, dict):
        if len(write) == 1 and OVERWRITE in write:
            return True, write[OVERWRITE]
        if write.get("type") == OVERWRITE and "value" in write:
            return True, write["value"]
    return False, None


def same_reducer(a: Callable[..., Any], b: Callable[..., Any]) -> bool:
    """Whether two schemas mean the same reducer. Lambdas cannot be compared and count as equal to anything."""
    lambdas = "<lambda>" in (getattr(a, "__name__", ""), getattr(b, "__name__", ""))
    return lambdas or a is b


def _constructor(typ: Any) -> Callable[[], Any] | None:
    """What makes the type's empty value; None if it has none."""
    typ = bare_type(typ)
    typ = _CONCRETE.get(typ, typ)
    try:
        typ()
    except Exception:  # whatever a user's class raises without arguments, it has no empty value
        return None
    return typ  # type: ignore[no-any-return] # it was just called


def bare_type(typ: Any) -> Any:
    """The type without Annotated, Required, NotRequired and type arguments."""
    while True:
        origin = getattr(typ, "__origin__", None) or get_origin(typ)
        if origin is None:
            return typ
        typ = typ.__args__[0] if getattr(origin, "_name", "") in ("Required", "NotRequired") else origin
