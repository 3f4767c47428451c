"""Ends a process with everything it ever started, also what moved to another session or lost its parent.

On Linux the members are found in /proc: by parentage, and by a mark in the environment that every descendant inherits,
so that orphans of a dead runner are found too. They are all halted before the first is killed, so none can start more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

MARK = "STEPGRAPH_RUNNER"
"""Environment variable of a runner and all its descendants; its value is one runner's own."""

PROC = Path("/proc")

GONE_WITHIN_S = 2.0

STARTED_WITHIN_S = 1.0
"""A process whose program is just being loaded has no environment yet, for microseconds or until it gets its turn."""

_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of <linux/sched.h>, in the ninth field of /proc/PID/stat

MAX_ROUNDS = 20
"""Rounds of finding new members while halting them. A fork bomb grows only until its members are halted."""


def kill_tree(pid: int, mark: str) -> None:
    """Kills the process and its descendants; blocks until they are gone, some milliseconds."""
    if sys.platform == "win32":
        _taskkill(pid)
        return
    # By parentage first: that needs no look into other processes' memory, which may block.
    _kill_all(lambda: {pid, *_descendants({pid})} - {os.getpid()})
    kill_orphans(mark)


def kill_orphans(mark: str) -> None:
    """Kills what a runner that is already dead left behind. Linux only: elsewhere nothing tells whose they were."""
    if sys.platform.startswith("linux"):
        _kill_all(lambda: _marked(mark) - {os.getpid()})


def kill_children() -> None:
    """Kills everything this process started, but not itself."""
    own = os.getpid()
    if sys.platform != "win32":
        mark = os.environ.get(MARK, "")
        _kill_all(lambda: _descendants({own}))
        if mark:
            kill_orphans(mark)


def is_unburied(pid: int) -> bool:
    """It has ended, and nobody has asked for its exit code yet: in a container that may stay so. Linux only."""
    fields = _stat_of(pid)
    return bool(fields) and fields[0] == "Z"


def started_at(pid: int) -> int | None:
    """When the process was started, in ticks since the system was; None if it is gone or this is not Linux."""
    fields = _stat_of(pid)
    return int(fields[19]) if fields else None


def _stat_of(pid: int) -> list[str]:
    """The fields behind its name, the state first (man 5 proc); none if it is gone.

    The name stands in brackets and may hold anything, brackets too.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return stat.rpartition(")")[2].split()


def _kill_all(find: Callable[[], set[int]]) -> None:
    halted: set[int] = set()
    for _ in range(MAX_ROUNDS):
        new = find() - halted
        if not new:
            break
        _signal(new, signal.SIGSTOP)
        halted |= new
    _signal(halted, signal.SIGKILL)
    _wait_until_gone(halted)


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # gone already, or of another user and so not ours


def _wait_until_gone(pids: set[int]) -> None:
    """A killed process ends a moment after the signal; one in a broken disk or network call may take much longer."""
    give_up_at_s = time.monotonic() + GONE_WITHIN_S
    while sys.platform.startswith("linux") and any(_parent_of(pid) is not None for pid in pids):
        if time.monotonic() > give_up_at_s:
            return
        time.sleep(0.002)


def _descendants(roots: set[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    frontier = set(roots)
    while frontier:
        frontier = {child for pid in frontier for child in children.get(pid, [])} - found
        found |= frontier
    return found


def _parents() -> list[tuple[int, int]]:
    """(pid, parent's pid) of every process."""
    if sys.platform.startswith("linux"):
        pairs = ((pid, _parent_of(pid)) for pid in _all_pids())
        return [(pid, parent) for pid, parent in pairs if parent is not None]
    listing = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    return [(int(pid), int(parent)) for pid, parent in (line.split() for line in listing.splitlines())]


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir(PROC) if name.isdigit()]


def _parent_of(pid: int) -> int | None:
    fields = _stat_of(pid)
    return None if not fields or fields[0] == "Z" else int(fields[1])  # zombies need no signal


def _marked(mark: str) -> set[int]:
    if not sys.platform.startswith("linux"):
        return set()
    wanted = f"{MARK}={mark}".encode()
    found: set[int] = set()
    unknown = set(_all_pids())
    give_up_at_s = time.monotonic() + STARTED_WITHIN_S
    while True:
        environments = {pid: _environment_of(pid) for pid in unknown}
        found |= {pid for pid, environment in environments.items() if environment is not None and wanted in environment}
        unknown = {pid for pid, environment in environments.items() if environment is None}
        if not unknown or time.monotonic() > give_up_at_s:
            return found
        time.sleep(0.002)


def _environment_of(pid: int) -> list[bytes] | None:
    """None while nobody can know: its program is being loaded, or it is dying."""
    try:
        environment = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return []  # gone, or of another user
    return None if not environment and _has_no_program(pid) else environment.split(b"\0")


def _has_no_program(pid: int) -> bool:
    try:
        folder = PROC / str(pid)
        state, *fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        return state != b"Z" and not int(fields[5]) & _KERNEL_THREAD and not (folder / "cmdline").read_bytes()
    except OSError:
        return False  # gone


def _taskkill(pid: int) -> None:
    subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)
