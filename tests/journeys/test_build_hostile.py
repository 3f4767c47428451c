"""Hostile documents in the real window: opened, hovered, inspected, searched, undone, saved, compared. None runs.

``STEPGRAPH_HOSTILE=all`` opens all of them; a commit opens every sixth.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.hostile_documents import cases
from tests.patience import slowness

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).with_name("hostile_job.py")
EVERY = 6
LONGEST_GAP_S = 1.0
"""How long the window may do nothing, in processor time."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children and sockets are counted in /proc")
@pytest.mark.timeout(1800)
def test_no_hostile_document_runs_anything_in_the_window(tmp_path: Path) -> None:
    names = list(cases())
    if os.environ.get("STEPGRAPH_HOSTILE") != "all":
        names = names[::EVERY]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, str(JOB), str(tmp_path / "cases"), *names],
        cwd=tmp_path,
        env={**environment, "STEPGRAPH_PROFILE": str(tmp_path / "profile"), "XDG_DATA_HOME": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])
    print(report["said"], f"slowest {report['slowest_s']:.2f} s: {report['slowest']}")
    print(f"longest gap {report['gap_s']:.2f} s: {report['gap']}", *report["told"], sep="\n")
    assert report["bugs"] == []
    assert report["events"] == {}
    assert report["canaries"] == []
    assert report["gap_s"] < LONGEST_GAP_S * slowness(), report["gap"]
    assert report["said"]["opened"] + report["said"].get("refused", 0) == len(names)
