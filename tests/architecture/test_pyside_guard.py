"""PySide6 6.12.0 must not come in.

There each void call drops a reference to None. From Python 3.12 on None is immortal and nothing happens; on 3.10 and
3.11 the program aborts with "none_dealloc" after some thousand calls. 6.8 to 6.11.3 are fine.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
BROKEN = "6.12.0"

MANY_VOID_CALLS = """
import sys
from PySide6.QtCore import QObject, QPoint, QTimer
thing, timer, point = QObject(), QTimer(), QPoint()
before = sys.getrefcount(None)
for _ in range(20_000):
    thing.setObjectName("x")
    timer.setInterval(5)
    point.setX(1)
print(sys.getrefcount(None) - before)
"""


def test_void_calls_of_qt_keep_none_alive() -> None:
    """In a process of its own, because a broken PySide6 takes the process with it."""
    answer = subprocess.run([sys.executable, "-c", MANY_VOID_CALLS], capture_output=True, text=True, timeout=PATIENCE_S)

    assert answer.returncode == 0, f"the process ended with {answer.returncode}: {answer.stderr[-500:]}"
    # Other code of the process may move the count a little; the fault drops 60,000.
    assert int(answer.stdout) > -1_000, "void calls of Qt drop references to None"


def test_the_installed_pyside_is_not_the_broken_one() -> None:
    assert version("PySide6-Essentials") != BROKEN


@pytest.mark.parametrize("name", ["pyproject.toml", "resources/requirements/run.in"])
def test_whoever_installs_the_package_does_not_get_the_broken_one(name: str) -> None:
    line = re.search(r"PySide6-Essentials([^\"\n]*)", (ROOT / name).read_text(encoding="utf-8"))

    assert line is not None
    from packaging.specifiers import SpecifierSet

    assert BROKEN not in SpecifierSet(line.group(1).strip())
