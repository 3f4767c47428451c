"""Runs ``stepgraph history`` in a process of its own, with a note and Cancel in the window while it takes long.

Every order leaves either all of what it was asked to make or nothing, also when it is ended, so Cancel ends it.
Called by ``run_files``.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from editor.app.background import in_thread
from editor.app.patience import Cancelled, patiently

GRACE_S = 2.0
"""It has a file to remove; what hangs in one call of the database is killed then."""

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command said. ``error`` is its last words, "" if it went well."""

    lines: tuple[str, ...] = ()
    error: str = ""


async def history(window: QWidget, words: str, *arguments: str) -> Outcome:
    """``words`` say what takes so long. Raises ``Cancelled`` when the process is gone."""
    process = _started(sys.executable, "-m", "engine.cli", "history", *arguments)
    try:
        return await patiently(window, words, in_thread(_outcome, process))
    except BaseException as error:
        process.terminate()
        if isinstance(error, Cancelled):  # the window may be closing otherwise, and waits for nothing
            await in_thread(_see_it_gone, process)
        raise


def _see_it_gone(process: subprocess.Popen[str]) -> None:
    """It takes half a file along when it goes."""
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _outcome(process: subprocess.Popen[str]) -> Outcome:
    said, complained = process.communicate()
    words = complained.strip().splitlines()
    error = "" if process.returncode == 0 else (words[-1] if words else f"It ended with code {process.returncode}.")
    return Outcome(tuple(said.strip().splitlines()), error)
