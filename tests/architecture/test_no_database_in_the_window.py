"""The window never waits for a run database: it cannot even open one. Runners and inspectors do that."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_that_the_window_loads_brings_sqlite_into_its_process() -> None:
    names = ["editor.app.main", "editor.app.wiring"]
    for floor in ("canvas", "debugger", "document", "panels", "theme", "widgets"):
        folder = ROOT / "editor" / floor
        found = (each.name for each in pkgutil.walk_packages([str(folder)], f"editor.{floor}."))
        names += [name for name in found if ".fake_" not in name]  # for tests and pictures
    imports = f"import importlib, sys\nfor name in {names!r}:\n    importlib.import_module(name)\n"
    code = imports + "print('_sqlite3' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["False"]
