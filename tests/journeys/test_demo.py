"""The demo that ``dev.py run`` makes where there is no display: it does the whole main job and leaves pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from editor.app.wiring import EXAMPLE

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]


def run_demo(folder: Path, graph: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "editor", "--demo", str(folder), str(graph)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=1100,
    )


@pytest.mark.timeout(1200)
def test_the_demo_does_the_main_job_and_leaves_pictures_and_a_report(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "demo", EXAMPLE)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    pictures = sorted(path.name for path in (tmp_path / "demo").glob("*.png"))
    assert len([name for name in pictures if name.endswith("-light.png")]) == len(pictures) // 2 >= 12
    report = (tmp_path / "demo" / "report.md").read_text(encoding="utf-8")
    assert "F10 to node highlighted and diff shown" in report
    assert all(f"({name})" in report for name in pictures)


@pytest.mark.timeout(1200)
def test_the_demo_runs_no_code_of_a_graph_that_nobody_trusted(tmp_path: Path, example_graph: Path) -> None:
    canary = tmp_path / "executed"
    nodes = example_graph.with_name("nodes.py")
    nodes.write_text(f"open({str(canary)!r}, 'w').close()\n")

    done = run_demo(tmp_path / "demo", example_graph)

    assert done.returncode == 0, done.stderr
    assert not canary.exists()
    assert "not run" in (tmp_path / "demo" / "report.md").read_text(encoding="utf-8")
