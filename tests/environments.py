"""Real virtual environments with something installed in them, feigned ones, and the other Pythons of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.runner.interpreter import interpreter_at

PACKAGE = "only_in_this_environment"
"""Installed in each environment that is made here, and nowhere else. Its ``NAME`` is the environment's folder."""


def make_environment(folder: Path, python: str = sys.executable) -> Path:
    """The folder, with an environment of that Python in it. Nothing but ``PACKAGE`` is installed there."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    program = interpreter_at(folder).path
    asked = [str(program), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (packages / f"{PACKAGE}.py").write_text(f"NAME = {folder.name!r}\n", encoding="utf-8")
    return folder


def another_python(version: str) -> str:
    """A Python of that version, "3.12"; the test is skipped if this machine has none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))]
    for python in filter(None, found):
        told = subprocess.run([python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
        if told.returncode == 0 and told.stdout.startswith(version):
            return python
    pytest.skip(f"no Python {version} here")


def fake_environment(folder: Path, configuration: str = "version = 3.12.1\n") -> Path:
    """Looks like one, on POSIX. Its program only leaves a file behind: see ``was_started``."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(configuration, encoding="utf-8")
    program = folder / "bin" / "python"
    program.write_text(f"#!/bin/sh\ntouch '{folder / 'started'}'\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


def was_started(environment: Path) -> bool:
    """Of a feigned one: whether somebody started its program."""
    return (environment / "started").exists()
