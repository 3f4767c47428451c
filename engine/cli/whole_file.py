"""Writes what a command was asked to make: the file is there whole, or it stays as it was.

Also when the command is stopped, by Ctrl+C or from outside (SIGTERM): half of a large file beside it would stay for
ever. Called by ``fmt``, ``export`` and ``history export``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from uuid import uuid4


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """To write into; at the end it takes the place of ``path``. A link stays a link, a file keeps its mode.

    Raises ``OSError`` with the name that was asked for: what failed is a file beside it that nobody named.
    """
    target = path.resolve()
    new = target.with_name(f".{target.name}.{uuid4().hex}.new")
    try:
        with _terminated_as_by_ctrl_c(), new.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            new.chmod(target.stat().st_mode & 0o777)
        os.replace(new, target)
    except OSError as error:
        why = error.strerror or str(error)
        raise OSError(f"{path} cannot be written: {why}. Name a file in a folder that can be written.") from error
    finally:
        new.unlink(missing_ok=True)


@contextlib.contextmanager
def _terminated_as_by_ctrl_c() -> Iterator[None]:
    """SIGTERM raises ``KeyboardInterrupt``. Only the main thread can ask for it, and only it hears one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
