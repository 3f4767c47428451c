"""The coverage panel over one run and over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from editor.debugger.session import RequestHandle
from editor.panels.coverage_panel import NODE_ROLE, CoveragePanel
from engine.graph.spec import BranchSpec, GraphSpec, NodeSpec, RouterSpec
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def panel(scripted: Scripted, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> CoveragePanel:
    counted = {"threads": 3, "more": 0, "nodes": {"classify": 7}, "routes": []}

    def count(_thread: str, on_done: Callable[[Any], None], _on_error: Callable[[str], None]) -> RequestHandle:
        on_done(counted)
        return RequestHandle()

    monkeypatch.setattr(scripted.session, "count_visits", count)
    panel = CoveragePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_all_runs_are_counted_when_they_are_wanted(panel: CoveragePanel, scripted: Scripted) -> None:
    scripted.start()
    panel.refresh()
    assert panel.coverage.nodes["classify"] == 0

    panel.all_runs.click()

    assert panel.coverage.nodes["classify"] == 7
    assert panel.summary.full_text.endswith("3 runs, all their forks")
    panel.all_runs.click()
    assert panel.coverage.nodes["classify"] == 0
    assert panel.summary.full_text.endswith("all forks of this run")


def test_all_runs_are_shown_without_an_open_run(panel: CoveragePanel) -> None:
    panel.all_runs.click()

    assert panel.coverage.nodes["classify"] == 7


def test_what_ran_within_a_subgraph_is_asked_of_the_run_database(
    panel: CoveragePanel, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def count(thread: str, on_done: Callable[[Any], None], _on_error: Callable[[str], None]) -> RequestHandle:
        asked.append(thread)
        nodes = {"classify": 1, "deep": 2, "deep/k": 2}
        on_done({"threads": 1, "more": 0, "nodes": nodes, "routes": [["deep/k", "", "again", 1]]})
        return RequestHandle()

    monkeypatch.setattr(scripted.session, "count_visits", count)
    again = RouterSpec("n:r", (BranchSpec("again", "k"), BranchSpec("never", "late")))
    inner = GraphSpec(nodes={"k": NodeSpec("n:k"), "late": NodeSpec("n:l")}, routers={"k": (again,)})
    monkeypatch.setattr(
        type(scripted.session), "graph", GraphSpec(nodes={"classify": NodeSpec("n:c"), "deep": NodeSpec(graph=inner)})
    )
    scripted.start()
    panel.refresh()

    assert asked[-1] == scripted.session.run_state.thread_id
    assert panel.coverage.nodes == {"classify": 1, "deep": 2, "deep/k": 2, "deep/late": 0}
    assert panel.summary.full_text == "3 of 4 nodes ran · 1 of 2 branches taken · all forks of this run"
    rows = [panel.list.topLevelItem(row) for row in range(panel.list.topLevelItemCount())]
    assert {row.text(0): row.data(0, NODE_ROLE) for row in rows if row}["deep/k"] == "deep"
