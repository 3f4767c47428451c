"""A project with an environment of its own: its graph runs on that, after the question, or on another one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from editor.app.hands import Hands
from editor.app.python_dialog import PythonDialog
from editor.debugger.run_state import Phase
from engine.runner.interpreter import interpreter_at, own_interpreter
from tests.environments import PACKAGE, another_python, fake_environment, make_environment, was_started
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(os.name == "nt", reason="the environments here are laid out as on POSIX"),
]


@pytest.fixture
def needy_graph(example_graph: Path) -> Path:
    """The example, with a package that only the project's environment has. It leaves a file that tells where it ran."""
    nodes = example_graph.with_name("nodes.py")
    needs = f"import {PACKAGE}, pathlib, sys\npathlib.Path(__file__).with_name('ran_on').write_text(sys.prefix)\n"
    nodes.write_text(nodes.read_text().replace("from typing import Any\n", f"from typing import Any\n{needs}"))
    return example_graph


def test_the_graph_runs_on_the_environment_of_its_project(travel: Travel, needy_graph: Path) -> None:
    environment = make_environment(needy_graph.parent / ".venv")

    async def journey(hands: Hands) -> None:
        await open_graph(hands, needy_graph)
        status = hands.window.status
        assert status.python_text.endswith("(.venv)")
        packages = hands.editor.inspector.code_help.packages
        assert packages is not None and (packages / f"{PACKAGE}.py").is_file(), "completion knows them"
        await hands.press("F5")
        dialog = await hands.dialog("trust")
        assert "Python" in [dialog.files.item(row).text() for row in range(dialog.files.count())]
        hands.click_button(dialog, "Trust this folder and run")
        await hands.until_phase(Phase.FINISHED)

    travel(journey)
    assert needy_graph.with_name("ran_on").read_text() == str(environment)


def test_nothing_of_the_environment_is_started_without_trust(travel: Travel, example_graph: Path) -> None:
    environment = fake_environment(example_graph.parent / ".venv")

    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        hands.click_scene(hands.editor.canvas.node_rect("classify").center())
        await hands.press("F5")
        dialog = await hands.dialog("trust")
        hands.click_button(dialog, "Cancel")
        await hands.until(lambda: not dialog.isVisible(), "the dialog to go")
        await hands.settle()

    travel(journey)
    assert not was_started(environment)


def test_an_environment_that_is_broken_is_told_and_another_python_takes_its_place(
    travel: Travel, example_graph: Path
) -> None:
    environment = make_environment(example_graph.parent / ".venv")
    program = interpreter_at(environment).path
    program.unlink()
    program.symlink_to("/nowhere/python3")

    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await hands.press("F5")
        question = await hands.dialog("question")
        hands.click_button(question, "Choose Python…")
        dialog = await hands.dialog("python")
        assert isinstance(dialog, PythonDialog)
        dialog.list.setCurrentRow(dialog.list.count() - 1)
        assert dialog.interpreter == own_interpreter()
        hands.click_button(dialog, "Use this Python")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.FINISHED)
        assert hands.window.status.python_text == f"Python {own_interpreter().version}"

    travel(journey)


def test_a_python_that_breaks_after_a_run_leaves_the_run_as_it_is(travel: Travel, example_graph: Path) -> None:
    environment = make_environment(example_graph.parent / ".venv")

    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await trust_and_run(hands, Phase.FINISHED)
        checkpoints = len(hands.editor.session.run_state.checkpoints)
        program = interpreter_at(environment).path
        program.unlink()
        await hands.press("F5")
        question = await hands.dialog("question")
        hands.click_button(question, "Close")
        await hands.until(lambda: not question.isVisible(), "the question to go")
        assert hands.editor.session.run_state.phase is Phase.FINISHED
        assert len(hands.editor.session.run_state.checkpoints) == checkpoints

    travel(journey)


def test_a_python_that_turns_out_to_be_too_old_is_told_with_the_way_to_another(
    travel: Travel, example_graph: Path
) -> None:
    environment = make_environment(example_graph.parent / ".venv", another_python("3.10"))
    configuration = environment / "pyvenv.cfg"
    told = [line for line in configuration.read_text().splitlines() if not line.startswith("version")]
    configuration.write_text("\n".join(told))

    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await hands.press("F5")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        question = await hands.dialog("question")
        assert any("is Python 3.10." in label.text() for label in question.findChildren(QLabel))
        hands.click_button(question, "Choose Python…")
        await hands.dialog("python")
        await hands.press("Escape")
        assert hands.editor.session.run_state.phase is Phase.NO_RUN

    travel(journey)
