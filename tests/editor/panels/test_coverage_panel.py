"""The coverage panel over one run and over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from editor.debugger.session import RequestHandle
from editor.panels.coverage_panel import CoveragePanel
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def panel(scripted: Scripted, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> CoveragePanel:
    counted = {"threads": 3, "more": 0, "nodes": {"classify": 7}, "routes": []}

    def count(on_done: Callable[[Any], None], _on_error: Callable[[str], None]) -> RequestHandle:
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
