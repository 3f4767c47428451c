"""The editor is killed in the middle of editing; the next start offers every edit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    editor = Editor(app, runner_processes(loop))
    editor.window.show()
    await editor.start(Path(sys.argv[1]))
    for number in range(20):
        editor.history.do(commands.add_node(editor.history.document, f"extra_{number}", (0, 100 * number)))
    print("edited", flush=True)
    await asyncio.sleep(600)

with loop:
    loop.run_until_complete(edit())
"""


def test_a_killed_editor_loses_no_edit_and_the_file_is_untouched(travel: Travel, example_graph: Path) -> None:
    before = example_graph.read_bytes()
    editor = subprocess.Popen(
        [sys.executable, "-c", EDIT_AND_HANG, str(example_graph)],
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
