"""The items of a scene as a mapping that makes each of them when somebody first asks for it.

A graph of 10,000 nodes has 23,000 items, and a window shows a few hundred: all that are near enough to be painted are
made for the view, the others when they come into it. Used by ``graph_scene`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")


class ItemsOnDemand(Mapping[Key, Item], Generic[Key, Item]):
    """Has an item for everything that is there; ``made`` are those that exist already."""

    def __init__(self, there: Callable[[], Collection[Key]], make: Callable[[Key], Item]) -> None:
        self._there = there
        self._make = make
        self.made: dict[Key, Item] = {}

    def __getitem__(self, key: Key) -> Item:
        item = self.made.get(key)
        if item is None:
            if key not in self._there():
                raise KeyError(key)
            item = self.made[key] = self._make(key)
        return item

    def __iter__(self) -> Iterator[Key]:
        return iter(self._there())

    def __len__(self) -> int:
        return len(self._there())

    def __contains__(self, key: object) -> bool:
        return key in self._there()

    def made_of(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Item]]:
        """Those of these keys that have an item already."""
        for key in keys:
            if (item := self.made.get(key)) is not None:
                yield key, item

    def forget(self, key: Key) -> Item | None:
        """It is not there any more. Gives the item, to take it out of the scene."""
        return self.made.pop(key, None)
