"""A disk that takes its time with each sync: in this process, and in the runners that it starts. For ``gui_loads``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def built_shim(folder: Path) -> Path | None:
    """The library that makes syncs slow, in a folder that is not the graph's: there it would be code to be trusted.

    Needs Linux and gcc, and some 0.2 s; elsewhere there is none.
    """
    if not sys.platform.startswith("linux") or shutil.which("gcc") is None:
        return None
    library = folder / "slow_disk.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl"], check=True)
    return library


@contextmanager
def slow_disk_for_runners(library: Path | None, seconds: float) -> Iterator[None]:
    """Of the processes that are started meanwhile, SQLite too. Without the library of ``built_shim`` as ever."""
    with pytest.MonkeyPatch.context() as patch:
        if library is not None:
            patch.setenv("LD_PRELOAD", str(library))
            patch.setenv("SLOW_DISK_S", str(seconds))
        yield
