"""What of the timeline is in sight when its dock becomes smaller."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from editor.panels.timeline_panel import TimelinePanel
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> TimelinePanel:
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    panel.show()
    scripted.start()
    scripted.step(4)
    assert panel.view.currentIndex().row() == panel.rows.rowCount() - 1
    return panel


def is_in_sight(panel: TimelinePanel, row: int) -> bool:
    return panel.view.viewport().rect().contains(panel.view.visualRect(panel.rows.index(row, 1)).center())


def test_the_shown_step_stays_in_sight(panel: TimelinePanel) -> None:
    last = panel.rows.rowCount() - 1
    assert is_in_sight(panel, last)

    panel.resize(700, 220)

    assert is_in_sight(panel, last)


def test_who_has_scrolled_elsewhere_stays_there(panel: TimelinePanel) -> None:
    panel.resize(700, 220)
    panel.view.scrollToTop()

    panel.resize(700, 200)

    assert is_in_sight(panel, 0)
