"""The editor is killed in the middle of editing; the next start offers every edit."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shiboken6 import isValid

from editor.app.hands import Hands
from tests.journeys.conftest import Travel
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]

EDIT_AND_HANG = """
import asyncio, sys
from pathlib import Path
import qasync
from PySide6.QtWidgets import QApplication
from editor.app.wiring import Editor
from editor.debugger.runner_process import runner_processes
from editor.document import commands

app = QApplication([])
loop = qasync.QEventLoop(app)
asyncio.set_event_loop(loop)

async def edit():
    first = Editor(app, runner_processes(loop))
    first.window.show()
    for graph in sys.argv[1:]:
        editor = first.windows.open_another(first) if first.files.has_document else first
        await editor.open_and_wait(Path(graph))
        for number in range(20):
            editor.history.do(commands.add_node(editor.history.document, f"extra_{number}", (0, 100 * number)))
    print("edited", flush=True)
    await asyncio.sleep(600)

with loop:
    loop.run_until_complete(edit())
"""


def edit_and_kill(*graphs: Path) -> None:
    editor = subprocess.Popen(
        [sys.executable, "-c", EDIT_AND_HANG, *map(str, graphs)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert editor.stdout is not None
    assert editor.stdout.readline() == "edited\n"
    editor.kill()
    editor.wait(PATIENCE_S)
    editor.stdout.close()


def test_a_killed_editor_loses_no_edit_and_the_file_is_untouched(travel: Travel, example_graph: Path) -> None:
    before = example_graph.read_bytes()
    edit_and_kill(example_graph)
    assert example_graph.read_bytes() == before

    async def journey(hands: Hands) -> None:
        hands.editor.tasks.start(hands.editor.start(None))
        dialog = await hands.dialog("question")
        hands.click_button(dialog, "Recover")
        await hands.until(lambda: hands.editor.files.path == example_graph, "the recovered graph")

        nodes = hands.editor.history.document.graph.nodes
        assert all(f"extra_{number}" in nodes for number in range(20))
        assert hands.window.isWindowModified()
        await hands.press("Ctrl+Z")
        assert "extra_0" not in hands.editor.history.document.graph.nodes
        await hands.press("Ctrl+Y")
        await hands.press("Ctrl+S")
        await hands.until(lambda: not hands.editor.history.is_modified, "the save")
        assert b"extra_19" in example_graph.read_bytes()

    travel(journey)


def test_the_file_that_the_start_names_is_opened_beside_another_graph_that_is_recovered(
    travel: Travel, example_graph: Path
) -> None:
    edit_and_kill(example_graph)
    named = example_graph.with_name("named.graph.json")
    named.write_text(example_graph.read_text(encoding="utf-8"), encoding="utf-8")

    async def journey(hands: Hands) -> None:
        first = hands.editor
        first.tasks.start(first.start(named))
        hands.click_button(await hands.dialog("question"), "Recover")
        await hands.until(lambda: len(first.windows.editors) == 2, "the window for the named graph")
        second = first.windows.editors[1]
        await hands.until(lambda: second.files.path == named, "the named graph")

        assert first.files.path == example_graph
        assert "extra_19" in first.history.document.graph.nodes
        assert "extra_19" not in second.history.document.graph.nodes
        second.close()
        await hands.until(lambda: len(first.windows.editors) == 1, "the end of the second window")
        await hands.press("Ctrl+S")
        await hands.until(lambda: not first.history.is_modified, "the save")

    travel(journey)


def test_two_graphs_that_were_left_are_recovered_at_one_start_each_in_its_window(
    travel: Travel, example_graph: Path
) -> None:
    other = example_graph.with_name("other.graph.json")
    other.write_text(example_graph.read_text(encoding="utf-8"), encoding="utf-8")
    edit_and_kill(example_graph, other)

    async def journey(hands: Hands) -> None:
        first = hands.editor
        start = asyncio.ensure_future(first.start(example_graph))
        for _ in range(2):
            dialog = await hands.dialog("question")
            hands.click_button(dialog, "Recover")
            await hands.until(lambda asked=dialog: not isValid(asked) or not asked.isVisible(), "the next question")
        await start

        editors = first.windows.editors
        assert {editor.files.path for editor in editors} == {example_graph, other}
        assert all("extra_19" in editor.history.document.graph.nodes for editor in editors)
        for editor in editors:
            await editor.files.save()
        editors[1].close()
        await hands.until(lambda: len(first.windows.editors) == 1, "the end of the second window")

    travel(journey)


def test_the_file_that_the_start_names_is_not_opened_again_over_its_own_recovered_edits(
    travel: Travel, example_graph: Path
) -> None:
    edit_and_kill(example_graph)

    async def journey(hands: Hands) -> None:
        editor = hands.editor
        start = asyncio.ensure_future(editor.start(example_graph))
        hands.click_button(await hands.dialog("question"), "Recover")
        await start

        assert len(editor.windows.editors) == 1
        assert "extra_19" in editor.history.document.graph.nodes
        assert editor.history.is_modified
        await hands.press("Ctrl+S")
        await hands.until(lambda: not editor.history.is_modified, "the save")

    travel(journey)
