"""What a node or a caller wants done: run a node, update the state, go elsewhere.

The classes say that they come from ``engine.types``: annotations are real ones, not text that is looked up there.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from engine.types.aliases import MISSING
from engine.types.policies import TimeoutPolicy

NodeName = TypeVar("NodeName", bound=Hashable)


class Send:
    """Run one node in the next step with an input of its own."""

    __slots__ = ("node", "arg", "timeout")

    def __init__(self, /, node: str, arg: Any, *, timeout: float | timedelta | TimeoutPolicy | None = None) -> None:
        self.node = node
        self.arg = arg
        self.timeout = TimeoutPolicy.coerce(timeout) if timeout is not None else None

    def __hash__(self) -> int:
        return hash((self.node, self.arg, self.timeout))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Send) and (self.node, self.arg, self.timeout) == (other.node, other.arg, other.timeout)

    def __repr__(self) -> str:
        timeout = "" if self.timeout is None else f", timeout={self.timeout!r}"
        return f"Send(node={self.node!r}, arg={self.arg!r}{timeout})"


@dataclass(frozen=True, kw_only=True)
class Command(Generic[NodeName]):
    """What a node or a caller wants done.

    Update the state, go to nodes, answer a question, or tell the parent graph.
    """

    graph: str | None = None
    update: Any = None
    resume: Any = None
    goto: Any = ()

    PARENT: ClassVar[Literal["__parent__"]] = "__parent__"

    def __repr__(self) -> str:
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        return f"Command({', '.join(f'{name}={value!r}' for name, value in given if value)})"

    @property
    def targets(self) -> Sequence[Any]:
        """``goto`` as a sequence of node names and ``Send``s."""
        return (self.goto,) if isinstance(self.goto, (str, Send)) else self.goto

    def update_items(self) -> Sequence[tuple[str, Any]]:
        """``update`` as (key, value) pairs."""
        update = self.update
        if update is None:
            return ()
        if isinstance(update, dict):
            return list(update.items())
        if isinstance(update, (list, tuple)) and all(
            isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in update
        ):
            return update
        keys = annotated_keys(type(update))
        return object_items(update, keys) if keys else [("__root__", update)]


@dataclass
class Overwrite:
    """A value that replaces the state's instead of going through the reducer."""

    value: Any
    type: Literal["__overwrite__"] = "__overwrite__"


class StateUpdate(NamedTuple):
    """One update of ``bulk_update_state``."""

    values: Any
    as_node: str | None = None
    task_id: str | None = None


def annotated_keys(cls: type) -> tuple[str, ...]:
    """Names of the fields that a class and its bases annotate, bases first."""
    found: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        found.update(dict.fromkeys(vars(base).get("__annotations__", ())))
    return tuple(found)


def object_items(value: Any, keys: Sequence[str]) -> list[tuple[str, Any]]:
    """The fields of a state object as writes, in this order.

    A field of a pydantic model that was never set and is None by default is left out.
    """
    set_fields = getattr(value, "model_fields_set", None)
    defaults = {}
    if set_fields is not None:
        defaults = {name: field.default for name, field in type(value).model_fields.items()}
    items = []
    for key in keys:
        found = getattr(value, key, MISSING)
        if found is MISSING:
            continue
        if set_fields is not None and found is None and key not in set_fields and defaults.get(key, MISSING) is None:
            continue
        items.append((key, found))
    return items
