"""Rectangles in square cells, to find those that meet a given one without looking at all. No Qt.

A rectangle over very many cells (a file may place a node a million px away) is kept apart and always looked at, so that
no rectangle costs more than ``MOST_CELLS``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from editor.canvas.shapes import Rect, rect_around

CELL_PX = 512.0
MOST_CELLS = 1024

Cell = tuple[int, int]
Key = TypeVar("Key", bound=Hashable)


class SpatialGrid(Generic[Key]):
    def __init__(self) -> None:
        self._rects: dict[Key, Rect] = {}
        self._cells: dict[Cell, set[Key]] = defaultdict(set)
        self._large: set[Key] = set()
        self._around: Rect | None = None
        """None also while it is not known."""

    def put(self, key: Key, rect: Rect) -> None:
        """Add a rectangle, or move one."""
        if key in self._rects:
            self.remove(key)
        self._rects[key] = rect
        self._around = None
        cells = _cells_of(rect)
        if cells is None:
            self._large.add(key)
        else:
            for cell in cells:
                self._cells[cell].add(key)

    def remove(self, key: Key) -> None:
        rect = self._rects.pop(key, None)
        if rect is not None:
            self._around = None
            self._large.discard(key)
            for cell in _cells_of(rect) or ():
                self._cells[cell].discard(key)

    def keys_meeting(self, rect: Rect) -> set[Key]:
        """Keys of all rectangles that overlap this one."""
        cells = _cells_of(rect)
        near: Iterable[Key] = self._rects
        if cells is not None:
            near = self._large.union(*(self._cells[cell] for cell in cells if cell in self._cells))
        left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
        found = set()
        for key in near:  # Rect.meets, written out: this is the inner loop of laying returning edges
            x, y, width, height = self._rects[key]
            if x < right and left < x + width and y < bottom and top < y + height:
                found.add(key)
        return found

    def around(self) -> Rect | None:
        """The smallest rectangle around all; None if there is nothing. Kept until a rectangle comes, goes or moves."""
        if self._around is None and self._rects:
            self._around = rect_around(self._rects[key] for key in self._outermost())
        return self._around

    def meeting(self, rect: Rect) -> list[Rect]:
        """All rectangles that overlap this one."""
        return [self._rects[key] for key in self.keys_meeting(rect)]

    def _outermost(self) -> set[Key]:
        """Those in the outermost cells: no other one can reach farther out."""
        filled = [cell for cell, keys in self._cells.items() if keys]
        outermost: set[Key] = set(self._large)
        if filled:
            columns, rows = [column for column, _ in filled], [row for _, row in filled]
            left, right, top, bottom = min(columns), max(columns), min(rows), max(rows)
            for column, row in filled:
                if column in (left, right) or row in (top, bottom):
                    outermost |= self._cells[column, row]
        return outermost


def _cells_of(rect: Rect) -> list[Cell] | None:
    """The cells that a rectangle lies in; None if there are too many."""
    columns = range(int(rect.left // CELL_PX), int(rect.right // CELL_PX) + 1)
    rows = range(int(rect.top // CELL_PX), int(rect.bottom // CELL_PX) + 1)
    if len(columns) * len(rows) > MOST_CELLS:
        return None
    return [(column, row) for column in columns for row in rows]
