"""A file of another program is read as it is at this moment, and nothing is left beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.store import untouched_file
from engine.store.untouched_file import read_rows

QUESTION = "SELECT name FROM music ORDER BY name"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """In WAL mode, closed: there is no log."""
    path = tmp_path / "theirs.sqlite"
    with closing(writer_of(path)) as connection:
        connection.execute("CREATE TABLE music (name TEXT)")
        connection.execute("INSERT INTO music VALUES ('aria')")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    return path


def writer_of(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def test_a_file_at_rest_is_read_without_a_trace(path: Path) -> None:
    before = path.read_bytes()

    assert read_rows(str(path), QUESTION) == [("aria",)]

    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_what_a_living_writer_has_only_in_its_log_is_read(path: Path) -> None:
    with closing(writer_of(path)) as writer:
        writer.execute("INSERT INTO music VALUES ('ballad')")

        assert read_rows(str(path), QUESTION) == [("aria",), ("ballad",)]


@pytest.fixture
def begins_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[sqlite3.Connection]]:
    """A writer that begins just after the file was found at rest, as if by another process."""
    writers: list[sqlite3.Connection] = []
    ask = untouched_file._ask

    def asked(*given: object) -> list[tuple[object, ...]]:
        found = ask(*given)  # type: ignore[arg-type]  # passed on
        if not writers:
            writers.append(writer_of(path))
            writers[0].execute("INSERT INTO music VALUES ('ballad')")
        return found

    monkeypatch.setattr(untouched_file, "_ask", asked)
    yield writers
    for writer in writers:
        writer.close()


def test_an_answer_is_asked_for_again_if_a_writer_began_meanwhile(
    path: Path, begins_meanwhile: list[sqlite3.Connection]
) -> None:
    assert read_rows(str(path), QUESTION) == [("aria",), ("ballad",)]
    assert begins_meanwhile


def test_an_answer_is_asked_for_again_if_the_file_was_written_and_closed_meanwhile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = untouched_file._ask
    asked: list[object] = []

    def asked_once(*given: object) -> list[tuple[object, ...]]:
        found = ask(*given)  # type: ignore[arg-type]  # passed on
        if not asked:
            with closing(writer_of(path)) as writer:
                writer.execute("INSERT INTO music VALUES (?)", ("b" * 10_000,))
        asked.append(given)
        return found

    monkeypatch.setattr(untouched_file, "_ask", asked_once)

    assert len(read_rows(str(path), QUESTION)) == 2
    assert len(asked) == 2


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("hello " * 500)

    with pytest.raises(sqlite3.DatabaseError):
        read_rows(str(tmp_path / "notes"), QUESTION)
