"""A test that takes its whole process down is named as failed, and the run of the others goes on to its end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import dev

A_NET_S = 600
"""Before, such a run hung for ever. An end takes seconds, and a minute where the machine is busy."""

DYING = """
import os
import pytest

@pytest.mark.parametrize("number", range(4))
def test_number(number):
    if number == {number}:
        os._exit(11)
"""


def test_a_run_in_which_workers_die_ends_and_names_their_tests(tmp_path: Path) -> None:
    for name, number in (("first", 1), ("second", 3), ("third", 9)):
        (tmp_path / f"test_{name}.py").write_text(DYING.format(number=number), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *dev.pytest_arguments([]), "-p", "no:cacheprovider", "--rootdir", "."],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=A_NET_S,
    )  # fmt: skip

    assert done.returncode == dev.TESTS_FAILED, done.stdout
    assert set(re.findall(r"crashed while running '(.*?)'", done.stdout)) == {
        "test_first.py::test_number[1]",
        "test_second.py::test_number[3]",
    }
    assert "2 failed, 10 passed" in done.stdout
