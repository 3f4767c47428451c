"""Which Python runs a graph, who chose it, and that it is asked about like the code it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from editor.app.project_python import ENTRY, ProjectPythons, name_in_words, python_entry
from editor.app.python_dialog import PythonDialog
from editor.app.run_permission import RunPermission
from editor.app.trust import TrustStore
from editor.app.trust_dialog import TrustDialog
from engine.runner.interpreter import interpreter_at, own_interpreter
from tests.editor.app.asking import Run, answering
from tests.editor.app.test_trust import graph_in
from tests.environments import fake_environment, was_started

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environments here are laid out as on POSIX")


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "nodes.py").write_text("def work(state):\n    return {}\n", encoding="utf-8")
    return graph_in(folder)


@pytest.fixture
def pythons(tmp_path: Path) -> ProjectPythons:
    return ProjectPythons(tmp_path / "profile" / "pythons.json")


@pytest.fixture
def permission(window: QWidget, tmp_path: Path, pythons: ProjectPythons) -> RunPermission:
    return RunPermission(window, TrustStore(tmp_path / "profile" / "trusted_code.json"), pythons)


def test_without_a_choice_it_is_the_nearest_environment_else_the_editors_own(
    graph: Path, pythons: ProjectPythons
) -> None:
    assert pythons.of(graph) == own_interpreter()

    environment = fake_environment(graph.parent / ".venv")

    assert pythons.of(graph).environment == environment
    assert pythons.program_for(graph) == str(environment / "bin" / "python")


def test_the_editors_own_environment_in_the_folder_is_nothing_new(graph: Path, pythons: ProjectPythons) -> None:
    (graph.parent / ".venv").symlink_to(sys.prefix)

    assert pythons.of(graph) == own_interpreter()


def test_a_choice_holds_for_the_folder_until_it_is_taken_back(
    tmp_path: Path, graph: Path, pythons: ProjectPythons
) -> None:
    near, other = fake_environment(graph.parent / ".venv"), fake_environment(tmp_path / "other")

    pythons.choose(graph, interpreter_at(other))
    assert ProjectPythons(tmp_path / "profile" / "pythons.json").of(graph).environment == other
    pythons.choose(graph, own_interpreter())
    assert pythons.of(graph.with_name("second.graph.json")) == own_interpreter()
    pythons.choose(graph, None)

    assert pythons.of(graph).environment == near


def test_all_that_is_known_is_offered_once(tmp_path: Path, graph: Path, pythons: ProjectPythons) -> None:
    near, other = fake_environment(graph.parent / "venv"), fake_environment(tmp_path / "other")
    pythons.choose(graph, interpreter_at(near))
    pythons.choose(tmp_path / "elsewhere" / "plan.graph.json", interpreter_at(other))

    assert pythons.offers(graph) == (interpreter_at(near), interpreter_at(other), own_interpreter())


def test_the_name_tells_version_and_environment(graph: Path) -> None:
    near = interpreter_at(fake_environment(graph.parent / ".venv"))

    assert name_in_words(near) == "Python 3.12.1 (.venv)"
    assert name_in_words(own_interpreter()) == f"Python {own_interpreter().version}"


def link_elsewhere(environment: Path) -> None:
    (environment / "bin" / "python").unlink()
    (environment / "bin" / "python").symlink_to("/nowhere/python3")


def write_other_program(environment: Path) -> None:
    (environment / "bin" / "python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")


def write_other_configuration(environment: Path) -> None:
    (environment / "pyvenv.cfg").write_text("home = /nowhere\n", encoding="utf-8")


@pytest.mark.parametrize("change", [link_elsewhere, write_other_program, write_other_configuration])
def test_a_python_that_somebody_changed_is_asked_about_again(
    graph: Path, permission: RunPermission, window: QWidget, run: Run, change: Callable[[Path], None]
) -> None:
    environment = fake_environment(graph.parent / ".venv")

    async def work() -> None:
        assert not permission.is_given(graph)
        assert await answering(window, permission.ask(graph), "Trust this folder and run")
        assert permission.is_given(graph)
        change(environment)
        assert not permission.is_given(graph)

    run(work())
    assert not was_started(environment)


def test_an_environment_that_appears_in_a_trusted_folder_is_asked_about(
    graph: Path, permission: RunPermission, window: QWidget, run: Run
) -> None:
    async def work() -> None:
        assert await answering(window, permission.ask(graph), "Trust this folder and run")
        environment = fake_environment(graph.parent / ".venv")
        asking = permission.ask(graph)
        answer = answering(window, asking, "Cancel")
        assert not permission.is_given(graph)
        assert not await answer
        assert not was_started(environment)

    run(work())


def test_the_question_names_the_python_and_shows_what_it_is(window: QWidget, graph: Path) -> None:
    environment = fake_environment(graph.parent / ".venv")
    (entry,) = python_entry(interpreter_at(environment))

    dialog = TrustDialog(window, graph, (entry,), TrustStore(graph.with_name("none.json")).verdict(graph, (entry,)))

    assert dialog.files.item(0).text() == ENTRY
    assert str(environment / "bin" / "python") in dialog.shown.source.toPlainText()
    assert "version = 3.12.1" in dialog.shown.source.toPlainText()
    assert python_entry(own_interpreter()) == ()


def test_who_chooses_a_python_in_the_window_is_not_asked_again(
    tmp_path: Path, graph: Path, permission: RunPermission, window: QWidget, run: Run
) -> None:
    other = interpreter_at(fake_environment(tmp_path / "other"))

    async def work() -> None:
        permission.choose_python(graph, other)
        assert not permission.is_given(graph), "the code is not trusted yet"
        permission.choose_python(graph, None)
        assert await answering(window, permission.ask(graph), "Trust this folder and run")
        permission.choose_python(graph, other)
        assert permission.is_given(graph)

    run(work())


def test_a_python_that_is_not_there_is_told_before_anything_is_asked(
    graph: Path, permission: RunPermission, window: QWidget, run: Run
) -> None:
    link_elsewhere(fake_environment(graph.parent / ".venv"))

    async def work() -> None:
        assert not await answering(window, permission.ask(graph), "Close")

    run(work())


def test_the_dialog_takes_no_python_that_is_not_there(
    tmp_path: Path, graph: Path, pythons: ProjectPythons, window: QWidget
) -> None:
    broken = fake_environment(graph.parent / ".venv")
    link_elsewhere(broken)
    dialog = PythonDialog(window, graph.parent, pythons.found(graph), None, pythons.offers(graph))

    assert not dialog._take.isEnabled() and dialog.interpreter is None
    dialog.show_interpreter(interpreter_at(fake_environment(tmp_path / "other")))

    assert dialog._take.isEnabled()
    assert dialog.interpreter == interpreter_at(tmp_path / "other")
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == [
        "Found by itself: Python 3.12.1 (.venv)",
        "Python 3.12.1 (.venv)",
        f"Python {own_interpreter().version}: Stepgraph's own",
        "Python 3.12.1 (other)",
    ]
