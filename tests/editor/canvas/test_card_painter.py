"""What gives way on a card where there is no room for all of it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from editor.canvas.card_painter import strip_end
from editor.canvas.card_text import MIDDLE_SIZES, NEAR_SIZES
from editor.canvas.node_look import card_look
from editor.debugger.run_picture import NodeLook, NodeMoment
from editor.debugger.run_state import UsageFacts
from engine.graph.spec import GraphSpec, NodeSpec

GRAPH = GraphSpec(nodes={"plan": NodeSpec(fn="nodes:plan")})
ROOM = 144.0
"""Of the strip of a usual card."""


def test_visits_give_way_to_time_and_tokens(qtbot: QtBot) -> None:
    spent = NodeMoment(NodeLook.DONE, 12, 0.601, usage=UsageFacts(1100, 134, 1234))
    long = card_look(GRAPH, "plan", spent, has_run=True)
    short = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 2, 0.4), has_run=True)

    assert strip_end(short, ROOM, MIDDLE_SIZES) == "2 visits"
    assert strip_end(long, ROOM, MIDDLE_SIZES) == ""
    assert strip_end(long, 400.0, NEAR_SIZES) == "12 visits"
    assert long.icon_number == "12", "they stand beside the icon, too"


def test_how_far_a_subgraph_is_does_not_give_way(qtbot: QtBot) -> None:
    moment = NodeMoment(NodeLook.DONE, 1, 0.601, inside_done=(2, 5), usage=UsageFacts(1100, 134, 1234))

    assert strip_end(card_look(GRAPH, "plan", moment, has_run=True), 20.0, NEAR_SIZES) == "2/5"
