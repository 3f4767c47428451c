"""The process that knows code: real jedi, in a process of its own, which never runs what it reads."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from editor.panels.code_help import CodeHelp, Question
from tests.patience import PATIENCE_MS


@pytest.fixture
def help(qtbot: QtBot) -> Iterator[CodeHelp]:
    owner = QObject()
    made = CodeHelp(owner, longest_answer_ms=PATIENCE_MS)
    yield made
    made.close()


def question(kind: str, folder: Path, text: str) -> Question:
    """About the place ``|`` in the text of nodes.py."""
    before = text[: text.index("|")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    return Question(kind, folder, "nodes.py", text.replace("|", ""), line, column)


def answer(qtbot: QtBot, help: CodeHelp, asked: Question) -> Any:
    got: list[Any] = []
    help.ask(asked, got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_it_completes_what_is_not_saved_and_what_lies_beside_the_graph(
    qtbot: QtBot, help: CodeHelp, tmp_path: Path
) -> None:
    (tmp_path / "model.py").write_text("def classify(message: str, *, quick=False) -> int: 'What it is.'\n")

    names = [row[0] for row in answer(qtbot, help, question("complete", tmp_path, "import model\nmodel.cl|"))]
    call = answer(qtbot, help, question("signature", tmp_path, "import model\nmodel.classify('a', |"))
    place = answer(qtbot, help, question("definition", tmp_path, "import model\nmodel.class|ify"))
    doc = answer(qtbot, help, question("doc", tmp_path, "import model\nmodel.class|ify"))

    assert names == ["classify"]
    assert (call["name"], call["parameters"]) == ("classify", ["message: str", "quick=False"])
    assert place == {"path": str(tmp_path / "model.py"), "line": 1}
    assert "What it is." in doc


def test_it_runs_nothing_of_what_it_reads(qtbot: QtBot, help: CodeHelp, tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
    for name in ("model.py", "json.py", "jedi.py", "sitecustomize.py", "usercustomize.py", "conftest.py"):
        (tmp_path / name).write_text(trap + "def f(): ...\n")

    text = trap + "import model, json, jedi, os\nmodel.f\njson.f\njedi.f\nos.system('true').|"
    answer(qtbot, help, question("complete", tmp_path, text))
    answer(qtbot, help, question("complete", tmp_path, trap + "import model\nmodel.|"))
    answer(qtbot, help, question("definition", tmp_path, trap + "import json\njson.f|"))

    assert not (tmp_path / "ran").exists()


def test_it_knows_the_packages_that_the_code_runs_with(qtbot: QtBot, help: CodeHelp, tmp_path: Path) -> None:
    help.packages = tmp_path / "site-packages"
    (help.packages / "shop").mkdir(parents=True)
    (help.packages / "shop" / "__init__.py").write_text("def sell(what): ...\n")

    names = [row[0] for row in answer(qtbot, help, question("complete", tmp_path / "graphs", "import shop\nshop.se|"))]

    assert names == ["sell"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
def test_it_loads_no_compiled_library_of_them(qtbot: QtBot, help: CodeHelp, tmp_path: Path) -> None:
    help.packages = tmp_path / "site-packages"
    help.packages.mkdir()
    (suffix, *_) = EXTENSION_SUFFIXES
    library = next(Path(sysconfig.get_config_var("DESTSHARED")).glob(f"*{suffix}"))
    shutil.copyfile(library, help.packages / library.name.replace(suffix, f"_of_somebody{suffix}"))
    name = library.name.replace(suffix, "_of_somebody")

    answer(qtbot, help, question("complete", tmp_path, f"import {name}\n{name}.|"))

    assert str(help.packages) not in Path(f"/proc/{help.pid}/maps").read_text()


def test_after_a_crash_the_next_question_is_answered(qtbot: QtBot, help: CodeHelp, tmp_path: Path) -> None:
    answer(qtbot, help, question("complete", tmp_path, "import json\njson.du|"))
    first = help.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: help.pid != first)

    assert answer(qtbot, help, question("complete", tmp_path, "import json\njson.du|"))
    assert help.pid not in (None, first)


def test_what_takes_too_long_is_given_up_with_its_process(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QObject()
    help = CodeHelp(owner, longest_answer_ms=1)
    got: list[Any] = []

    help.ask(question("complete", tmp_path, "import json\njson.|"), got.append)
    pid = help.pid
    assert pid

    qtbot.waitUntil(lambda: help.pid is None)
    assert got == []
    help.close()


def test_a_newer_question_takes_the_place_of_one_that_waits(qtbot: QtBot, help: CodeHelp, tmp_path: Path) -> None:
    got: list[str] = []
    for name in ("first", "second", "third"):
        text = f"{name}_x = 1\n{name}_|"
        help.ask(question("complete", tmp_path, text), lambda found, name=name: got.append(name))

    qtbot.waitUntil(lambda: "third" in got)
    assert got == ["first", "third"]


def test_nothing_is_started_before_the_first_question_and_nothing_is_left(qtbot: QtBot, tmp_path: Path) -> None:
    owner = QObject()
    help = CodeHelp(owner, longest_answer_ms=PATIENCE_MS)
    assert help.pid is None
    answer(qtbot, help, question("complete", tmp_path, "ab = 1\na|"))
    pid = help.pid
    assert pid is not None

    help.close()

    qtbot.waitUntil(lambda: not Path(f"/proc/{pid}").exists() if sys.platform == "linux" else True)
