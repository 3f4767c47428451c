"""Which Python a graph runs on is found by reading; nothing in a folder is started to find it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.runner.interpreter import _program_in, environments_near, interpreter_at, own_interpreter, why_not
from tests.environments import fake_environment, make_environment, was_started

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environments here are laid out as on POSIX")


def test_the_nearest_environment_comes_first_and_none_of_them_is_started(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    outer, inner = fake_environment(tmp_path / ".venv"), fake_environment(tmp_path / "graphs" / "venv")

    found = list(environments_near(tmp_path / "graphs"))

    assert [each.environment for each in found] == [inner, outer]
    assert [why_not(each) for each in found] == ["", ""]
    assert not any(map(was_started, (outer, inner)))


def test_it_is_not_looked_for_outside_the_repository_nor_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_environment(tmp_path / ".venv")
    repository, home = tmp_path / "repository", tmp_path / "home"
    (repository / ".git").mkdir(parents=True)
    (home / "graphs").mkdir(parents=True)
    fake_environment(home / "venv")
    monkeypatch.setenv("HOME", str(home))

    assert list(environments_near(repository)) == []
    assert list(environments_near(home / "graphs")) == []


@pytest.mark.parametrize(
    ("configuration", "version"),
    [
        ("version = 3.12.1\n", "3.12.1"),
        ("home = /usr/bin\nversion_info = 3.13.0.final.0\n", "3.13.0"),
        ("home = /usr/bin\n", ""),
        ("version = new\n", ""),
    ],
)
def test_the_version_is_read_from_what_the_makers_of_environments_write(
    tmp_path: Path, configuration: str, version: str
) -> None:
    assert interpreter_at(fake_environment(tmp_path / "env", configuration)).version == version


def test_a_program_in_an_environment_and_the_environment_are_the_same(tmp_path: Path) -> None:
    environment = fake_environment(tmp_path / "env")

    assert interpreter_at(environment / "bin" / "python") == interpreter_at(environment)


def test_on_windows_the_program_lies_in_another_folder() -> None:
    assert _program_in(Path("env"), "nt") == Path("env/Scripts/python.exe")
    assert _program_in(Path("env"), "posix") == Path("env/bin/python")


def test_the_python_that_runs_this_is_known_as_such(tmp_path: Path) -> None:
    assert own_interpreter().is_own
    assert interpreter_at(Path(sys.executable)).is_own
    assert not interpreter_at(make_environment(tmp_path / "env")).is_own


def test_what_is_wrong_with_an_environment_is_said_with_the_way_out(tmp_path: Path) -> None:
    old = fake_environment(tmp_path / "old", "version = 3.10.4\n")
    empty = fake_environment(tmp_path / "empty")
    (empty / "bin" / "python").unlink()
    broken = fake_environment(tmp_path / "broken")
    (broken / "bin" / "python").unlink()
    (broken / "bin" / "python").symlink_to("/nowhere/python3")
    closed = fake_environment(tmp_path / "closed")
    (closed / "bin" / "python").chmod(0o644)

    said = {each.name: why_not(interpreter_at(each)) for each in (old, empty, broken, closed)}

    assert "is Python 3.10.4. Graphs run on Python 3.11 to 3.13." in said["old"]
    assert "There is no Python at" in said["empty"]
    assert "leads to /nowhere/python3, which is not there." in said["broken"]
    assert "may not be executed" in said["closed"]
    assert all(f"Make {tmp_path / name} anew, or choose another Python." in sentence for name, sentence in said.items())
