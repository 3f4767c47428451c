"""A run database that somebody made to do harm is refused in words or looked at as data: nothing of it runs, nothing
beside it is written, no look at it takes long, and the other threads of the file are still read.

It is looked at in a child process of limited memory, under an audit hook: see ``hostile_database_job``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S, slowness
from tests.torture.hostile_databases import CASES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory, links beside the file")

ROOT = Path(__file__).parents[2]

LONGEST_LOOK_S = 20.0
"""Of processor time. The slowest takes a second; a ring that is followed never ends."""

WHOLE_FILE_IS_REFUSED = 12
"""At least so many cases are no matter of one thread."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    job = [sys.executable, "-m", "tests.torture.hostile_database_job", str(tmp_path_factory.mktemp("hostile"))]
    ended = subprocess.run(job, cwd=ROOT, capture_output=True, text=True, timeout=20 * PATIENCE_S)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, f"died in {lines[-1:]}: {ended.stderr[-2000:]}"
    return [line for line in lines if "case" in line]


def test_each_case_is_looked_at_with_and_without_leave_to_write(told: list[dict[str, Any]]) -> None:
    assert [(each["case"], each["read_only"]) for each in told] == [
        (name, read_only) for name in CASES for read_only in (True, False)
    ]


def test_what_is_wrong_is_told_in_our_words(told: list[dict[str, Any]]) -> None:
    assert [(each["case"], each["wrong"]) for each in told if each["wrong"]] == []


def test_nothing_runs_and_nothing_beside_the_file_is_written(told: list[dict[str, Any]]) -> None:
    harmed = [each for each in told if each["events"] or each["canaries"] or not each["is_victim_whole"]]

    assert harmed == []


def test_no_look_takes_long(told: list[dict[str, Any]]) -> None:
    longest_s = LONGEST_LOOK_S * slowness()

    assert [(each["case"], each["slowest_s"]) for each in told if each["slowest_s"] > longest_s] == []


def test_the_other_thread_is_read_unless_the_file_itself_is_refused(told: list[dict[str, Any]]) -> None:
    refused = {each["case"] for each in told if "open" in each["raised"]}

    hindered = [each["case"] for each in told if each["case"] not in refused and "whole" in each["raised"]]
    assert hindered == []
    assert WHOLE_FILE_IS_REFUSED <= len(refused) <= len(CASES) // 3
