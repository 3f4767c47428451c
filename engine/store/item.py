"""Items of the long-term store and the operations on it: frozen requests, no storage.

The long-term store keeps small JSON documents across threads (what a graph knows about a user, say), under a namespace
and a key. Not to be confused with checkpoints. Names and defaults are LangGraph's (``langgraph.store.base``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Union

Namespace = tuple[str, ...]
NamespacePath = tuple[str, ...]
NamespaceMatchType = Literal["prefix", "suffix"]


class InvalidNamespaceError(ValueError):
    """A namespace that cannot be stored: empty, not text, or with a label that has a period or a NUL in it."""


class Item:
    """One stored document. ``created_at`` and ``updated_at`` are in UTC."""

    __slots__ = ("created_at", "key", "namespace", "updated_at", "value")

    def __init__(
        self,
        *,
        value: dict[str, Any],
        key: str,
        namespace: Namespace,
        created_at: datetime | str,
        updated_at: datetime | str,
    ) -> None:
        self.value = value
        self.key = key
        self.namespace = tuple(namespace)
        self.created_at = _as_time(created_at)
        self.updated_at = _as_time(updated_at)

    def dict(self) -> dict[str, Any]:
        """The item as JSON can hold it."""
        return {
            "namespace": list(self.namespace),
            "key": self.key,
            "value": self.value,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            return NotImplemented
        return self.dict() == other.dict()

    def __hash__(self) -> int:
        return hash((self.namespace, self.key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.dict().items())})"


class SearchItem(Item):
    """A found item. ``score`` is None unless the search ranked by meaning."""

    __slots__ = ("score",)

    def __init__(
        self,
        namespace: Namespace,
        key: str,
        value: Mapping[str, Any],
        created_at: datetime | str,
        updated_at: datetime | str,
        score: float | None = None,
    ) -> None:
        super().__init__(value=dict(value), key=key, namespace=namespace, created_at=created_at, updated_at=updated_at)
        self.score = score

    def dict(self) -> dict[str, Any]:
        return {**super().dict(), "score": self.score}


class GetOp(NamedTuple):
    """One item by its address."""

    namespace: Namespace
    key: str
    refresh_ttl: bool = True


class SearchOp(NamedTuple):
    """Items under a namespace prefix. ``filter``: key -> value, or key -> ``{"$gte": 3, ...}``."""

    namespace_prefix: Namespace
    filter: dict[str, Any] | None = None
    limit: int = 10
    offset: int = 0
    query: str | None = None
    refresh_ttl: bool = True


class MatchCondition(NamedTuple):
    """A namespace starts or ends with this path; ``*`` stands for any one label."""

    match_type: NamespaceMatchType
    path: NamespacePath


class ListNamespacesOp(NamedTuple):
    """Namespaces that meet all conditions, cut to ``max_depth`` labels, each once, sorted."""

    match_conditions: tuple[MatchCondition, ...] | None = None
    max_depth: int | None = None
    limit: int = 100
    offset: int = 0


class PutOp(NamedTuple):
    """Store, replace or (``value`` None) delete one item. ``ttl`` in minutes."""

    namespace: Namespace
    key: str
    value: dict[str, Any] | None
    index: Literal[False] | list[str] | None = None  # type: ignore[assignment] # LangGraph's name; hides tuple.index
    ttl: float | None = None


Op = Union[GetOp, SearchOp, PutOp, ListNamespacesOp]
Result = Union[Item, list[Item], list[SearchItem], list[Namespace], None]


def check_labels(namespace: Namespace) -> None:
    """Raises InvalidNamespaceError for a label that is empty, no text, or has a period or a NUL in it."""
    for label in namespace:
        if not isinstance(label, str):
            raise InvalidNamespaceError(
                f"Invalid namespace label '{label}' found in {namespace}. Namespace labels must be strings, "
                f"but got {type(label).__name__}."
            )
        if not label:
            raise InvalidNamespaceError(f"Namespace labels cannot be empty strings. Got {label} in {namespace}")
        for bad, what in ((".", "periods ('.')"), ("\x00", "NUL bytes ('\\x00')")):
            if bad in label:
                raise InvalidNamespaceError(
                    f"Invalid namespace label '{label}' found in {namespace}. Namespace labels cannot contain {what}."
                )


def check_namespace(namespace: Namespace) -> None:
    """As ``check_labels``; also refuses the empty namespace and the reserved root ``langgraph``."""
    if not namespace:
        raise InvalidNamespaceError("Namespace cannot be empty.")
    check_labels(namespace)
    if namespace[0] == "langgraph":
        raise InvalidNamespaceError(f'Root label for namespace cannot be "langgraph". Got: {namespace}')


def check_op(op: Op) -> None:
    """The labels of an operation that was handed to ``batch`` directly."""
    match op:
        case GetOp() | PutOp():
            check_labels(op.namespace)
        case SearchOp():
            check_labels(op.namespace_prefix)
        case ListNamespacesOp():
            for condition in op.match_conditions or ():
                check_labels(condition.path)


def namespace_matches(namespace: Namespace, condition: MatchCondition) -> bool:
    """Whether a namespace meets one condition."""
    path = condition.path
    if len(namespace) < len(path):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(part, path, strict=True))


def value_matches(value: Mapping[str, Any], filter: Mapping[str, Any] | None) -> bool:
    """Whether a document meets a search filter: equality, or ``$eq $ne $gt $gte $lt $lte``. Raises ValueError."""
    return all(_meets(value.get(key), wanted) for key, wanted in (filter or {}).items())


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        if any(isinstance(name, str) and name.startswith("$") for name in wanted):
            return all(_compare(value, operator, operand) for operator, operand in wanted.items())
        return isinstance(value, dict) and all(_meets(value.get(key), inner) for key, inner in wanted.items())
    if isinstance(wanted, (list, tuple)):
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(wanted)
            and all(_meets(one, other) for one, other in zip(value, wanted, strict=True))
        )
    return bool(value == wanted)


def _compare(value: Any, operator: str, operand: Any) -> bool:
    if operator == "$eq":
        return bool(value == operand)
    if operator == "$ne":
        return bool(value != operand)
    if operator not in ("$gt", "$gte", "$lt", "$lte"):
        raise ValueError(f"Unsupported operator: {operator}. Use $eq, $ne, $gt, $gte, $lt or $lte.")
    if value is None:
        return False
    left, right = float(value), float(operand)
    return {"$gt": left > right, "$gte": left >= right, "$lt": left < right, "$lte": left <= right}[operator]


def _as_time(time: datetime | str) -> datetime:
    return datetime.fromisoformat(time) if isinstance(time, str) else time
