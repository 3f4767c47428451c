"""``Interrupt``: a question that a node has asked. ``interrupt()``, which asks it, is in ``runtime.interrupts``.

The classes say that they come from ``engine.types``: annotations are real ones, not text that is looked up there.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, final
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10
from engine.ids import hex_digest, interrupt_id

ResponseT = TypeVar("ResponseT")


@final
class Interrupt(Generic[ResponseT]):
    """A question that a node asked, waiting for an answer."""

    __slots__ = ("value", "id", "response_schema")
    __match_args__ = ("value", "id", "response_schema")

    value: Any
    id: str
    response_schema: Any

    def __init__(
        self, value: Any, id: str = "placeholder-id", *, response_schema: Any = None, **deprecated: Any
    ) -> None:
        self.value = value
        self.response_schema = response_schema
        namespace = deprecated.get("ns")
        if id == "placeholder-id" and isinstance(namespace, Sequence):
            id = hex_digest("|".join(namespace).encode())
        self.id = id

    @classmethod
    def from_ns(cls, value: Any, ns: str, *, response_schema: Any = None) -> "Interrupt[Any]":
        """The first question of the task with this namespace."""
        return cls(value, interrupt_id(ns, 0), response_schema=response_schema)

    @property
    def interrupt_id(self) -> str:
        """Old name of ``id``."""
        warn(LangGraphDeprecatedSinceV10("`interrupt_id` is deprecated. Use `id` instead."), stacklevel=2)
        return self.id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Interrupt):
            return NotImplemented
        return (self.value, self.id, self.response_schema) == (other.value, other.id, other.response_schema)

    __hash__ = None  # type: ignore[assignment] # as a dataclass with eq: values need not be hashable

    def __repr__(self) -> str:
        return f"Interrupt(value={self.value!r}, id={self.id!r}, response_schema={self.response_schema!r})"

    def __reduce__(self) -> Any:
        return (_make_interrupt, (self.value, self.id, self.response_schema))


def _make_interrupt(value: Any, id: str, response_schema: Any) -> Interrupt[Any]:
    return Interrupt(value, id, response_schema=response_schema)
