"""What all panels keep: names for screen readers, both themes, room for their words, both sizes of a dock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from editor.debugger.own_marks import OwnMarks
from editor.document.undo_history import UndoHistory
from editor.panels.answer_card import AnswerCard
from editor.panels.breakpoints_panel import BreakpointsPanel
from editor.panels.coverage_panel import CoveragePanel
from editor.panels.error_card import ErrorCard
from editor.panels.input_picker import InputPicker
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.output_panel import OutputPanel
from editor.panels.past_banner import PastBanner
from editor.panels.problems_panel import ProblemsPanel
from editor.panels.run_search_panel import RunSearchPanel
from editor.panels.state_panel import StatePanel
from editor.panels.threads_panel import ThreadsPanel
from editor.panels.timeline_panel import TimelinePanel
from editor.panels.times_panel import TimesPanel
from editor.panels.watch_panel import WatchPanel
from editor.theme.palette import apply_theme
from tests.editor.panels.scripted import UNCLEAR, Scripted

PANELS: dict[str, Callable[[Scripted, UndoHistory], QWidget]] = {
    "answer card": lambda scripted, history: AnswerCard(scripted.session),
    "breakpoints": lambda scripted, history: BreakpointsPanel(scripted.session),
    "error card": lambda scripted, history: ErrorCard(scripted.session),
    "input picker": lambda scripted, history: InputPicker(scripted.session),
    "inspector": lambda scripted, history: InspectorPanel(history, Path(scripted.graph_path.parent)),
    "output": lambda scripted, history: OutputPanel(scripted.session),
    "past banner": lambda scripted, history: PastBanner(scripted.session),
    "problems": lambda scripted, history: ProblemsPanel(history),
    "state": lambda scripted, history: StatePanel(scripted.session),
    "coverage": lambda scripted, history: CoveragePanel(scripted.session),
    "run search": lambda scripted, history: RunSearchPanel(scripted.session),
    "times": lambda scripted, history: TimesPanel(scripted.session),
    "watch": lambda scripted, history: WatchPanel(scripted.session, OwnMarks()),
    "threads": lambda scripted, history: ThreadsPanel(scripted.session),
    "timeline": lambda scripted, history: TimelinePanel(scripted.session),
}


@pytest.fixture(params=sorted(PANELS))
def panel(request: pytest.FixtureRequest, qtbot: QtBot, scripted: Scripted, history: UndoHistory) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(480, 600)
    panel = PANELS[request.param](scripted, history)
    panel.setParent(window)
    panel.resize(480, 600)
    panel._window = window  # type: ignore[attr-defined]  # the window lives as long as the panel
    window.show()
    if isinstance(panel, InspectorPanel):
        panel.show_nodes(["classify"])
    return panel


def test_every_focusable_part_has_a_name_for_screen_readers(panel: QWidget, scripted: Scripted) -> None:
    scripted.session.toggle_breakpoint("format")
    scripted.run(UNCLEAR)
    panel.show()

    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not isinstance(widget, (QLabel, QScrollBar))
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and widget.parent() is not None
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ != "QScrollArea"
    ]

    assert nameless == []


def test_a_panel_draws_itself_in_both_themes(panel: QWidget, scripted: Scripted, qapp: QApplication) -> None:
    scripted.run(UNCLEAR)
    panel.show()
    light = panel.grab().toImage()

    apply_theme(qapp, "dark")

    dark = panel.grab().toImage()
    corner = (4, panel.height() - 4)
    assert light.pixelColor(*corner).lightness() > 200
    assert dark.pixelColor(*corner).lightness() < 60


def test_no_label_is_cut_in_a_narrow_dock(panel: QWidget, scripted: Scripted, qapp: QApplication) -> None:
    scripted.run(UNCLEAR)
    panel.show()
    panel.resize(340, 600)
    qapp.processEvents()

    cut = [
        label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label.text() and not _fits(label)
    ]

    assert cut == []


def _fits(label: QLabel) -> bool:
    if label.wordWrap():
        return label.height() >= label.heightForWidth(label.width())
    return label.width() >= label.fontMetrics().horizontalAdvance(label.text())
