"""From a state class to channels: TypedDict, dataclass, pydantic model, or any other type (one unnamed value).

Pure: reads annotations, imports nothing of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from inspect import isclass, signature
from typing import Any, get_args, get_origin, get_type_hints

from engine.channels import BaseChannel, BinaryOperatorAggregate, DeltaChannel, LastValue
from engine.channels.managed import is_managed_value

ROOT = "__root__"
"""The only key of a state that is one unnamed value."""


@dataclass(frozen=True)
class StateSchema:
    """The keys of one schema, in the order of its annotations."""

    keys: tuple[str, ...]
    channels: Mapping[str, BaseChannel[Any, Any, Any]]
    managed: Mapping[str, Any]
    make: Callable[[dict[str, Any]], Any] | None
    """Turns a dict into the schema's class (dataclass, pydantic); None if a dict will do."""

    @property
    def is_root(self) -> bool:
        """Whether the state is one unnamed value."""
        return self.keys == (ROOT,)

    @property
    def reads(self) -> str | tuple[str, ...]:
        """What a node with this input schema reads."""
        return ROOT if self.is_root else self.keys


def read_schema(schema: Any) -> StateSchema:
    """The channels that a state class declares. Raises ValueError for a reducer that is none."""
    if not hasattr(schema, "__annotations__"):
        return StateSchema((ROOT,), {ROOT: _channel(ROOT, schema, allow_managed=False)}, {}, None)
    hints = get_type_hints(schema, include_extras=True)
    found = {name: _channel(name, typ) for name, typ in hints.items() if name != "__slots__"}
    channels = {name: c for name, c in found.items() if isinstance(c, BaseChannel)}
    managed = {name: c for name, c in found.items() if not isinstance(c, BaseChannel)}
    return StateSchema(tuple(found), channels, managed, _maker(schema))


def _maker(schema: Any) -> Callable[[dict[str, Any]], Any] | None:
    if isclass(schema) and (is_dataclass(schema) or hasattr(schema, "model_validate")):
        return lambda values: schema(**values)
    return None


def _channel(name: str, typ: Any, *, allow_managed: bool = True) -> Any:
    typ = _without_required(typ)
    managed = _managed_value(typ)
    if managed is not None:
        if not allow_managed:
            raise ValueError(f"This {typ} not allowed in this position")
        return managed
    channel = _declared_channel(typ) or _reducer_channel(typ) or LastValue(typ)
    channel.key = name
    return channel


def _without_required(typ: Any) -> Any:
    """The type inside Required[...] / NotRequired[...], of typing or typing_extensions."""
    origin = get_origin(typ)
    while getattr(origin, "_name", "") in ("Required", "NotRequired", "ReadOnly"):
        typ = get_args(typ)[0]
        origin = get_origin(typ)
    return typ


def _managed_value(typ: Any) -> Any:
    metadata = getattr(typ, "__metadata__", ())
    if metadata:
        last = get_origin(metadata[-1]) or metadata[-1]
        if is_managed_value(last):
            return last
    arguments = get_args(typ) if get_origin(typ) is not None else ()
    return _managed_value(arguments[0]) if arguments else None


def _declared_channel(typ: Any) -> BaseChannel[Any, Any, Any] | None:
    """``Annotated[T, channel]`` or ``Annotated[T, ChannelClass]``."""
    for item in getattr(typ, "__metadata__", ()):
        if isinstance(item, DeltaChannel):
            return DeltaChannel(
                item.reducer, _without_required(typ.__origin__), snapshot_frequency=item.snapshot_frequency
            )
        if isinstance(item, BaseChannel):
            return item
        if isclass(item) and issubclass(item, BaseChannel):
            return item(typ.__origin__)
    return None


def _reducer_channel(typ: Any) -> BaseChannel[Any, Any, Any] | None:
    """``Annotated[T, reducer]``: the last annotation, if it can be called."""
    metadata = getattr(typ, "__metadata__", ())
    if not metadata or not callable(metadata[-1]):
        return None
    parameters = signature(metadata[-1])
    positional = [p for p in parameters.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(positional) != 2:
        raise ValueError(f"Invalid reducer signature. Expected (a, b) -> c. Got {parameters}")
    return BinaryOperatorAggregate(typ, metadata[-1])
