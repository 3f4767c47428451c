"""Shows a place in a source file in the user's own editor. Never by the file's type: that may run it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

EDITORS = (
    ("code", ("--goto", "{path}:{line}")),
    ("codium", ("--goto", "{path}:{line}")),
    ("pycharm", ("--line", "{line}", "{path}")),
    ("subl", ("{path}:{line}",)),
    ("kate", ("--line", "{line}", "{path}")),
    ("gedit", ("+{line}", "{path}")),
)
"""Programs that open a window of their own, and how they are told the line."""


def command_for(path: Path, line: int, environment: Mapping[str, str]) -> list[str] | None:
    """What to start; None if no editor is found. ``STEPGRAPH_EDITOR`` comes first: a command with {path} and {line}."""
    chosen = environment.get("STEPGRAPH_EDITOR")
    if chosen:
        return [part.replace("{path}", str(path)).replace("{line}", str(line)) for part in shlex.split(chosen)]
    for program, arguments in EDITORS:
        if found := shutil.which(program, path=environment.get("PATH")):
            return [found, *(part.format(path=path, line=line) for part in arguments)]
    return None


def show_in_editor(path: Path, line: int) -> str:
    """Starts it; returns "" or why not, as a sentence."""
    command = command_for(path, line, os.environ)
    if command is None:
        return f"No editor was found. The place is {path}, line {line}. Set STEPGRAPH_EDITOR to choose one."
    try:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        return f"{command[0]} cannot be started: {error}. The place is {path}, line {line}."
    return ""
