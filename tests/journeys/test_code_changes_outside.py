"""A module changes on disk while the run is paused and the window stays in front: it is noticed, nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.breakpoints import Breakpoint
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, ran, step
from tests.runner.small_graphs import write_graph

pytestmark = pytest.mark.journey

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "chain", "state": "STATE:State",
  "nodes": {"a": {"fn": "NODES:a"}, "b": {"fn": "NODES:b"}, "c": {"fn": "NODES:c"}},
  "edges": [{"from": "__start__", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "c"},
            {"from": "c", "to": "__end__"}]
}"""
NODES = "".join(f"def {name}(state):\n    return {{'log': ['{name}']}}\n\n" for name in "abc")


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    folder = tmp_path / "chain"
    folder.mkdir()
    return write_graph(folder, GRAPH, NODES)


def replaced(path: Path, text: str) -> None:
    """As editors save: written beside, then put in the place."""
    beside = path.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def test_changed_code_is_noticed_without_leaving_the_window(travel: Travel, graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        session, toast = hands.editor.session, hands.window.toast
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "x"}')
        session.add_breakpoint(Breakpoint("", node="c"))
        await hands.press("F10")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        await step(hands)
        thread, breakpoints = session.run_state.thread_id, session.breakpoint_list
        where = hands.editor.canvas.transform()
        module = next(graph.parent.glob("nodes_*.py"))

        replaced(module, NODES.replace("['b']", "['mended b']"))
        await hands.until(lambda: "What runs next is the new code" in toast.text, "the word about the new code")
        replaced(module, NODES.replace("def b(state):", "def b(state:"))
        await hands.until(lambda: "keeps the last good code" in toast.text, "the word about the broken code")
        module.write_text(NODES.replace("['b']", "['mended again']"), encoding="utf-8")
        await hands.until(lambda: "What runs next is the new code" in toast.text, "the word about the mended code")

        await hands.press("F5")
        # Others have written the code that runs next, so it is shown once more before it does.
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until(lambda: session.run_state.phase is Phase.PAUSED and ran(hands) == ("b",), "the breakpoint")
        assert (session.run_state.thread_id, session.breakpoint_list) == (thread, breakpoints)
        assert hands.editor.canvas.transform() == where
        seen: list[object] = []
        session.read_state(session.run_state.head or "", ("log",), seen.append)
        await hands.until(lambda: seen, "the state")
        assert "mended again" in str(seen)

    travel(journey)
