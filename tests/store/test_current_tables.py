"""A new file gets its tables at once; they are the ones that the migrations lead to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from engine.store import sqlite_migrations
from engine.store.sqlite_migrations import migrate


def told_of(connection: sqlite3.Connection) -> list[object]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall()
    return [*rows, *(connection.execute(f"PRAGMA {each}").fetchone() for each in ("user_version", "application_id"))]


def test_a_new_file_is_what_all_migrations_make() -> None:
    new, led = (sqlite3.connect(":memory:", isolation_level=None) for _ in range(2))

    migrate(new)
    sqlite_migrations._upgrade(led, 0)

    assert told_of(new) == told_of(led)
    new.close()
    led.close()


def test_a_new_file_needs_no_package_but_ours(tmp_path: Path) -> None:
    code = (
        "import sys; from engine.store.sqlite_store import SqliteStore; "
        f"SqliteStore({str(tmp_path / 'runs.sqlite')!r}).close(); print('sqlite_utils' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"


def test_migrating_a_current_file_changes_nothing() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    before = told_of(connection)

    migrate(connection)

    assert told_of(connection) == before
    connection.close()
