"""Nodes that stand in one step share a ground that bears the step's number."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from editor.canvas.items import BandItem
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from tests.editor.canvas.test_pictures_in_turn import view_of


def test_nodes_of_one_step_have_its_number_and_one_alone_has_none(qtbot: QtBot) -> None:
    view = view_of()
    qtbot.addWidget(view)
    band = next(item for item in view.graph_scene.items() if isinstance(item, BandItem))
    due = NodeMoment(NodeLook.NEXT)

    view.show_run(RunPicture({"n0": due, "n1": due}, step=7))
    assert band.words == "step 7"
    assert not band.boundingRect().isEmpty()
    view.show_run(RunPicture({"n0": due, "n1": due}, step=8))
    assert band.words == "step 8"
    view.show_run(RunPicture({"n0": due}, step=9))
    assert band.words == ""
