"""Keeps other runners off the thread that this one drives, by the lease in the run database. Two would run it twice.

Held from the first order on a thread until its run has come to the end, also while it is paused or waits. A holder that
died is replaced at once if it ran on this machine, else when its lease runs out. One of this machine that lives is not
replaced however long it is silent: native code that keeps the interpreter keeps it from renewing. Called by ``server``.
"""

from __future__ import annotations

import os
import platform
import re
import threading
import time
from collections.abc import Callable
from typing import Protocol

from engine.runner.process_tree import is_unburied, started_at
from engine.store.sqlite_lease import LEASE_S, IsAlive, Lease
from engine.store.store_errors import ThreadHeldError

RENEW_EVERY_S = LEASE_S / 5
PATIENCE_S = 0.7
"""One that ends may still have it for a moment. Whoever comes second is told within a second that somebody has it."""
ASK_EVERY_S = 0.05


class HoldsThreads(Protocol):
    """The part of ``engine.store.sqlite_store.SqliteStore`` that is used here."""

    def hold(self, thread_id: str, holder: str, *, is_alive: IsAlive = ...) -> Lease: ...

    def renew(self, lease: Lease) -> None: ...

    def release(self, lease: Lease) -> None: ...


_MARK = os.urandom(3).hex()
"""Tells this process from another one with the same number: a later one, or one in another container."""


def this_runner() -> str:
    """How this process is called to whoever comes second."""
    return name_of(os.getpid(), _MARK)


def name_of(pid: int, mark: str) -> str:
    """With when it was started, where that can be told: a number is given to another process later."""
    started = started_at(pid)
    return f"runner {pid} on {platform.node()} ({mark}{'' if started is None else f'-{started:x}'})"


class ThreadHold:
    """At most one thread at a time. ``keep`` has a thread of its own, the rest belongs to the run thread."""

    def __init__(
        self,
        store: HoldsThreads,
        holder: str = "",
        *,
        patience_s: float = PATIENCE_S,
        now_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._store = store
        self._holder = holder or this_runner()
        self._patience_s, self._now_s, self._wait = patience_s, now_s, wait
        self._lease: Lease | None = None
        self._fences: dict[str, int] = {}
        # By thread: of the last lease that was ours.
        self._lock = threading.Lock()
        self._is_held = threading.Event()

    def take(self, thread_id: str) -> bool:
        """Holds this thread and lets go of the one before. Raises ThreadHeldError that says who has it.

        True if somebody else has held it since we last did, so that what is known of it may be old.
        """
        with self._lock:
            if self._lease is not None and self._lease.thread_id == thread_id and self._still_ours(self._lease):
                return False
            self._let_go()
            lease = self._hold(thread_id)
            last = self._fences.get(thread_id)
            self._lease, self._fences[thread_id] = lease, lease.fence
            self._is_held.set()
            return last is not None and lease.fence != last + 1

    def release(self) -> None:
        """Others may run the thread now."""
        with self._lock:
            self._let_go()

    def renew(self) -> None:
        """Tells that we are alive. A lease that was lost is told by the next commit, which is refused."""
        with self._lock:
            if self._lease is not None and not self._still_ours(self._lease):
                self._lease = None
                self._is_held.clear()

    def keep(self) -> None:
        """Renews for ever. For a daemon thread."""
        pause = threading.Event()
        while True:
            self._is_held.wait()
            pause.wait(RENEW_EVERY_S)
            self.renew()

    def _hold(self, thread_id: str) -> Lease:
        until_s = self._now_s() + self._patience_s
        while True:
            try:
                return self._store.hold(thread_id, self._holder, is_alive=_is_alive)
            except ThreadHeldError as error:
                if _is_dead(error.holder):
                    self._bury(thread_id, error.holder)
                elif self._now_s() >= until_s:
                    raise
            self._wait(ASK_EVERY_S)

    def _bury(self, thread_id: str, holder: str) -> None:
        """Gives back the lease of a process that is gone, in its name; its fence keeps anything of it out."""
        try:
            self._store.release(self._store.hold(thread_id, holder))
        except ThreadHeldError:
            return  # a third one was faster

    def _still_ours(self, lease: Lease) -> bool:
        try:
            self._store.renew(lease)
        except ThreadHeldError:
            return False
        return True

    def _let_go(self) -> None:
        lease, self._lease = self._lease, None
        self._is_held.clear()
        if lease is not None:
            self._store.release(lease)


def _of_this_machine(holder: str) -> tuple[int, str] | None:
    """Its number and when it was started, "" if that is not known; None if it ran elsewhere."""
    found = re.fullmatch(r"runner (\d+) on (.*?)(?: \([0-9a-f]+(?:-([0-9a-f]+))?\))?", holder)
    return (int(found[1]), found[3] or "") if found is not None and found[2] == platform.node() else None


def _is_dead(holder: str) -> bool:
    """Only if that is certain: a runner of this machine whose process is gone."""
    found = _of_this_machine(holder)
    if found is None or os.name != "posix":
        return False  # elsewhere a signal 0 is no question
    try:
        os.kill(found[0], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return is_unburied(found[0])


def _is_alive(holder: str) -> bool:
    """Only if that is certain: a process of this machine with that number that was started at that moment."""
    found = _of_this_machine(holder)
    if found is None or not found[1] or is_unburied(found[0]):
        return False
    started = started_at(found[0])
    return started is not None and f"{started:x}" == found[1]
