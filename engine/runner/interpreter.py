"""Which Python a graph runs on: the environment of its project, found and described without starting anything of it.

What lies in a folder may come from a stranger, so only ``pyvenv.cfg`` is read and links are followed. Asked by the
editor before a runner starts, by ``engine.cli``, and by ``user_code`` when a module is missing.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
"""Versions of Python that graphs run on: those this program is tested on."""

ENVIRONMENTS = (".venv", "venv")
CONFIGURATION = "pyvenv.cfg"
MOST_CONFIGURATION_BYTES = 20_000  # it has five lines; a folder can bring anything under that name


@dataclass(frozen=True)
class Interpreter:
    path: Path
    """Of the program. Never resolved: an environment is known by the place of the link in it."""
    environment: Path | None = None
    """The folder with its ``pyvenv.cfg``; None if it is no virtual environment."""
    version: str = ""
    """As ``pyvenv.cfg`` tells it, "3.12.1"; empty if nobody does."""

    @property
    def is_own(self) -> bool:
        """Whether it is the one that this program runs on."""
        if self.environment is not None:
            return self.environment.resolve() == Path(sys.prefix).resolve()
        return self.path == Path(sys.executable)


def own_interpreter() -> Interpreter:
    """The one that this program runs on."""
    path = Path(sys.executable)
    return Interpreter(path, _environment_of(path), platform.python_version())


def interpreter_at(path: Path) -> Interpreter:
    """Of a path that somebody gives: a Python, or the folder of an environment. Whether it can run: ``why_not``."""
    path = Path(os.path.abspath(path))  # without following links
    environment = path if (path / CONFIGURATION).is_file() else _environment_of(path)
    program = _program_in(path) if path.is_dir() else path
    return Interpreter(program, environment, _version_told_in(environment))


def environments_near(folder: Path) -> Iterator[Interpreter]:
    """Of the folder and those around it, the nearest first, up to the root of the repository or the home folder."""
    home = Path.home()
    for place in (folder, *folder.parents):
        if place == home:
            return
        for name in ENVIRONMENTS:
            if (place / name / CONFIGURATION).is_file():
                yield interpreter_at(place / name)
        if (place / ".git").exists():
            return


def why_not(interpreter: Interpreter) -> str:
    """Why no graph can run on it, as far as it can be seen from outside, with the way out; "" if nothing is seen."""
    path, environment = interpreter.path, interpreter.environment
    again = f"Make {environment} anew, or choose another Python." if environment else "Choose another Python."
    if path.is_symlink() and not path.exists():
        return f"{path} leads to {os.readlink(path)}, which is not there. {again}"
    if not path.is_file():
        return f"There is no Python at {path}. {again}"
    if not os.access(path, os.X_OK):
        return f"{path} may not be executed. {again}"
    if interpreter.version and not OLDEST <= _numbers(interpreter.version) <= NEWEST:
        return f"{path} is Python {interpreter.version}. {supported_in_words()} {again}"
    return ""


def packages_of(interpreter: Interpreter) -> Path | None:
    """The folder of what is installed in its environment; None if there is none."""
    environment = interpreter.environment
    if environment is None:
        return None
    return next(iter([*environment.glob("lib/python3*/site-packages"), *environment.glob("Lib/site-packages")]), None)


def _numbers(version: str) -> tuple[int, ...]:
    """Of "3.12.1" the first two."""
    return tuple(map(int, version.split(".")[:2]))


def supported_in_words() -> str:
    return f"Graphs run on Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}."


def _environment_of(program: Path) -> Path | None:
    """``bin/python`` and ``Scripts/python.exe`` both lie one folder below the environment."""
    environment = program.parent.parent
    return environment if (environment / CONFIGURATION).is_file() else None


def _program_in(environment: Path, os_name: str = os.name) -> Path:
    return environment / "Scripts" / "python.exe" if os_name == "nt" else environment / "bin" / "python"


def _version_told_in(environment: Path | None) -> str:
    """``venv`` writes ``version``, ``virtualenv`` and uv write ``version_info``."""
    if environment is None:
        return ""
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", configuration_of(environment), re.MULTILINE)
    return found[1] if found else ""


def configuration_of(environment: Path) -> str:
    """The text of its ``pyvenv.cfg``; "" if it cannot be read."""
    try:
        with (environment / CONFIGURATION).open("rb") as file:
            return file.read(MOST_CONFIGURATION_BYTES).decode("utf-8", "backslashreplace")
    except OSError:
        return ""
