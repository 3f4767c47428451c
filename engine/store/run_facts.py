"""What the runner tells beside the checkpoints: task times, routes taken, output, errors, notes, the graph that ran.

Side tables in the run database. A fact is JSON with the thread, checkpoint and task it belongs to; its number is its
place in time. Nothing here is needed to resume a run.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.store.branch_rows import BranchRows
from engine.store.output_rows import OutputRows
from engine.store.row_hash import check_row, row_hash
from engine.store.sqlite_file import SqliteFile
from engine.store.store_errors import DamagedStoreError

INDEX = ""
"""The thread under which facts about threads are kept (``data["thread_id"]`` says which); no run can have this id."""

MOST_CODE_CHARS = 1_000_000
"""Of one module. What is longer was hardly written by a person, and no editor shows it well."""

MOST_TEXT_CHARS = 50_000_000
"""Of all graphs and modules that ran, together."""


@dataclass(frozen=True)
class NewFact:
    """A fact that is not recorded yet."""

    thread_id: str
    kind: str
    data: Any
    checkpoint_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True)
class Fact:
    """A recorded fact. ``number`` grows with each one recorded in the file."""

    number: int
    thread_id: str
    kind: str
    data: Any
    checkpoint_id: str | None = None
    task_id: str | None = None


class RunFacts:
    """Facts in a run database. Safe to use from several threads, beside the store that is open on the same file."""

    def __init__(self, database_path: str | Path | SqliteFile) -> None:
        self._is_ours = not isinstance(database_path, SqliteFile)
        # NORMAL: after a power cut the last facts may be gone. They explain a run; the run itself does not need them.
        self._file = (
            database_path if isinstance(database_path, SqliteFile) else SqliteFile(database_path, synchronous="NORMAL")
        )
        self._output = OutputRows(self._file)

    @property
    def path(self) -> str:
        """Of the file; ``:memory:`` for none."""
        return self._file.path

    @property
    def branches(self) -> BranchRows:
        """What is written down of branches, in the same file."""
        return BranchRows(self._file)

    @property
    def output(self) -> OutputRows:
        """What tasks wrote, in the same file."""
        return self._output

    def forget_output(self, thread_id: str, checkpoint_ids: Collection[str]) -> None:
        """Drop what tasks wrote that ran from these checkpoints."""
        self._output.forget(thread_id, checkpoint_ids)

    def forget_thread(self, thread_id: str) -> None:
        """Drop everything that is kept of a thread beside its checkpoints: facts, output, branches."""
        with self._file.writing() as connection:
            for table in ("facts", "output", "branches"):
                connection.execute(f"DELETE FROM {table} WHERE thread_id = ?", (thread_id,))

    def record(self, thread_id: str, checkpoint_id: str | None, task_id: str | None, kind: str, data: Any) -> None:
        """Add one fact. ``data`` is plain JSON."""
        self.record_all([NewFact(thread_id, kind, data, checkpoint_id, task_id)])

    def record_all(self, facts: Sequence[NewFact]) -> None:
        """Add several facts in one transaction."""
        rows = [(fact.thread_id, fact.checkpoint_id, fact.task_id, fact.kind, json.dumps(fact.data)) for fact in facts]
        hashed = [(*row, row_hash(*row)) for row in rows]
        with self._file.writing() as connection:
            connection.executemany(
                "INSERT INTO facts (thread_id, checkpoint_id, task_id, kind, data, hash) VALUES (?, ?, ?, ?, ?, ?)",
                hashed,
            )

    def read(
        self,
        thread_id: str,
        kinds: Sequence[str] | None = None,
        after: int | None = None,
        *,
        checkpoint_id: str | None = None,
        limit: int | None = None,
    ) -> list[Fact]:
        """Facts of a thread in the order they were recorded; only those with a number greater than ``after``."""
        wanted, values = ["thread_id = ?", "id > ?"], [thread_id, after or 0]
        if kinds is not None:
            wanted.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values += kinds
        if checkpoint_id is not None:
            wanted.append("checkpoint_id = ?")
            values.append(checkpoint_id)
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT id, thread_id, checkpoint_id, task_id, kind, data, hash FROM facts "
                f"WHERE {' AND '.join(wanted)} ORDER BY id LIMIT ?",
                [*values, -1 if limit is None else limit],
            ).fetchall()
        return [_checked(*row) for row in found]

    def count(self, thread_id: str, kind: str, after: int = 0) -> int:
        """How many facts of a kind with a number greater than ``after`` a thread has. Takes the longer, the more."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT count(*) FROM facts WHERE thread_id = ? AND id > ? AND kind = ?", (thread_id, after, kind)
            ).fetchone()
        return int(found[0])

    def newest(self, thread_id: str, kinds: Sequence[str]) -> Fact | None:
        """The fact of these kinds that was recorded last."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT id, thread_id, checkpoint_id, task_id, kind, data, hash FROM facts "
                f"WHERE thread_id = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY id DESC LIMIT 1",
                [thread_id, *kinds],
            ).fetchone()
        return None if found is None else _checked(*found)

    def delete(self, numbers: Sequence[int]) -> None:
        """Forget these facts, in one transaction."""
        with self._file.writing() as connection:
            connection.executemany("DELETE FROM facts WHERE id = ?", [(number,) for number in numbers])

    def remember_graph(self, text: str) -> str:
        """Keep the text of a graph; gives the hash that finds it again."""
        digest = sha256(text.encode()).hexdigest()
        with self._file.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO graphs (hash, text) VALUES (?, ?)", (digest, text))
        return digest

    def remember_code(self, text: str) -> None:
        """Keep the text of a module that ran, once for each content; ``graph_text`` finds it by its SHA-256.

        A text beyond ``MOST_CODE_CHARS`` is not kept. All texts of a file together stay within ``MOST_TEXT_CHARS``: the
        oldest go first.
        """
        digest = sha256(text.encode()).hexdigest()
        if len(text) > MOST_CODE_CHARS:
            return
        with self._file.writing() as connection:
            if connection.execute("SELECT 1 FROM graphs WHERE hash = ?", (digest,)).fetchone():
                return
            connection.execute("INSERT INTO graphs (hash, text) VALUES (?, ?)", (digest, text))
            sizes = connection.execute("SELECT rowid, length(text) FROM graphs ORDER BY rowid").fetchall()
            too_much = sum(size for _, size in sizes) - MOST_TEXT_CHARS
            for row, size in sizes:
                if too_much <= 0:
                    break
                connection.execute("DELETE FROM graphs WHERE rowid = ?", (row,))
                too_much -= size

    def graph_text(self, digest: str) -> str | None:
        """The text of a graph or of a module that ran, or None if it was never remembered."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT text FROM graphs WHERE hash = ?", (digest,)).fetchone()
        if found is not None and sha256(str(found[0]).encode()).hexdigest() != digest:
            raise DamagedStoreError(f"The text of graph {digest} is damaged: it does not match its hash.")
        return None if found is None else str(found[0])

    def close(self) -> None:
        """Close the file, unless it is the store's own."""
        if self._is_ours:
            self._file.close()


def _checked(number: int, *columns: Any) -> Fact:
    *told, stored_hash = columns
    check_row(f"Fact {number}", stored_hash, row_hash(*told))
    thread_id, checkpoint_id, task_id, kind, data = told
    return Fact(number, thread_id, kind, json.loads(data), checkpoint_id, task_id)
