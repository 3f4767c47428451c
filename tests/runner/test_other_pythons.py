"""A graph on the Python of its own project: what is installed there is found, and nothing of what is installed here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import engine
from engine.cli import FAILED, OK, USAGE, main
from engine.runner import requests
from engine.runner.boot import UNFIT, environment_for
from engine.runner.interpreter import interpreter_at
from engine.runner.local_files import prepare_folder, runs_database
from engine.runner.run_events import RunFailed, RunnerExited
from tests.environments import PACKAGE, another_python, make_environment
from tests.runner.small_graphs import write_graph
from tests.runner.talk import Talk, talk

DATA = Path(__file__).parents[1] / "data"
ENGINE_FOLDER = Path(engine.__file__).parent

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "telling", "state": "STATE:State",
  "nodes": {"tell": {"fn": "NODES:tell"}},
  "edges": [{"from": "__start__", "to": "tell"}, {"from": "tell", "to": "__end__"}]
}"""

TELLING = f"""
import json, os, sys
import {PACKAGE}

def tell(state):
    told = {{"prefix": sys.prefix, "version": sys.version_info[:2], "name": {PACKAGE}.NAME}}
    print(json.dumps(told | {{"environment": os.environ.get("VIRTUAL_ENV"), "path": os.environ["PATH"]}}))
    return {{"log": ["told"]}}
"""


def told_by(path: Path, python: Path) -> dict[str, Any]:
    """What the node told of the Python that ran it."""
    told: dict[str, Any] = {}

    async def conversation() -> None:
        async with Talk(path, python=str(python)) as runner:
            runner.send(requests.Run({}, "t"))
            line = await runner.until_printed("prefix")
            told.update(json.loads(line.text))

    talk(conversation)
    return told


@pytest.mark.parametrize("version", ["this", "3.11", "3.12", "3.13"])
def test_a_graph_runs_on_the_environment_of_its_project(tmp_path: Path, version: str) -> None:
    python = sys.executable if version == "this" else another_python(version)
    environment = make_environment(tmp_path / ".venv", python)

    told = told_by(write_graph(tmp_path, GRAPH, TELLING), environment)

    wanted = list(sys.version_info[:2]) if version == "this" else [3, int(version.partition(".")[2])]
    assert (told["prefix"], told["version"], told["name"]) == (str(environment), wanted, ".venv")
    assert told["environment"] == str(environment)
    assert told["path"].split(os.pathsep)[0] == str(interpreter_at(environment).path.parent)


def failure_on(path: Path, python: Path) -> RunFailed | RunnerExited:
    ended: list[RunFailed | RunnerExited] = []

    async def conversation() -> None:
        async with Talk(path, python=str(python)) as runner:
            runner.send(requests.Run({}, "t"))
            ended.append(await runner.until(RunFailed, RunnerExited))

    talk(conversation)
    return ended[0]


@pytest.mark.parametrize("module", ["pygments", "editor", "tests"])
def test_what_is_installed_for_the_editor_is_not_found_there(tmp_path: Path, module: str) -> None:
    path = write_graph(tmp_path, GRAPH, f"import {module}\ndef tell(state): ...\n")

    failed = failure_on(path, make_environment(tmp_path / "env"))

    assert isinstance(failed, RunFailed)
    assert f"imports {module!r}. That module is not installed for {tmp_path / 'env'}" in failed.error.message


def test_a_python_of_another_version_says_so_and_ends(tmp_path: Path) -> None:
    path = write_graph(tmp_path, GRAPH, TELLING)

    exited = failure_on(path, Path(another_python("3.10")))

    assert isinstance(exited, RunnerExited)
    assert exited.exit_code == UNFIT
    assert "is Python 3.10. Graphs run on Python 3.11 to 3.13." in exited.last_words


def test_an_environment_whose_python_is_gone_is_told_with_the_way_out(tmp_path: Path) -> None:
    path, environment = write_graph(tmp_path, GRAPH, TELLING), make_environment(tmp_path / ".venv")
    program = interpreter_at(environment).path
    program.unlink()
    program.symlink_to("/nowhere/python3")

    exited = failure_on(path, environment)

    assert isinstance(exited, RunnerExited)
    assert exited.last_words.startswith(f"{program} leads to /nowhere/python3, which is not there. Make ")


def test_runs_of_an_older_format_stay_as_they_are_where_they_cannot_be_brought_up_to_date(tmp_path: Path) -> None:
    path, old = write_graph(tmp_path, GRAPH, TELLING), DATA / "runs_format_2.sqlite"
    runs = prepare_folder(runs_database(path))
    shutil.copyfile(old, runs)

    failed = failure_on(path, make_environment(tmp_path / ".venv"))

    assert isinstance(failed, RunFailed)
    assert "These runs are of format 2." in failed.error.message
    assert runs.read_bytes() == old.read_bytes()

    assert stepgraph("history", "vacuum", path).returncode == OK  # the way out that it names
    assert told_by(path, tmp_path / ".venv")["name"] == ".venv"


def test_a_python_of_its_own_is_not_led_to_the_library_of_this_one(tmp_path: Path) -> None:
    interpreter = interpreter_at(make_environment(tmp_path / "env"))

    found = environment_for(interpreter, {"PYTHONHOME": "/elsewhere", "PYTHONPATH": "/mine"})

    assert "PYTHONHOME" not in found
    assert found["PYTHONPATH"] == "/mine"  # the user's own, for the project's code


def stepgraph(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command as a user calls it."""
    command = [sys.executable, "-m", "engine.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ENGINE_FOLDER.parent, check=False)


def test_the_command_runs_a_graph_on_the_environment_that_it_is_given(tmp_path: Path) -> None:
    path, environment = write_graph(tmp_path, GRAPH, TELLING), make_environment(tmp_path / ".venv")
    (tmp_path / "input.json").write_text("{}", encoding="utf-8")

    ran = stepgraph("run", path, "--input", tmp_path / "input.json", "--python", environment)
    checked = stepgraph("check", path, "--python", interpreter_at(environment).path)
    without = stepgraph("check", path)

    assert [json.loads(line)["type"] for line in ran.stdout.splitlines()] == ["update", "finished"]
    assert json.loads(ran.stderr)["prefix"] == str(environment)
    assert (ran.returncode, checked.returncode) == (OK, OK), checked
    assert without.returncode == FAILED and f"choose another Python: {environment}." in without.stdout


def test_the_command_refuses_a_python_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_graph(tmp_path, GRAPH, TELLING)

    code = main(["check", str(path), "--python", str(tmp_path / "env")])

    assert code == USAGE
    assert "There is no Python at" in capsys.readouterr().err
