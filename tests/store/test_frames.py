"""Now and then a row says everything, so that reading never goes far back; a long one is compressed."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import pytest

from engine.store import checkpoint_rows
from engine.store.checkpoint_rows import read_frame
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import DamagedStoreError
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint

STEPS = 400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A thread that sets another key in each step."""
    path = tmp_path / "runs.sqlite"
    store = SqliteStore(path)
    for step in range(STEPS):
        parent = f"c{step - 1:03}" if step else None
        store.save(THREAD, "", new_checkpoint(f"c{step:03}", parent, changed={f"key{step}": step}))
    store.close()
    return path


def frames(path: Path) -> list[str | bytes]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT frame FROM checkpoints WHERE frame IS NOT NULL")]
    finally:
        connection.close()


def test_every_state_is_told_across_frames(path: Path) -> None:
    store = SqliteStore(path)

    for step in (0, 1, 30, 31, 200, STEPS - 1):
        found = store.load(THREAD, "", f"c{step:03}")
        assert found is not None and found.values == {f"key{each}": each for each in range(step + 1)}
    store.close()


def test_long_frames_are_compressed_and_seldom(path: Path) -> None:
    found = frames(path)

    assert 2 <= len(found) <= 12
    assert isinstance(found[-1], bytes)
    told, chars = read_frame(found[-1])
    assert len(told["where"]) > 100
    assert chars > 2 * len(found[-1])


def test_a_frame_that_is_too_long_or_has_no_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zlib.compress(b'{"where":{},"versions":{},"seen":{}}' + b" " * 10_000)

    assert read_frame(packed)[1] > 10_000
    with pytest.raises(DamagedStoreError, match="no end"):
        read_frame(packed[:-3])
    with pytest.raises(DamagedStoreError, match="damaged"):
        read_frame(b"no such thing")
    monkeypatch.setattr(checkpoint_rows, "_LARGEST_FRAME", 5_000)
    with pytest.raises(DamagedStoreError, match="no end"):
        read_frame(packed)
