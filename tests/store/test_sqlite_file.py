"""Files are mistrusted: foreign, forged, newer, full or read-only ones are told apart, and never changed by mistake."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.store import sqlite_file, sqlite_migrations
from engine.store.sqlite_migrations import migrate
from engine.store.sqlite_saver import AsyncSqliteSaver, SqliteSaver
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import DamagedStoreError, ForeignFileError, ReadOnlyStoreError, StoreWriteError
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "runs.sqlite"
    store = SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
    store.close()
    return path


def execute(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def test_a_closed_file_is_one_file_and_durable_settings_are_on(path: Path) -> None:
    assert os.listdir(path.parent) == ["runs.sqlite"]

    store = SqliteStore(path)
    with store.file.writing() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
    store.close()


def test_values_can_be_read_by_a_person_with_sqlite(path: Path) -> None:
    store = SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"answer": ("naïve", 42)}, dropped=["a"]))
    store.close()

    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT changes FROM checkpoints WHERE checkpoint_id = 'c2'").fetchone()

    assert row == ('[["answer","=",{"$tuple":["naïve",42]}],["a","-"]]',)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("CREATE TABLE checkpoints (x); CREATE TABLE writes (y);", "LangGraph"),
        ("CREATE TABLE customers (x);", "another program"),
    ],
)
def test_another_programs_database_is_left_alone(tmp_path: Path, script: str, words: str) -> None:
    path = tmp_path / "other.sqlite"
    execute(path, script)
    content = path.read_bytes()

    with pytest.raises(ForeignFileError, match=words):
        SqliteStore(path)

    assert path.read_bytes() == content


def test_a_text_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello " * 500)

    with pytest.raises(ForeignFileError, match="no SQLite database"):
        SqliteStore(path)

    assert path.read_text() == "hello " * 500


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TRIGGER t AFTER INSERT ON checkpoints BEGIN DELETE FROM writes; END;",
        "CREATE VIEW v AS SELECT 1;",
        "CREATE TABLE extra (x);",
    ],
)
def test_a_file_with_something_added_is_not_opened(path: Path, script: str) -> None:
    execute(path, script)

    with pytest.raises(ForeignFileError, match="not ours"):
        SqliteStore(path)


def test_a_newer_file_is_read_and_not_a_byte_of_it_is_written(path: Path) -> None:
    execute(path, "PRAGMA user_version = 99;")
    content = path.read_bytes()

    store = SqliteStore(path)
    stored = store.load(THREAD, "")
    with pytest.raises(ReadOnlyStoreError, match="newer version"):
        store.save(THREAD, "", new_checkpoint("c2", "c1"))
    store.close()

    assert stored is not None
    assert stored.values == {"a": 1}
    assert path.read_bytes() == content


def test_a_file_opened_for_reading_is_not_written(path: Path, tmp_path: Path) -> None:
    store = SqliteStore(path, read_only=True)

    with pytest.raises(ReadOnlyStoreError, match="opened for reading"):
        store.save(THREAD, "", new_checkpoint("c2", "c1"))
    assert [header.checkpoint_id for header in store.headers(THREAD)] == ["c1"]
    store.close()
    with pytest.raises(ForeignFileError, match="no run database"):
        SqliteStore(tmp_path / "nothing.sqlite", read_only=True)
    assert not (tmp_path / "nothing.sqlite").exists()


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(path: Path) -> None:
    store = SqliteStore(path)
    with store.file.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    store.file._writer.execute(f"PRAGMA max_page_count = {pages + 5}")  # SQLite then fails as on a full disk

    with pytest.raises(StoreWriteError, match="full"):
        for step in range(2, 50):
            store.save(THREAD, "", new_checkpoint(f"c{step}", f"c{step - 1}", changed={"big": f"{step}" * 5000}))

    newest = store.load(THREAD, "")
    assert newest is not None
    at = int(newest.checkpoint_id[1:])
    store.file._writer.execute("PRAGMA max_page_count = 100000")
    store.save(THREAD, "", new_checkpoint(f"c{at + 1}", f"c{at}", changed={"big": "after"}))
    assert [header.checkpoint_id for header in store.headers(THREAD)] == [f"c{step}" for step in range(at + 1, 0, -1)]
    store.close()


def test_what_ends_the_first_transaction_by_itself_is_told_and_not_the_rollback_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does so on a full disk; a conflict that is told to roll back does the same on every machine."""
    tables = ("CREATE TABLE t (a UNIQUE)", "INSERT INTO t VALUES (1)", "INSERT OR ROLLBACK INTO t VALUES (1)")
    monkeypatch.setattr(sqlite_migrations, "CURRENT_TABLES", tables)
    with closing(sqlite3.connect(tmp_path / "new.sqlite", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            migrate(connection)

        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_the_log_beside_the_file_stays_small(path: Path) -> None:
    store = SqliteStore(path)
    for step in range(700):  # of SQLite's own accord the log would be folded back at four megabytes
        store.save(THREAD, "", new_checkpoint(f"d{step:03}", f"d{step - 1:03}" if step else "c1", changed={"a": step}))

    assert os.path.getsize(f"{path}-wal") < 2 * 2**20
    store.close()


def test_a_changed_row_is_named_when_it_is_read(path: Path) -> None:
    execute(path, "UPDATE checkpoints SET changes = replace(changes, '1', '2');")
    store = SqliteStore(path)

    with pytest.raises(DamagedStoreError, match=r"Checkpoint c1 \(row 1\)"):
        store.load(THREAD, "")
    store.close()


def test_a_saver_takes_a_connection_a_path_or_memory(path: Path) -> None:
    address = {"configurable": {"thread_id": THREAD}}
    connection = sqlite3.connect(path, check_same_thread=False)
    memory = sqlite3.connect(":memory:", check_same_thread=False)

    on_file = SqliteSaver(connection)
    assert on_file.get_tuple(address) is not None
    on_file.store.close()
    with SqliteSaver.from_conn_string(str(path)) as saver:
        assert saver.get_tuple(address) is not None
    empty = SqliteSaver(memory)
    assert empty.get_tuple(address) is None
    empty.store.save(THREAD, "", new_checkpoint("c1"))
    assert memory.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
    assert AsyncSqliteSaver(memory).get_tuple(address) is not None
    connection.close()
    memory.close()


def test_a_file_that_another_process_is_just_making_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    pauses: list[float] = []

    def other_gets_ready(seconds: float) -> None:
        pauses.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr(sqlite_file, "pause", other_gets_ready)

    sqlite_file._use_write_ahead_log(connection)

    assert len(pauses) == 1
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    other.close()


def test_a_file_that_stays_locked_is_given_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    now_s = iter(range(1_000))
    monkeypatch.setattr(sqlite_file, "monotonic_s", lambda: float(next(now_s)))
    monkeypatch.setattr(sqlite_file, "pause", lambda seconds: None)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite_file._use_write_ahead_log(connection)

    connection.close()
    other.close()
