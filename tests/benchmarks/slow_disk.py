"""A disk that takes its time with each sync: in this process, and in the runners that it starts. For ``gui_loads``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SHIM = Path(__file__).with_name("slow_disk.c")


@contextmanager
def slow_syncs(seconds: float) -> Iterator[None]:
    """Of the editor, which syncs by ``os.fsync`` only."""
    sync = os.fsync

    def slow(descriptor: int) -> None:
        time.sleep(seconds)
        sync(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        yield


@contextmanager
def slow_disk_for_runners(seconds: float) -> Iterator[None]:
    """Of the processes that are started meanwhile, SQLite too. Needs Linux and gcc; elsewhere they stay as they are."""
    if not sys.platform.startswith("linux") or shutil.which("gcc") is None:
        yield
        return
    # Not beside the graph: there it would be code that nobody has trusted.
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        library = Path(folder) / "slow_disk.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl"], check=True)
        patch.setenv("LD_PRELOAD", str(library))
        patch.setenv("SLOW_DISK_S", str(seconds))
        yield
