"""The long-term store in memory: ``InMemoryStore``. Gone with the process. May rank by meaning, given an embedding."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from typing import Any, TypedDict

from engine.store.base_store import BaseStore
from engine.store.item import (
    GetOp,
    Item,
    ListNamespacesOp,
    Namespace,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    namespace_matches,
    value_matches,
)

Vector = Sequence[float]


class IndexConfig(TypedDict, total=False):
    """How documents are found by meaning. ``fields``: paths such as ``text``, ``notes[*].body``, ``$`` (all of it)."""

    dims: int
    embed: Any
    """A function ``list[str] -> list[vector]``, or an object with ``embed_documents``."""
    fields: list[str] | None


class InMemoryStore(BaseStore):
    """Documents in dictionaries. Safe to use from several threads."""

    __slots__ = ("_data", "_embed", "_fields", "_lock", "_vectors")

    def __init__(self, *, index: IndexConfig | None = None) -> None:
        self._data: dict[Namespace, dict[str, Item]] = {}
        self._vectors: dict[tuple[Namespace, str], list[Vector]] = {}
        self._embed = _embedding(index["embed"]) if index else None
        self._fields: list[str] = (index or {}).get("fields") or ["$"]
        self._lock = threading.RLock()

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        with self._lock:
            results: list[Result] = []
            puts: dict[tuple[Namespace, str], PutOp] = {}
            for op in ops:
                match op:
                    case GetOp():
                        results.append(self._data.get(op.namespace, {}).get(op.key))
                    case SearchOp():
                        results.append(self._search(op))
                    case ListNamespacesOp():
                        results.append(list_namespaces(self._data, op))
                    case PutOp():
                        puts[op.namespace, op.key] = op
                        results.append(None)
                    case _:
                        raise ValueError(f"Unknown operation type: {type(op)}")
            for put in puts.values():
                self._put(put)
            return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        return self.batch(ops)  # nothing here waits

    def _put(self, op: PutOp) -> None:
        items = self._data.setdefault(op.namespace, {})
        self._vectors.pop((op.namespace, op.key), None)
        if op.value is None:
            items.pop(op.key, None)
            if not items:
                del self._data[op.namespace]
            return
        now = datetime.now(timezone.utc)
        old = items.get(op.key)
        created = now if old is None else old.created_at
        items[op.key] = Item(
            value=dict(op.value), key=op.key, namespace=op.namespace, created_at=created, updated_at=now
        )
        if self._embed is not None and op.index is not False:
            texts = [text for path in op.index or self._fields for text in texts_at(op.value, path)]
            if texts:
                self._vectors[op.namespace, op.key] = self._embed(texts)

    def _search(self, op: SearchOp) -> list[SearchItem]:
        depth = len(op.namespace_prefix)
        found = [
            item
            for namespace, items in self._data.items()
            if namespace[:depth] == op.namespace_prefix
            for item in items.values()
            if value_matches(item.value, op.filter)
        ]
        window = slice(op.offset, op.offset + op.limit)
        if not op.query or self._embed is None:
            return [_found(item, None) for item in found[window]]
        wanted = self._embed([op.query])[0]
        vectors = {id(item): self._vectors.get((item.namespace, item.key)) for item in found}
        ranked = [
            (max(_cosine(wanted, vector) for vector in own), item) for item in found if (own := vectors[id(item)])
        ]
        ranked.sort(key=lambda pair: -pair[0])
        without_vector = [_found(item, None) for item in found if not vectors[id(item)]]
        return ([_found(item, score) for score, item in ranked] + without_vector)[window]


def list_namespaces(namespaces: Iterable[Namespace], op: ListNamespacesOp) -> list[Namespace]:
    """The namespaces that meet the operation's conditions, cut, each once, sorted, and the window asked for."""
    found = {
        namespace if op.max_depth is None else namespace[: op.max_depth]
        for namespace in namespaces
        if all(namespace_matches(namespace, condition) for condition in op.match_conditions or ())
    }
    return sorted(found)[op.offset : op.offset + op.limit]


def texts_at(value: Any, path: str) -> list[str]:
    """The texts at a path such as ``notes[*].body`` or ``authors[0]``; ``$`` is the whole document as JSON."""
    if path in ("$", ""):
        return [json.dumps(value, sort_keys=True)]
    steps = path.replace("[", ".[").strip(".").split(".")
    return [found if isinstance(found, str) else json.dumps(found, sort_keys=True) for found in _walk(value, steps)]


def _walk(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        if value is not None:
            yield value
        return
    step, rest = steps[0], steps[1:]
    children: Iterable[Any] = ()
    if step.startswith("[") and isinstance(value, (list, tuple)):
        place = step[1:-1]
        children = value if place == "*" else value[int(place) :][:1] if place.lstrip("-").isdigit() else ()
    elif step == "*" and isinstance(value, dict):
        children = value.values()
    elif isinstance(value, dict) and step in value:
        children = (value[step],)
    for child in children:
        yield from _walk(child, rest)


def _embedding(embed: Any) -> Callable[[list[str]], list[Vector]]:
    """A function from texts to vectors, of what was configured."""
    if hasattr(embed, "embed_documents"):
        documents: Callable[[list[str]], list[Vector]] = embed.embed_documents
        return documents
    if callable(embed):
        function: Callable[[list[str]], list[Vector]] = embed
        return function
    raise TypeError(
        f"'embed' is a {type(embed).__name__}. Give a function from a list of texts to a list of vectors, or an object "
        "with 'embed_documents'."
    )


def _cosine(one: Vector, other: Vector) -> float:
    length = math.sqrt(sum(x * x for x in one)) * math.sqrt(sum(y * y for y in other))
    return sum(x * y for x, y in zip(one, other, strict=True)) / length if length else 0.0


def _found(item: Item, score: float | None) -> SearchItem:
    return SearchItem(item.namespace, item.key, item.value, item.created_at, item.updated_at, score)
