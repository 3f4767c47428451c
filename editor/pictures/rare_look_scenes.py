"""The scenes of ``screens`` with looks that need troubles: failed tasks, an error inside, waits, two forks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.debugger.run_state import Phase
from editor.pictures import scene_steps as steps
from editor.pictures.camera import Camera
from editor.pictures.claim_graph import BROKEN, MENDED, claim
from editor.pictures.screen_graphs import change_nodes, support_router

WAITED_S = 1.5
"""So long the person of the scene takes to answer: the wait is what the picture shows."""
FAILED_TASK = 3


async def troubles(camera: Camera, place: Path) -> None:
    """A fan-out of which two fail, a question that waits, an error in a subgraph, a result given by hand."""
    graph = claim(place)
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.FAILED)
    await steps.select(camera, "estimate")
    camera.editor.canvas.fan_outs.step("estimate", FAILED_TASK)
    await camera.settle()
    await camera.picture("fan-out-failed")
    change_nodes(graph, BROKEN, MENDED)
    await steps.trusting(camera, "Ctrl+F5", Phase.PAUSED)
    await camera.press("F5")
    await camera.until_phase(Phase.WAITING)
    await asyncio.sleep(WAITED_S)
    await camera.press("F5")
    await camera.settle()
    camera.write("half")
    await camera.press("Ctrl+Return")
    await camera.until_phase(Phase.FAILED)
    await camera.until_diff_is_shown()
    camera.editor.canvas.setFocus()
    await camera.press("1")
    await camera.picture("failed-inside")
    await camera.press("Ctrl+Alt+G")
    await camera.settle()
    await camera.picture("times-waits")
    await camera.press("Ctrl+Alt+J")
    await camera.press("Ctrl+Shift+F10")
    dialog = await camera.dialog("skip")
    camera.click_button(dialog, "Skip")
    await camera.until_phase(Phase.FINISHED)
    await camera.until_diff_is_shown()
    await camera.picture("given")


async def two_lines(camera: Camera, place: Path) -> None:
    """A fork with a name and a note, compared with the line that was left; what was due there is a ghost."""
    await steps.open_graph(camera, support_router(place))
    session, timeline = camera.editor.session, camera.editor.timeline
    await steps.trusting(camera, "F10")
    await steps.step(camera, 2)
    left = session.run_state.head
    assert left is not None, "it has run"
    await camera.press("Alt+Left")
    await steps.edit_value(camera, "intent", "technical")
    await camera.until(lambda: "plan_search" in steps.words_of_fork(camera), "where it leads")
    camera.click_button(camera.editor.state, "Fork and step")
    await camera.until(lambda: session.run_state.head != left and session.run_state.phase in steps.RESTING, "the fork")
    timeline.view.setFocus()
    for keys, words in (("F2", "as a technical case"), ("Shift+F2", "does the search find more?")):
        await camera.press(keys)
        await camera.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field")
        camera.write(words)
        await camera.press("Return")
        await camera.until(lambda words=words: _is_written(camera, words), "what was written")  # type: ignore[misc]  # bound now
    await steps.show_mode(camera, "Diff")
    row = timeline.rows.row_of(left)
    assert row is not None, "it is in the list"
    at = timeline.view.visualRect(timeline.rows.index(row, 2)).center()
    QTest.mouseClick(timeline.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    await camera.until(lambda: "other branch" in camera.editor.state.compare.box.currentText(), "the other branch")
    await camera.settle()
    await camera.picture("compare-forks")


def _is_written(camera: Camera, words: str) -> bool:
    return any(words in (branch.name, branch.note) for branch in camera.editor.session.run_state.branches)
