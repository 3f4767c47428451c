"""The hash that each stored row carries: a flipped bit becomes an error that names the row, never another value."""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import Any
from zlib import crc32

from engine.store.store_errors import DamagedStoreError

_CHUNK = 2**15
"""Characters. A longer text is hashed in parts: room for another copy of it takes twice as long as its hash."""

_NO_DIGEST = blake2b(digest_size=8)
"""Copied for each row, which takes half the time of making one with its size."""

_DIGEST = 20
"""Bytes of a long text's hash, before its checksum."""


def row_hash(*columns: Any) -> bytes:
    """Eight bytes over all columns, their borders and their absence."""
    # Not repr() of the texts: what it escapes differs between versions of Python, and the file outlives them.
    told = [column if type(column) is str else f"\x1e{column!r}" for column in columns]
    return blake2b("\x1f".join(told).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def appended_hash(
    lane: int, checkpoint_id: str, parent: int, frame: str | bytes | None, writes: str | None, between: tuple[str, ...]
) -> bytes:
    """``row_hash`` of a checkpoint whose parent is in the file, in half the time.

    ``between``: the columns from ``created_at`` to ``updated``.
    """
    framed = frame if type(frame) is str else f"\x1e{frame!r}"
    wrote = "\x1eNone" if writes is None else writes
    columns = "\x1f".join(between)
    told = f"\x1e{lane}\x1f{checkpoint_id}\x1f\x1e{parent}\x1f\x1eNone\x1f{columns}\x1f{framed}\x1f{wrote}"
    digest = _NO_DIGEST.copy()
    digest.update(told.encode("utf-8", "surrogatepass"))
    return digest.digest()


def text_hash(text: str) -> bytes:
    """Of a long text: twenty bytes that also tell equal texts, so many that they do not collide, and its checksum."""
    # SHA-256 is in the processor nowadays: half a millisecond less than BLAKE2 for a megabyte.
    if len(text) <= _CHUNK:
        data = text.encode()
        return sha256(data).digest()[:_DIGEST] + crc32(data).to_bytes(4, "big")
    digest, checksum = sha256(), 0
    for start in range(0, len(text), _CHUNK):
        data = text[start : start + _CHUNK].encode()
        digest.update(data)
        checksum = crc32(data, checksum)
    return digest.digest()[:_DIGEST] + checksum.to_bytes(4, "big")


def check_text(where: str, stored: Any, text: str) -> None:
    """As ``check_row``, for a long text. Files of formats 1 to 4 have no checksum, of the first weeks another hash.

    The checksum takes a third of the hash's time. It tells every flipped bit and every run of up to 32 wrong ones, and
    of other damage all but one in four thousand millions. That is enough against accidents, and nothing here is
    against forgery: whoever can change the text can change the hash.
    """
    length = len(stored) if isinstance(stored, bytes) else 0
    if length == _DIGEST + 4:
        check_row(where, stored[_DIGEST:], _checksum(text).to_bytes(4, "big"))
    elif length == _DIGEST:
        check_row(where, stored, text_hash(text)[:_DIGEST])
    else:
        check_row(where, stored, blake2b(text.encode(), digest_size=16).digest())


def _checksum(text: str) -> int:
    if len(text) <= _CHUNK:
        return crc32(text.encode())
    checksum = 0
    for start in range(0, len(text), _CHUNK):
        checksum = crc32(text[start : start + _CHUNK].encode(), checksum)
    return checksum


def check_row(where: str, stored: Any, expected: bytes) -> None:
    """Raises ``DamagedStoreError`` if a row is not what was written. ``where`` names table, row and thread."""
    if stored != expected:
        raise DamagedStoreError(f"{where} is damaged: its content does not match its hash.")
