"""A flipped bit anywhere in the file is an error that says so, or changes nothing that is read. Never another value."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.store.run_facts import RunFacts
from engine.store.sqlite_file import SqliteFile
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import StoreError
from tests.torture.builders import everything, fill

THREADS = ("first", "second", "third")
FLIPS = 300


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("intact") / "runs.sqlite"
    store = SqliteStore(path)
    facts = RunFacts(store.file)
    for number, thread in enumerate(THREADS):
        fill(store, thread, 25, seed=number)
        facts.record(thread, None, None, "note", {"number": number})
    store.close()
    return path


def read_all(path: Path) -> dict[str, Any]:
    """What each thread shows; an error in place of what cannot be read. Raises StoreError if the file will not open."""
    store = SqliteStore(path)
    facts = RunFacts(store.file)
    try:
        shown: dict[str, Any] = {"threads": store.threads()}
        for thread in THREADS:
            try:
                shown[thread] = (everything(store, thread), store.load(thread, ""), facts.read(thread))
            except StoreError as error:
                shown[thread] = error
        return shown
    finally:
        store.close()


def test_no_flipped_bit_is_read_as_another_value(intact: Path, tmp_path: Path, seed: int) -> None:
    right = read_all(intact)
    content = intact.read_bytes()
    chance = random.Random(seed)
    told: Counter[str] = Counter()

    for flip in range(FLIPS):
        place, bit = chance.randrange(len(content)), chance.randrange(8)
        damaged = tmp_path / f"{flip}.sqlite"
        damaged.write_bytes(content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :])
        try:
            shown = read_all(damaged)
        except StoreError:
            told["file refused"] += 1
            continue
        finally:
            for leftover in tmp_path.glob(f"{flip}.sqlite*"):
                leftover.unlink()
        for thread in ("threads", *THREADS):
            if isinstance(shown[thread], StoreError):
                told["thread refused"] += 1
            else:
                assert shown[thread] == right[thread], f"seed {seed}: bit {bit} of byte {place} read as another value"
                told["right"] += 1

    assert told["file refused"] + told["thread refused"] > FLIPS / 4, told


def test_in_a_file_too_large_to_check_at_once_the_other_threads_still_open(
    intact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("engine.store.sqlite_file._CHECKED_BYTES", 0)
    right = read_all(intact)
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(intact.read_bytes())
    connection = sqlite3.connect(damaged)
    connection.execute("UPDATE texts SET text = replace(text, 'a', 'b') WHERE thread = 1")
    connection.execute("UPDATE writes SET items = replace(items, 'word', 'wrod') WHERE lane = 1")
    connection.commit()
    connection.close()

    shown = read_all(damaged)

    assert isinstance(shown["first"], StoreError)
    assert "Row" in str(shown["first"]) or "row" in str(shown["first"])
    assert shown["second"] == right["second"]
    assert shown["third"] == right["third"]


@pytest.mark.parametrize("length", [0, 1, 100, 4096, 20_000])
def test_a_truncated_file_is_refused_and_left_as_it_is(intact: Path, tmp_path: Path, length: int) -> None:
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(intact.read_bytes()[:length])
    if length == 0:
        file = SqliteFile(cut)
        assert file.why_read_only == ""  # an empty file is a new one
        file.close()
        return

    with pytest.raises(StoreError):
        SqliteStore(cut)

    assert cut.read_bytes() == intact.read_bytes()[:length]
