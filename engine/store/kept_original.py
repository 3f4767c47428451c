"""Keeps a run database as it was before its tables are brought up to date. Called by ``sqlite_file``."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path


def original_of(path: str, version: int) -> Path:
    """Where the file is kept as it was in format ``version``."""
    return Path(f"{path}.format-{version}")


def keep_original(connection: sqlite3.Connection, path: str, version: int) -> None:
    """Copy the database beside it, whole and synced, unless that was done before.

    Raises sqlite3.DatabaseError or OSError if there is no room; a part of a copy does not stay under the copy's name.
    """
    kept = original_of(path, version)
    if kept.exists():
        return
    part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        # Not a copy of the file: what another process has committed to the log belongs to it as well.
        connection.execute("VACUUM INTO ?", (str(part),))
        part.chmod(os.stat(path).st_mode & 0o777)
        _sync(part, os.O_RDWR)
        os.replace(part, kept)
        _sync(kept.parent, os.O_RDONLY)
    finally:
        part.unlink(missing_ok=True)
    for left in kept.parent.glob(f"{kept.name}.*.part*"):  # of a process that was killed; one at work writes on unseen
        left.unlink(missing_ok=True)


def _sync(path: Path, mode: int) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder; it writes names down in order
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
