"""All checkpoints of a thread as a mapping that never changes: adding or replacing one makes a new, nearly free, log.

Rows are kept in chunks that successive logs share, so a run of 100,000 steps costs the same per step as one of ten.
Pure, no Qt. Made by ``reduce`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Generic, Protocol, TypeVar


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=HasId)

CHUNK = 256
"""Rows copied for each change. Both this and the number of chunks are small at 100,000 rows."""


class CheckpointLog(Mapping[str, Row], Generic[Row]):
    """Rows by checkpoint id, in the order they came. Logs made from one another belong to one family."""

    __slots__ = ("_chunks", "_length", "_places")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        rows = tuple(rows)
        self._chunks: tuple[tuple[Row, ...], ...] = tuple(
            rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)
        )
        self._length = len(rows)
        # Shared by the family and only ever added to. A place may be taken by another row in a log that went its own
        # way, so a place counts only if the row there has the id that was asked for.
        self._places: dict[str, int] = {row.id: place for place, row in enumerate(rows)}

    def with_row(self, row: Row) -> CheckpointLog[Row]:
        """The log with this row added at the end or, if its id is known, put in the place of the old one."""
        known = self.get(row.id)
        place = self._length if known is None else self._places[row.id]
        new: CheckpointLog[Row] = object.__new__(CheckpointLog)
        new._places = self._places
        new._length = self._length + (known is None)
        number, offset = divmod(place, CHUNK)
        chunk = self._chunks[number] if number < len(self._chunks) else ()
        new._chunks = (
            *self._chunks[:number],
            (*chunk[:offset], row, *chunk[offset + 1 :]),
            *self._chunks[number + 1 :],
        )
        self._places[row.id] = place
        return new

    def from_place(self, place: int, count: int) -> tuple[Row, ...]:
        """Up to so many rows from this place on: a long log is taken over in portions."""
        rows: list[Row] = []
        while place < self._length and len(rows) < count:
            number, offset = divmod(place, CHUNK)
            part = self._chunks[number][offset : offset + count - len(rows)]
            rows += part
            place += len(part)
        return tuple(rows)

    def back_from(self, place: int) -> Iterator[Row]:
        """The row at this place and all before it, the last first."""
        number, offset = divmod(place, CHUNK)
        yield from reversed(self._chunks[number][: offset + 1])
        for chunk in reversed(self._chunks[:number]):
            yield from reversed(chunk)

    def place_of(self, checkpoint_id: str) -> int | None:
        """The how manieth row it is; None if it is not in this log."""
        return self._places[checkpoint_id] if checkpoint_id in self else None

    def first_difference(self, other: CheckpointLog[Row]) -> int | None:
        """The first place with another row than ``other`` has there; None if both have the same. Quick in a family."""
        for number, (mine, its) in enumerate(zip_longest(self._chunks, other._chunks, fillvalue=())):
            if mine is not its:
                for offset, (row, old) in enumerate(zip_longest(mine, its)):
                    if row is not old and row != old:
                        return number * CHUNK + offset
        return None

    def is_family_of(self, other: CheckpointLog[Row]) -> bool:
        """Whether one of the two was made from the other, or both from a third."""
        return self._places is other._places

    def __getitem__(self, checkpoint_id: str) -> Row:
        place = self._places[checkpoint_id]
        if place < self._length:
            row = self._chunks[place // CHUNK][place % CHUNK]
            if row.id == checkpoint_id:
                return row
        raise KeyError(checkpoint_id)

    def __iter__(self) -> Iterator[str]:
        return (row.id for chunk in self._chunks for row in chunk)

    def __reversed__(self) -> Iterator[str]:
        return (row.id for chunk in reversed(self._chunks) for row in reversed(chunk))

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CheckpointLog):
            return self._chunks == other._chunks  # shared chunks are told by identity, so this is quick
        return NotImplemented

    __hash__ = None  # type: ignore[assignment] # as any mapping

    def __repr__(self) -> str:
        return f"CheckpointLog({self._length} rows)"
