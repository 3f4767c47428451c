"""A canvas that was shown one picture of a run after another looks like one that is shown only the last."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from editor.canvas.graph_view import GraphView
from editor.debugger.run_picture import EdgeLook, EdgeMoment, NodeLook, NodeMoment, RunPicture
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, EdgeId, EdgeSpec, GraphSpec, NodeSpec, PlainOutlet

NAMES = [f"n{number}" for number in range(12)]
LINES = [(START, "n0"), *itertools.pairwise(NAMES), ("n11", END)]
LOOKS = [NodeLook.DONE, NodeLook.RUNNING, NodeLook.NEXT, NodeLook.SKIPPED, NodeLook.FAILED]


def view_of() -> GraphView:
    graph = GraphSpec(
        nodes={name: NodeSpec(fn=f"nodes:{name}") for name in NAMES}, edges=tuple(EdgeSpec(*line) for line in LINES)
    )
    places = {name: (200 * index, 0) for index, name in enumerate((START, *NAMES, END))}
    return GraphView(UndoHistory(Document(graph, Layout(places))))


def picture(draw: random.Random) -> RunPicture:
    nodes = {
        name: NodeMoment(draw.choice(LOOKS), 1, duration_s=draw.choice([None, 0.1, 1.5, 9.0]))
        for name in draw.sample(NAMES, draw.randrange(len(NAMES)))
    }
    chosen = draw.sample(LINES, draw.randrange(len(LINES)))
    edges = {EdgeId(PlainOutlet(a), b): EdgeMoment(draw.choice(list(EdgeLook))) for a, b in chosen}
    return RunPicture(nodes=nodes, edges=edges)


@pytest.mark.parametrize("seed", range(5))
def test_pictures_in_turn_leave_what_the_last_one_shows(qtbot: Any, seed: int) -> None:
    draw = random.Random(seed)
    followed = view_of()
    qtbot.addWidget(followed)
    for _ in range(12):
        last = picture(draw)
        followed.graph_scene.show_run(last, 100.0)
        fresh = view_of()
        qtbot.addWidget(fresh)

        fresh.graph_scene.show_run(last, 100.0)

        shown, wanted = followed.graph_scene, fresh.graph_scene
        assert {n: (item.look, item.dress) for n, item in shown.nodes.items()} == {
            n: (item.look, item.dress) for n, item in wanted.nodes.items()
        }
        assert {e: item.look for e, item in shown.edges.items()} == {e: item.look for e, item in wanted.edges.items()}
