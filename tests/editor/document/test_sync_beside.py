"""The disk is waited for beside the window, and what it refuses is told at the next occasion."""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path

import pytest

from editor.document import commands
from editor.document.document import Document
from editor.document.recovery_log import RecoveryLog
from editor.document.undo_history import UndoHistory
from tests.patience import PATIENCE_S


class Disk:
    """Takes its time with each sync, until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_go_on = threading.Event()
        self.synced: list[int] = []
        self.error: OSError | None = None
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _fsync(self, descriptor: int) -> None:
        assert self.may_go_on.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error
        self.synced.append(os.fstat(descriptor).st_size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory(Document())


@pytest.fixture
def log(tmp_path: Path, history: UndoHistory) -> RecoveryLog:
    log = RecoveryLog(tmp_path, history.document, None, "")
    history.subscribe(log.record)
    return log


def edit(history: UndoHistory, name: str) -> None:
    history.do(commands.add_node(history.document, name, (0, 0), "nodes:a"))


def test_nobody_waits_for_a_slow_disk_and_what_came_meanwhile_is_synced_next(
    log: RecoveryLog, history: UndoHistory, disk: Disk
) -> None:
    edit(history, "a")
    log.begin_sync()
    edit(history, "b")
    log.begin_sync()
    assert disk.synced == []

    disk.may_go_on.set()
    log.sync()

    assert log.journal is not None
    assert disk.synced[-1] == log.journal.stat().st_size
    assert len(disk.synced) == 2
    log.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a file that somebody has open cannot go there")
def test_edits_that_are_saved_while_the_disk_is_busy_leave_no_journal(
    log: RecoveryLog, history: UndoHistory, disk: Disk, tmp_path: Path
) -> None:
    edit(history, "a")
    log.begin_sync()

    log.saved(history.document, None, "")

    assert list(tmp_path.iterdir()) == []
    disk.may_go_on.set()
    log.close()


def test_what_the_disk_refuses_is_told_by_the_next_sync(log: RecoveryLog, history: UndoHistory, disk: Disk) -> None:
    disk.error = OSError(errno.EIO, "broken")
    disk.may_go_on.set()
    edit(history, "a")
    log.begin_sync()

    with pytest.raises(OSError, match="broken"):
        log.sync()

    log.close()
