"""Rectangles in square cells, to find those that meet a given one without looking at all. No Qt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import Any, Generic, TypeVar

from editor.canvas.shapes import Rect

CELL_PX = 512.0

_NOTHING: frozenset[Any] = frozenset()
Key = TypeVar("Key", bound=Hashable)


class SpatialGrid(Generic[Key]):
    def __init__(self) -> None:
        self._rects: dict[Key, Rect] = {}
        self._cells: dict[tuple[int, int], set[Key]] = defaultdict(set)

    def get(self, key: Key) -> Rect | None:
        return self._rects.get(key)

    def put(self, key: Key, rect: Rect) -> None:
        """Add a rectangle, or move one."""
        self.remove(key)
        self._rects[key] = rect
        for cell in _cells_of(rect):
            self._cells[cell].add(key)

    def remove(self, key: Key) -> None:
        rect = self._rects.pop(key, None)
        if rect is not None:
            for cell in _cells_of(rect):
                self._cells[cell].discard(key)

    def keys_meeting(self, rect: Rect) -> set[Key]:
        """Keys of all rectangles that overlap this one."""
        near: set[Key] = set()
        for cell in _cells_of(rect):
            near |= self._cells.get(cell, _NOTHING)
        left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
        found = set()
        for key in near:  # Rect.meets, written out: this is the inner loop of laying returning edges
            x, y, width, height = self._rects[key]
            if x < right and left < x + width and y < bottom and top < y + height:
                found.add(key)
        return found

    def meeting(self, rect: Rect) -> list[Rect]:
        """All rectangles that overlap this one."""
        return [self._rects[key] for key in self.keys_meeting(rect)]


def _cells_of(rect: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(rect.left // CELL_PX), int(rect.right // CELL_PX) + 1):
        for row in range(int(rect.top // CELL_PX), int(rect.bottom // CELL_PX) + 1):
            yield column, row
