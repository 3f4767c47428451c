"""Who may write to a thread: a lease in its row, with a number that grows with every holder (the fence).

Two runners on one thread would run every node twice. The one that holds the lease runs; the other is told who does. A
holder that was away too long loses it to the next one, and because each commit checks the fence, what it then tries to
commit is refused. The clock only decides when a silent holder counts as gone; it never decides what is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from engine.store.store_errors import DamagedStoreError, ThreadHeldError

LEASE_S = 5.0
"""A holder that was killed is replaced after so long. Holders renew several times in it."""

IsAlive = Callable[[str], bool]
"""Whether a holder is there for certain; False where nobody can know."""


@dataclass(frozen=True)
class Lease:
    """The right to write to a thread."""

    thread_id: str
    holder: str
    """Told to whoever comes second: ``runner 4711 on workstation``."""
    fence: int


def take(
    connection: sqlite3.Connection,
    thread_id: str,
    holder: str,
    now_s: float,
    for_s: float,
    created_at: str,
    is_alive: IsAlive,
) -> Lease:
    """Take the lease within the caller's transaction. Raises ThreadHeldError if someone else has it.

    Of a holder that ``is_alive`` is certain of, silence is no sign: native code may keep it from renewing.
    """
    connection.execute(
        "INSERT INTO threads (thread_id, created_at) SELECT ?, ? "
        "WHERE NOT EXISTS (SELECT 1 FROM threads WHERE thread_id = ?)",
        (thread_id, created_at, thread_id),
    )
    current, fence, held_until = _row(connection, thread_id)
    if current is not None and current != holder and (held_until > now_s or is_alive(current)):
        raise held_by(thread_id, current)
    lease = Lease(thread_id, holder, fence + 1)
    connection.execute(
        "UPDATE threads SET holder = ?, fence = ?, held_until = ? WHERE thread_id = ?",
        (holder, lease.fence, now_s + for_s, thread_id),
    )
    return lease


def renew(connection: sqlite3.Connection, lease: Lease, now_s: float, for_s: float) -> None:
    """Keep the lease for longer. Raises ThreadHeldError if it was lost."""
    changed = connection.execute(
        "UPDATE threads SET held_until = ? WHERE thread_id = ? AND fence = ?",
        (now_s + for_s, lease.thread_id, lease.fence),
    )
    if changed.rowcount != 1:
        raise lost(lease, _row(connection, lease.thread_id)[0])


def release(connection: sqlite3.Connection, lease: Lease) -> None:
    """Give the lease back; does nothing if it was lost."""
    connection.execute(
        "UPDATE threads SET holder = NULL, held_until = NULL WHERE thread_id = ? AND fence = ?",
        (lease.thread_id, lease.fence),
    )


def check_may_write(connection: sqlite3.Connection, thread_id: str, lease: Lease | None, now_s: float) -> None:
    """Raises ThreadHeldError if the thread is someone else's now."""
    holder, fence, held_until = _row(connection, thread_id)
    if lease is not None:
        if fence != lease.fence:
            raise lost(lease, holder)
    elif holder is not None and held_until > now_s:
        raise held_by(thread_id, holder)


def held_by(thread_id: str, holder: str) -> ThreadHeldError:
    """The error for the one who comes second."""
    return ThreadHeldError(
        f"Thread {thread_id!r} is being run by {holder}. Look at it read-only, or stop the other run first.",
        holder=holder,
    )


def lost(lease: Lease, holder: str | None) -> ThreadHeldError:
    """The error for the one who was away too long."""
    other = holder or "another process, which has finished"
    return ThreadHeldError(
        f"Thread {lease.thread_id!r} was taken over by {other} while {lease.holder} did not answer. "
        "Nothing of this step was saved; load the thread again to go on from what is there.",
        holder=holder or "",
    )


def _row(connection: sqlite3.Connection, thread_id: str) -> tuple[str | None, int, float]:
    found = connection.execute(
        "SELECT holder, fence, held_until FROM threads WHERE thread_id = ?", (thread_id,)
    ).fetchone()
    holder, fence, held_until = found or (None, 0, 0.0)
    if type(fence) is not int or not isinstance(held_until, (int, float, type(None))):
        raise DamagedStoreError(f"Thread {thread_id!r} is damaged: who may write to it cannot be read.")
    return holder, fence, held_until or 0.0
