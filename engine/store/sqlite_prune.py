"""Takes checkpoints out of a run database so that what remains is whole. Used by ``sqlite_store`` only.

A row is a difference to its parent, so the rows that stay are written again, each after its nearest ancestor that
stays. All in the caller's transaction, which ends with ``sweep_texts``.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Sequence
from copy import copy, deepcopy
from dataclasses import replace

from engine.serialization.codec import Codec
from engine.store.branch_rows import keep_rows
from engine.store.checkpoint_rows import Head, advance, checkpoint_texts
from engine.store.checkpoint_store import CheckpointHeader, StoredCheckpoint
from engine.store.rewrite import difference
from engine.store.sqlite_reader import SqliteReader
from engine.store.sqlite_transaction import KnownTexts, Lane, LaneTransaction

_TEXT_NUMBERS = re.compile(r'"(?:=@|\+@)",(\d+)|"\$stored":(\d+)')
"""Where a row mentions a long text. What looks like it inside a value only keeps a text that could have gone."""


def keep_only(
    connection: sqlite3.Connection, lane: Lane, thread_id: str, namespace: str, kept: Collection[str], codec: Codec
) -> None:
    """Leave only these checkpoints in a lane, in their order, with the writes waiting on them."""
    reader = SqliteReader(connection, codec)
    headers = reader.headers(thread_id, namespace, 2**62, -1)
    survivors = _survivors(connection, headers, thread_id, namespace, kept, codec)
    for table in ("checkpoints", "writes"):
        connection.execute(f"DELETE FROM {table} WHERE lane = ?", (lane.id,))
    connection.execute("UPDATE lanes SET epoch = epoch + 1 WHERE id = ?", (lane.id,))
    work = LaneTransaction(connection, replace(lane, epoch=lane.epoch + 1), codec, KnownTexts())
    heads: dict[str, Head] = {}
    for row, parent, stored in survivors:
        _insert(work, row, parent, stored, heads, codec)
    keep_rows(connection, thread_id, namespace, {each.checkpoint_id: each.parent_id for each in headers[::-1]}, kept)


def _survivors(
    connection: sqlite3.Connection,
    headers: Sequence[CheckpointHeader],
    thread_id: str,
    namespace: str,
    kept: Collection[str],
    codec: Codec,
) -> list[tuple[int, StoredCheckpoint | None, StoredCheckpoint]]:
    """Oldest first: its row, its nearest ancestor that stays, and the checkpoint."""
    parents = {header.checkpoint_id: header.parent_id for header in headers}
    found: dict[str, StoredCheckpoint] = {}
    survivors = []
    for header in reversed(headers):
        if header.checkpoint_id not in kept:
            continue
        ancestor = header.parent_id
        while ancestor is not None and ancestor not in found:
            ancestor = parents.get(ancestor)
        stored = SqliteReader(connection, codec).checkpoint(header.number, thread_id, namespace)
        survivors.append((header.number, found[ancestor] if ancestor is not None else None, stored))
        found[header.checkpoint_id] = stored
    return survivors


def _insert(
    work: LaneTransaction,
    row: int,
    parent: StoredCheckpoint | None,
    stored: StoredCheckpoint,
    heads: dict[str, Head],
    codec: Codec,
) -> None:
    new = difference(parent, stored, codec)
    head = Head(row=0) if parent is None else _copied(heads[parent.checkpoint_id])
    texts = checkpoint_texts(codec, head, new, work.store_text)
    work.insert_checkpoint(new, head.row, texts, row=row)
    advance(head, row, new, texts)
    heads[stored.checkpoint_id] = head
    work.insert_writes(stored.checkpoint_id, stored.writes)


def _copied(head: Head) -> Head:
    twin = copy(head)
    twin.where, twin.versions, twin.growth = dict(head.where), dict(head.versions), dict(head.growth)
    twin.seen = deepcopy(head.seen)
    return twin


def sweep_texts(connection: sqlite3.Connection, thread: int) -> None:
    """Delete the long texts of a thread that no row mentions any more."""
    mentioned: set[int] = set()
    lanes = "(SELECT id FROM lanes WHERE thread = ?)"
    rows = connection.execute(
        f"SELECT changes || ifnull(writes, '') FROM checkpoints WHERE lane IN {lanes} "
        f"UNION ALL SELECT items FROM writes WHERE lane IN {lanes}",
        (thread, thread),
    )
    waiting = [number for (text,) in rows for number in _numbers_in(text)]
    while waiting:
        number = waiting.pop()
        if number in mentioned:
            continue
        mentioned.add(number)
        found = connection.execute("SELECT text FROM texts WHERE id = ?", (number,)).fetchone()
        if found is not None:
            waiting.extend(_numbers_in(found[0]))
    every = [row[0] for row in connection.execute("SELECT id FROM texts WHERE thread = ?", (thread,))]
    connection.executemany("DELETE FROM texts WHERE id = ?", [(number,) for number in every if number not in mentioned])


def _numbers_in(text: str) -> list[int]:
    return [int(apart or part) for apart, part in _TEXT_NUMBERS.findall(text)]
