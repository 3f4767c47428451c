"""What is known of subgraphs when a run is opened again."""

from __future__ import annotations

import json
from pathlib import Path

from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from engine.graph.graph_file import read_graph
from tests.editor.debugger.test_session_with_a_real_runner import Desk, Sit
from tests.editor.debugger.test_session_with_a_real_runner import sit as sit

INNER = {
    "nodes": {"k": {"fn": "inner_nodes:k"}, "breaks": {"fn": "inner_nodes:breaks"}},
    "edges": [
        {"from": "__start__", "to": "k"},
        {"from": "k", "to": "breaks"},
        {"from": "breaks", "to": "__end__"},
    ],
}
GRAPH = {
    "format": "stategraph",
    "format_version": "1.0",
    "name": "outer",
    "state": "inner_nodes:State",
    "nodes": {"deep": {"graph": INNER}},
    "edges": [{"from": "__start__", "to": "deep"}, {"from": "deep", "to": "__end__"}],
}
NODES = """
from typing import TypedDict

class State(TypedDict, total=False):
    text: str

def k(state):
    return {"text": "k"}

def breaks(state):
    raise ValueError("no such plan")
"""


def test_a_run_that_failed_within_a_subgraph_tells_where_when_it_is_opened_again(sit: Sit, tmp_path: Path) -> None:
    path = tmp_path / "outer.graph.json"
    path.write_text(json.dumps(GRAPH), encoding="utf-8")
    (tmp_path / "inner_nodes.py").write_text(NODES, encoding="utf-8")

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run({}, thread_id="t")
        await desk.until(Phase.FAILED)
        assert session.picture.nodes["deep"].inside == "breaks"
        session.stop()
        await desk.until(Phase.STOPPED)
        session.open_graph(path, read_graph(path))
        assert not session.run_state.inside

        session.open_thread("t")
        await desk.until_true(lambda: bool(session.run_state.inside))

        moment = session.picture.nodes["deep"]
        assert (moment.look, moment.inside, moment.inside_done) == (NodeLook.FAILED, "breaks", (1, 2))
        assert session.picture.inside[("deep",)].nodes["breaks"].look is NodeLook.FAILED

    sit(work)
