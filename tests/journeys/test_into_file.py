"""A subgraph of another file is debugged: its drawing comes up in a window of its own and follows the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.file_run_window import FileRunWindow
from editor.app.hands import Hands
from editor.canvas.node_look import STYLES
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_start_stepping

pytestmark = pytest.mark.journey

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "outer", "state": "parts:State",
  "nodes": {"first": {"fn": "parts:first"}, "other": {"graph": "child.graph.json"}},
  "edges": [{"from": "__start__", "to": "first"}, {"from": "first", "to": "other"}, {"from": "other", "to": "__end__"}]
}"""
CHILD = """{
  "format": "stategraph", "format_version": "1.0", "name": "child", "state": "parts:State",
  "nodes": {"c1": {"fn": "parts:first"}, "c2": {"fn": "parts:first"}},
  "edges": [{"from": "__start__", "to": "c1"}, {"from": "c1", "to": "c2"}, {"from": "c2", "to": "__end__"}]
}"""
PARTS = """
from typing import TypedDict


class State(TypedDict, total=False):
    count: int


def first(state):
    return {"count": state.get("count", 0) + 1}
"""


def windows(hands: Hands) -> list[FileRunWindow]:
    return [window for window in hands.window.findChildren(FileRunWindow) if window.isVisible()]


def looks(window: FileRunWindow) -> dict[str, NodeLook]:
    """As painted in it."""
    known = {id(style): look for look, style in STYLES.items()}
    return {name: known[id(item.look.style)] for name, item in window.canvas.graph_scene.nodes.items()}


def test_the_drawing_of_a_file_follows_the_run_inside_it(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "child.graph.json").write_text(CHILD, encoding="utf-8")
    (folder / "parts.py").write_text(PARTS, encoding="utf-8")
    outer = folder / "outer.graph.json"
    outer.write_text(GRAPH, encoding="utf-8")

    async def journey(hands: Hands) -> None:
        session, picture = hands.editor.session, lambda: hands.editor.session.picture
        await open_graph(hands, outer)
        hands.editor.inputs.picker.edit.set_text("{}")
        await trust_and_start_stepping(hands)
        await hands.press("F10")
        await hands.until(lambda: picture().nodes["other"].look is NodeLook.NEXT, "the subgraph is next")
        await hands.until_phase(Phase.PAUSED)
        assert windows(hands) == []

        await hands.press("F11")
        await hands.until(lambda: bool(windows(hands)), "the window of the file")
        (window,) = windows(hands)
        await hands.until(lambda: looks(window).get("c1") is NodeLook.NEXT, "c1 is next in the window")
        assert picture().nodes["other"].inside == "c1"
        assert picture().nodes["other"].inside_done == (0, 2)

        await hands.until_phase(Phase.PAUSED)
        hands.window.activateWindow()
        await hands.press("F10")
        await hands.until(lambda: looks(window).get("c2") is NodeLook.NEXT, "c2 is next in the window")
        assert looks(window)["c1"] is NodeLook.DONE
        assert windows(hands) == [window], "the same window, no second one"

        window.close()
        await hands.until(lambda: windows(hands) == [], "the window to be closed")
        hands.editor.levels.activate("other")
        assert len(windows(hands)) == 1, "opening the node shows the run, not the file"
        await hands.until_phase(Phase.PAUSED)
        window = windows(hands)[0]
        await hands.press("Shift+F11")
        await hands.until_phase(Phase.FINISHED)

        window.canvas.breakpoint_toggled.emit("c2")
        await hands.until_phase(Phase.FINISHED)
        session.restart()
        await hands.until(lambda: session.stopped_within == (("other",),), "the breakpoint in the file")
        await hands.until_phase(Phase.PAUSED)
        (window,) = windows(hands)
        await hands.until(lambda: looks(window).get("c2") is NodeLook.NEXT, "the run stands before it")
        session.resume()
        await hands.until_phase(Phase.FINISHED)
        hands.editor.control.close_run()
        await hands.until(lambda: windows(hands) == [], "the window goes with the run")

    travel(journey)
