"""``--python``: the same command on another Python, such as the one of the project's own environment.

Without it a command runs on the Python that ``stepgraph`` is installed in. Used by ``engine.cli`` only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.cli.surroundings import USAGE
from engine.runner.boot import boot_command, environment_for
from engine.runner.interpreter import interpreter_at, why_not


def add_option(parser: argparse.ArgumentParser) -> None:
    """The option, for a command that imports the graph's code."""
    words = "run the graph's code on this Python, or on that of this environment, such as .venv"
    parser.add_argument("--python", type=Path, metavar="PATH", help=words)


def hand_over(python: Path, arguments: Sequence[str]) -> int:
    """The whole command goes to that Python, with its stdin and stdout. The exit code, if this process outlives it."""
    interpreter = interpreter_at(python)
    if why := why_not(interpreter):
        print(f"--python {python}: {why}", file=sys.stderr)
        return USAGE
    command = boot_command(str(interpreter.path), "engine.cli.there", arguments)
    environment = environment_for(interpreter, os.environ)
    sys.stdout.flush()
    if os.name == "posix":  # one process remains, so that signals and a time limit reach the one that runs the graph
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)
