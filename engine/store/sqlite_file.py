"""Opens run databases: connections with the right settings, the check that a file is ours and whole, its version.

Everything here mistrusts the file. It knows no checkpoints; ``sqlite_store`` and ``run_facts`` do.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep as pause
from typing import Any, TypeVar

from engine.clock import monotonic_s
from engine.serialization.unstorable import UnreadableValueError
from engine.store.kept_original import keep_original
from engine.store.sqlite_migrations import APPLICATION_ID, CURRENT_VERSION, TABLES, migrate
from engine.store.store_errors import (
    MALFORMED,
    DamagedStoreError,
    ForeignFileError,
    ReadOnlyStoreError,
    StoreWriteError,
)

Done = TypeVar("Done")

_BUSY_S = 5.0
"""How long a commit waits for another process. SQLite's own default; a superstep of another process takes far less."""

_COMPUTED_COLUMN = """
SELECT 1 FROM sqlite_master AS entry, pragma_table_xinfo(entry.name) AS found
WHERE entry.type = 'table' AND found.hidden LIMIT 1
"""

_LOG_PAGES = 256
"""The log is folded back into the file when it has grown to this, one megabyte. SQLite's own 1,000 pages are four: what
a new file's first five hundred steps would have to make room for, a twentieth of the time that they take."""

_SMALLEST_BYTES = 512
"""One page of the smallest size."""

_CHECKED_BYTES = 64 * 2**20
"""Files up to this size are checked whole when opened, half a millisecond a megabyte; larger ones row by row."""


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Waits for another process that makes or prepares the same file. SQLite does not: here it answers at once that the
    database is locked, whatever time-out the connection has."""
    until_s = monotonic_s() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic_s() > until_s:
                raise
        pause(0.005)


class SqliteFile:
    """One database file: a connection that writes, and others that read beside it without waiting."""

    def __init__(self, path: str | Path, *, read_only: bool = False, synchronous: str = "FULL") -> None:
        """``path`` may be ``:memory:``. Raises ForeignFileError, DamagedStoreError or StoreWriteError."""
        self.path = str(path)
        self.in_memory = self.path == ":memory:"
        self.why_read_only = "it was opened for reading" if read_only else ""
        self._synchronous = synchronous
        self._write_lock = threading.RLock()
        self._idle_readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self.is_together = False
        """Whether a transaction of several writes is open. Only the thread that holds the write lock may look."""
        self._writer = self._open_first()

    @classmethod
    def on_connection(cls, connection: sqlite3.Connection) -> SqliteFile:
        """The database of someone else's connection. An in-memory one is shared; of a file only the path is taken."""
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        if path:
            return cls(path)
        self = cls.__new__(cls)
        self.path, self.in_memory, self.why_read_only, self._synchronous = ":memory:", True, "", "OFF"
        self._write_lock, self._readers_lock = threading.RLock(), threading.Lock()
        self._idle_readers, self._closed, self.is_together = [], False, False
        connection.isolation_level = None  # transactions are ours to begin
        self._writer = connection
        self._prepare(connection)
        return self

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed when the block ends and rolled back if it raises. Inside ``together``: a part."""
        with self._write_lock:
            connection = self._writer_for_changes()
            if self.is_together:
                yield connection
                return
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.DatabaseError):
                    raise self._told(error) from error
                raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread writes in the block is one transaction. Readers see nothing of it before its end."""
        with self.writing():
            self.is_together = True
            try:
                yield
            finally:
                self.is_together = False

    def write_at_once(self, work: Callable[..., Done], *given: Any) -> Done:
        """As ``writing``, for work that mostly is one statement and needs no transaction around it.

        If ``work``, called with a connection and what was ``given``, begins one, it is committed when it returns
        something true, and rolled back if it returns something else or raises.
        """
        with self._write_lock:
            connection = self._writer if not self.why_read_only else self._writer_for_changes()
            try:
                done = work(connection, *given)
                if connection.in_transaction:
                    connection.execute("COMMIT" if done else "ROLLBACK")
                return done
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.DatabaseError):
                    raise self._told(error) from error
                raise

    def _writer_for_changes(self) -> sqlite3.Connection:
        if self.why_read_only:
            raise ReadOnlyStoreError(
                f"{self.path} can be read but not written: {self.why_read_only}. Copy it under another name to go on."
            )
        return self._writer

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the file, whatever is written meanwhile."""
        if self.in_memory:
            with self._write_lock:
                yield self._writer
            return
        connection = self._take_reader()
        try:
            connection.execute("BEGIN")
            yield connection
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error
        except UnreadableValueError:
            raise
        except MALFORMED as error:
            raise DamagedStoreError(
                f"{self.path} is damaged: a row in it has another form than ours ({type(error).__name__}: {error})."
            ) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._give_back(connection)

    def compact(self) -> None:
        """Rewrite the file without the room of what was deleted."""
        with self._write_lock:
            if self.why_read_only:
                raise ReadOnlyStoreError(f"{self.path} can be read but not written: {self.why_read_only}.")
            try:
                self._writer.execute("VACUUM")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError as error:
                if "locked" in str(error):
                    why = "Another program uses it just now. It is as it was; try again later."
                    raise StoreWriteError(f"{self.path} cannot be made smaller. {why}") from error
                raise self._told(error) from error

    def size_on_disk(self) -> int:
        """Bytes of the file and of the log beside it; 0 in memory."""
        return sum(os.path.getsize(path) for path in (self.path, f"{self.path}-wal") if os.path.exists(path))

    def free_bytes(self) -> int:
        """How much of the file holds nothing any more, which ``compact`` would give back."""
        with self.reading() as connection:
            pages = connection.execute("PRAGMA freelist_count").fetchone()[0]
            return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])

    def close(self) -> None:
        """Close all connections. The last one of all processes folds the log back into the file."""
        with self._write_lock, self._readers_lock:
            self._closed = True
            for connection in (*self._idle_readers, self._writer):
                connection.close()
            self._idle_readers.clear()

    def _open_first(self) -> sqlite3.Connection:
        if self.in_memory:
            connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            self._prepare(connection)
            return connection
        is_new = not os.path.exists(self.path) or os.path.getsize(self.path) == 0
        if is_new and self.why_read_only:
            raise ForeignFileError(f"There is no run database at {self.path}.")
        # SQLite itself takes a file of a few bytes for an empty database and writes over it. The file must not be
        # opened here to look into it: closing it would take away the locks of every other connection of this process
        # (sqlite.org/howtocorrupt.html, 2.2), and another process could then delete the log that they write to.
        if not is_new and os.path.getsize(self.path) < _SMALLEST_BYTES:
            raise self._not_sqlite()
        try:
            connection = self._connect()
        except sqlite3.DatabaseError as error:
            raise self._told_at_first(error) from error
        try:
            if not is_new:
                self._refuse_foreign(connection)
            if not self.why_read_only:
                self._prepare(connection)
            if not is_new:
                self._refuse_damaged(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise self._told_at_first(error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _told_at_first(self, error: sqlite3.DatabaseError) -> Exception:
        """As ``_told``, where there is no step yet."""
        text = str(error)
        if "not a database" in text:
            return self._not_sqlite()
        told = self._told(error)
        if isinstance(told, StoreWriteError):
            return StoreWriteError(f"{self.path} cannot be opened: {text}. {_way_out(text)}".rstrip())
        return told

    def _not_sqlite(self) -> ForeignFileError:
        return ForeignFileError(
            f"{self.path} is no SQLite database, or only the beginning of one. It is left as it is."
        )

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.why_read_only else "rwc"
        connection = sqlite3.connect(
            f"{Path(self.path).absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            self._set(connection)
        except BaseException:  # a damaged file is noticed here at the earliest
            connection.close()
            raise
        return connection

    def _set(self, connection: sqlite3.Connection) -> None:
        # Nothing that a crafted file brings along may run, and cells are checked before they are used.
        for setting in (
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "mmap_size = 0",
            f"wal_autocheckpoint = {_LOG_PAGES}",
            f"synchronous = {self._synchronous}",
        ):
            connection.execute(f"PRAGMA {setting}")
        # On macOS a plain fsync leaves the data in the drive's cache.
        for setting in ("fullfsync", "checkpoint_fullfsync"):
            connection.execute(f"PRAGMA {setting} = {'OFF' if self._synchronous == 'OFF' else 'ON'}")

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if not self.in_memory:
            _use_write_ahead_log(connection)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version >= CURRENT_VERSION:
            return
        if version and not self.in_memory:
            try:
                keep_original(connection, self.path, version)
            except (OSError, sqlite3.OperationalError) as error:
                self.why_read_only = (
                    f"it is of format {version}, and there is no keeping a copy before it becomes format "
                    f"{CURRENT_VERSION} ({error})"
                )
                connection.execute("PRAGMA query_only = ON")
                return
        migrate(connection)

    def _refuse_foreign(self, connection: sqlite3.Connection) -> None:
        entries = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = {name for kind, name in entries if kind == "table"} - {"sqlite_sequence", "sqlite_stat1"}
        if application != APPLICATION_ID:
            if not entries:
                return  # an empty database that someone prepared for us
            whose = "LangGraph" if {"checkpoints", "writes"} <= tables else "another program"
            raise ForeignFileError(
                f"{self.path} is a database of {whose}, not a run database of ours. "
                "Choose another file name; this one is left as it is."
            )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > CURRENT_VERSION:
            self.why_read_only = (
                f"a newer version of this program wrote it (format {version}, this one knows {CURRENT_VERSION})"
            )
            connection.execute("PRAGMA query_only = ON")
        elif any(kind in ("trigger", "view") for kind, _ in entries) or tables - TABLES:
            raise ForeignFileError(f"{self.path} has tables, views or triggers that are not ours. It is not opened.")
        if connection.execute(_COMPUTED_COLUMN).fetchone() is not None:
            raise ForeignFileError(
                f"{self.path} has columns that are computed, which ours never are. It is not opened."
            )

    def _refuse_damaged(self, connection: sqlite3.Connection) -> None:
        if os.path.getsize(self.path) > _CHECKED_BYTES:
            return
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
        if found != ["ok"]:
            raise DamagedStoreError(f"{self.path} is damaged: {'; '.join(found)}. Make a copy before anything else.")

    def _take_reader(self) -> sqlite3.Connection:
        with self._readers_lock:
            if self._closed:
                raise StoreWriteError(f"{self.path} was closed.")
            if self._idle_readers:
                return self._idle_readers.pop()
        try:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        except sqlite3.DatabaseError as error:
            raise self._told(error) from error
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._readers_lock:
            if not self._closed:
                self._idle_readers.append(connection)
                return
        connection.close()

    def _told(self, error: sqlite3.DatabaseError) -> Exception:
        """SQLite's error in our words, with the file's name and what is still true."""
        text = str(error)
        if "readonly" in text or "read-only" in text:
            return ReadOnlyStoreError(
                f"{self.path} cannot be written ({text}). Check the permissions of file and folder."
            )
        if "malformed" in text or "not a database" in text or "corrupt" in text:
            return DamagedStoreError(f"{self.path} is damaged: {text}. Make a copy before anything else.")
        if isinstance(error, (sqlite3.OperationalError, sqlite3.DataError, sqlite3.IntegrityError)):
            true = "Nothing of this step was saved; the steps before it are."
            return StoreWriteError(f"{self.path}: {text}. {true} {_way_out(text)}".rstrip())
        return error


def _way_out(text: str) -> str:
    """SQLite says "disk I/O error" where its shared memory finds no room, and "full" where the file finds none."""
    return "Make room on the disk and try again." if "full" in text or "disk I/O" in text else ""
