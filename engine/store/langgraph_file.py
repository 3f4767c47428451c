"""Looks into a SQLite file that LangGraph's ``SqliteSaver`` wrote: threads, history, states, writes. Read-only.

Nothing of the file runs and nothing is imported for it: values come through ``msgpack_reader``. Files of LangGraph 0.2
to 1.2 have the same two tables; older ones lack ``task_path`` and hold JSON instead of msgpack.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.serialization.data_record import DataRecord
from engine.serialization.msgpack_reader import read_msgpack
from engine.serialization.unstorable import UnreadableValueError
from engine.store.checkpoint_store import CheckpointHeader, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.store_errors import DamagedStoreError, ForeignFileError, ReadOnlyStoreError
from engine.store.untouched_file import read_rows

_TABLES = {
    "checkpoints": {
        "thread_id",
        "checkpoint_ns",
        "checkpoint_id",
        "parent_checkpoint_id",
        "type",
        "checkpoint",
        "metadata",
    },
    "writes": {"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type", "value"},
}


class LangGraphFile:
    """A ``CheckpointStore`` that can only be read. Opens the file for each question, so it never stands in the way."""

    def __init__(self, path: str | Path) -> None:
        """Raises ForeignFileError if the file was not written by LangGraph."""
        self.path = str(path)
        try:
            columns = {
                table: {row[1] for row in read_rows(self.path, f"PRAGMA table_info({table})")} for table in _TABLES
            }
        except sqlite3.DatabaseError as error:
            raise ForeignFileError(f"{self.path} cannot be read as a database: {error}.") from error
        if any(not wanted <= columns[table] for table, wanted in _TABLES.items()):
            raise ForeignFileError(f"{self.path} does not have the tables that LangGraph writes.")
        self._task_path = "task_path" if "task_path" in columns["writes"] else "''"

    def load(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        found = self._rows(thread_id, namespace, checkpoint_id=checkpoint_id, limit=1)
        return next((self._stored(row) for row in found), None)

    def list(
        self,
        thread_id: str,
        namespace: str | None = "",
        *,
        filter: Mapping[str, Any] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[StoredCheckpoint]:
        left = limit
        for row in self._rows(thread_id, namespace, before=before):
            if left is not None and left <= 0:
                return
            metadata = _metadata(row[6])
            if filter and any(metadata.get(key) != value for key, value in filter.items()):
                continue
            yield self._stored(row)
            left = None if left is None else left - 1

    def headers(
        self, thread_id: str, namespace: str | None = "", *, before: str | None = None, limit: int | None = None
    ) -> Iterator[CheckpointHeader]:
        """LangGraph keeps a whole state in one value, so this reads each. Files of versions before 0.5 do not tell what
        changed; there the versions of the channels do."""
        rows = self._rows(thread_id, namespace, before=before, limit=limit)
        parsed: dict[str, Any] = {}
        for place, row in enumerate(rows):
            checkpoint = parsed.pop(row[2], None) or self._value(row[4], row[5], f"checkpoint {row[2]}")
            changed = checkpoint.get("updated_channels")
            if changed is None:
                parent = self._parent_of(row, rows[place + 1 : place + 2])
                parsed = {row[3]: parent}
                changed = _changed(checkpoint, parent)
            yield CheckpointHeader(
                thread_id=row[0],
                namespace=row[1],
                checkpoint_id=row[2],
                parent_id=row[3],
                created_at=str(checkpoint.get("ts", "")),
                metadata=_metadata(row[6]),
                changed=tuple(changed),
                dropped=(),
                number=len(rows) - place,
            )

    def _parent_of(self, row: tuple[Any, ...], next_rows: Sequence[tuple[Any, ...]]) -> Any:
        """The parent's checkpoint; empty if there is none. It mostly is the next row."""
        found = [each for each in next_rows if each[1:3] == (row[1], row[3])]
        if not found and row[3] is not None:
            found = list(self._rows(row[0], row[1], checkpoint_id=row[3]))
        return self._value(found[0][4], found[0][5], f"checkpoint {row[3]}") if found else {}

    def threads(self) -> tuple[str, ...]:
        statement = "SELECT thread_id FROM checkpoints GROUP BY thread_id ORDER BY min(checkpoint_id)"
        return tuple(row[0] for row in read_rows(self.path, statement))

    def namespaces(self, thread_id: str) -> tuple[str, ...]:
        statement = (
            "SELECT checkpoint_ns FROM checkpoints WHERE thread_id = ? "
            "GROUP BY checkpoint_ns ORDER BY min(checkpoint_id)"
        )
        return tuple(row[0] for row in read_rows(self.path, statement, (thread_id,)))

    def save(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        raise self._read_only()

    def save_writes(self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        raise self._read_only()

    def delete_thread(self, thread_id: str) -> None:
        raise self._read_only()

    def keep_only(self, thread_id: str, namespace: str, checkpoint_ids: Collection[str]) -> None:
        raise self._read_only()

    def _read_only(self) -> ReadOnlyStoreError:
        return ReadOnlyStoreError(
            f"{self.path} is LangGraph's own file. It can be looked at here, and is never written."
        )

    def _rows(
        self,
        thread_id: str,
        namespace: str | None,
        *,
        checkpoint_id: str | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Sequence[tuple[Any, ...]]:
        return read_rows(
            self.path,
            "SELECT thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata "
            "FROM checkpoints WHERE thread_id = ? AND (? IS NULL OR checkpoint_ns = ?) "
            "AND (? IS NULL OR checkpoint_id = ?) AND (? IS NULL OR checkpoint_id < ?) "
            "ORDER BY checkpoint_id DESC LIMIT ?",
            (thread_id, *(namespace,) * 2, *(checkpoint_id,) * 2, *(before,) * 2, -1 if limit is None else limit),
        )

    def _stored(self, row: tuple[Any, ...]) -> StoredCheckpoint:
        checkpoint = self._value(row[4], row[5], f"checkpoint {row[2]}")
        return StoredCheckpoint(
            thread_id=row[0],
            namespace=row[1],
            checkpoint_id=row[2],
            parent_id=row[3],
            created_at=str(checkpoint.get("ts", "")),
            metadata=_metadata(row[6]),
            values=checkpoint.get("channel_values") or {},
            versions=checkpoint.get("channel_versions") or {},
            seen=checkpoint.get("versions_seen") or {},
            updated_channels=tuple(checkpoint.get("updated_channels") or ()),
            writes=self._writes(*row[:3]),
        )

    def _writes(self, thread_id: str, namespace: str, checkpoint_id: str) -> tuple[TaskWrite, ...]:
        found = read_rows(
            self.path,
            f"SELECT task_id, {self._task_path}, idx, channel, type, value FROM writes "
            "WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ? ORDER BY 2, task_id, idx",
            (thread_id, namespace, checkpoint_id),
        )
        return tuple(
            TaskWrite(task_id, channel, self._value(kind, value, f"a write to {channel}"), index, task_path)
            for task_id, task_path, index, channel, kind, value in found
        )

    def _value(self, kind: Any, content: Any, what: str) -> Any:
        try:
            return _decoded(kind, content)
        except (UnreadableValueError, ValueError, TypeError, AttributeError) as error:
            raise DamagedStoreError(f"{self.path}: {what} cannot be read: {error}") from error


def _decoded(kind: Any, content: Any) -> Any:
    if kind in (None, "null"):
        return None
    data = content.encode() if isinstance(content, str) else bytes(content)
    if kind == "msgpack":
        return read_msgpack(data)
    if kind == "json":
        return json.loads(data, object_hook=_langchain_object)
    if kind == "bytes":
        return data
    if kind == "bytearray":
        return bytearray(data)
    # A pickle is a program; it is shown as what it is and not run.
    return DataRecord(f"{kind}:content", {"bytes": len(data)}, kind="dataclass")


def _langchain_object(data: dict[str, Any]) -> Any:
    """LangGraph 0.2 wrote objects as ``{"lc": 2, "type": "constructor", "id": [...], "kwargs": {...}}``."""
    if data.get("lc") not in (1, 2) or not isinstance(data.get("id"), list):
        return data
    *module, name = [str(part) for part in data["id"]] or ["?"]
    fields = dict(data.get("kwargs") or {})
    if data.get("args"):
        fields["args"] = data["args"]
    return DataRecord(f"{'.'.join(module)}:{name}", fields, kind="dataclass")


def _metadata(content: Any) -> dict[str, Any]:
    if content is None:
        return {}
    try:
        found = json.loads(content)
    except ValueError as error:
        raise DamagedStoreError(f"The metadata of a checkpoint cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}


def _changed(checkpoint: Mapping[str, Any], parent: Mapping[str, Any]) -> list[str]:
    """Channels that have a value and another version than in the parent."""
    versions, before = checkpoint.get("channel_versions") or {}, parent.get("channel_versions") or {}
    values = checkpoint.get("channel_values") or {}
    return sorted(name for name, version in versions.items() if name in values and before.get(name) != version)
