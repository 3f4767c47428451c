"""The hash that each stored row carries: a flipped bit becomes an error that names the row, never another value."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from engine.store.store_errors import DamagedStoreError


def row_hash(*columns: Any) -> bytes:
    """Eight bytes over all columns, their borders and their absence."""
    # Not repr() of the texts: what it escapes differs between versions of Python, and the file outlives them.
    told = [column if type(column) is str else f"\x1e{column!r}" for column in columns]
    return blake2b("\x1f".join(told).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def text_hash(text: str) -> bytes:
    """Sixteen bytes over a long text; also tells equal texts, so it is long enough not to collide."""
    return blake2b(text.encode(), digest_size=16).digest()


def check_row(where: str, stored: Any, expected: bytes) -> None:
    """Raises ``DamagedStoreError`` if a row is not what was written. ``where`` names table, row and thread."""
    if stored != expected:
        raise DamagedStoreError(f"{where} is damaged: its content does not match its hash.")
