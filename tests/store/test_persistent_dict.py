"""``PersistentDict``: kept in a file as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.compat.checkpoint.memory import PersistentDict
from engine.serialization.unstorable import UnstorableValueError


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    with PersistentDict(dict, filename=path) as written:
        written["thread"][("", 1)] = {"tags": {"a", "b"}}

    read = PersistentDict(dict, filename=path)
    read.load()

    assert read == {"thread": {("", 1): {"tags": {"a", "b"}}}}
    assert read["another"] == {}
    assert written == {}  # closing forgets


def test_a_value_that_cannot_be_stored_leaves_the_old_file(tmp_path: Path) -> None:
    kept = PersistentDict(filename=tmp_path / "kept.json", number=1)
    kept.sync()

    kept["lock"] = lambda: None
    with pytest.raises(UnstorableValueError):
        kept.sync()

    again = PersistentDict(filename=tmp_path / "kept.json")
    again.load()
    assert again == {"number": 1}


def test_without_a_file_there_is_nothing_to_load(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        PersistentDict(filename=tmp_path / "none.json").load()
