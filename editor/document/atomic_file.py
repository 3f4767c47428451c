"""Replaces a file whole or not at all: after a crash or a power cut it holds the old bytes or the new, never a mix.

Temp file beside it, fsync, rename, fsync of the folder. Measured against simulated power cuts: 1,000 of 1,000 intact
(docs/architecture.md). Knows nothing of documents.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Makes the file hold exactly these bytes. Durable when it returns. Raises ``OSError``, and then nothing changed.

    A symbolic link stays one: its target is replaced. An existing file keeps its mode.
    """
    target = Path(os.path.realpath(path))
    temp = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    # 0666 as ``open`` does it: the user's umask takes away what it should.
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(temp, stat.S_IMODE(target.stat().st_mode))
        os.replace(temp, target)
    except BaseException:
        _remove(temp)
        raise
    _sync_folder(target.parent)


def _remove(temp: Path) -> None:
    try:
        os.unlink(temp)
    except OSError:
        pass  # the first error is the one to report; a left-over temp file does no harm


def _sync_folder(folder: Path) -> None:
    """Makes the rename durable. Windows cannot open a folder; there the rename is flushed with the volume's journal."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # a folder that may be written but not read: the file is whole, only its durability is not certain
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse it: as above
    finally:
        os.close(descriptor)
