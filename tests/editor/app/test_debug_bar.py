"""The bar of a run: its texts give way when there is little room, and nothing beside it moves for them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolButton
from pytestqt.qtbot import QtBot

from editor.app.action_registry import ActionRegistry
from editor.app.debug_bar import DebugBar

SELDOM = ("debug.retry", "debug.skip", "debug.force")


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1600, 200)
    return window


@pytest.fixture
def registry(window: QMainWindow) -> ActionRegistry:
    registry = ActionRegistry(window)
    for id in SELDOM:
        registry[id].setEnabled(False)
    return registry


@pytest.fixture
def bar(window: QMainWindow, registry: ActionRegistry, qtbot: QtBot) -> DebugBar:
    bar = DebugBar(registry)
    bar.setParent(window)
    bar.show_lock("A run exists.")
    bar.resize(1500, 40)
    window.show()
    bar.show()
    return bar


def with_text(bar: DebugBar) -> set[str]:
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    buttons = [button for button in bar.findChildren(QToolButton) if button.isVisible()]
    return {button.defaultAction().objectName() for button in buttons if button.toolButtonStyle() == beside}


def test_texts_that_come_and_go_first_give_way_and_come_back(
    bar: DebugBar, registry: ActionRegistry, qtbot: QtBot
) -> None:
    registry["debug.skip"].setIconText("Skip the node with a rather long name")
    registry["debug.skip"].setEnabled(True)
    qtbot.waitUntil(lambda: "debug.skip" in with_text(bar))

    bar.resize(620, 40)
    qtbot.waitUntil(lambda: "debug.skip" not in with_text(bar))
    assert {"debug.run", "debug.step"} <= with_text(bar)
    assert max(button.geometry().right() for button in bar.findChildren(QToolButton) if button.isVisible()) < 620

    bar.resize(1500, 40)
    qtbot.waitUntil(lambda: "debug.skip" in with_text(bar))


def test_what_may_be_done_does_not_change_how_narrow_the_bar_may_be(bar: DebugBar, registry: ActionRegistry) -> None:
    """It stands above the canvas: a wider bar would push the state beside it about at each step."""
    before = bar.minimumSizeHint().width()

    for id in SELDOM:
        registry[id].setEnabled(True)

    assert bar.minimumSizeHint().width() == before


def test_a_text_that_grows_is_fitted_too(bar: DebugBar, registry: ActionRegistry, qtbot: QtBot) -> None:
    registry["debug.skip"].setEnabled(True)
    bar.resize(900, 40)
    qtbot.waitUntil(lambda: "debug.skip" in with_text(bar))

    registry["debug.skip"].setIconText("Skip a node with a name that is as long as the bar is wide" * 3)

    qtbot.waitUntil(lambda: "debug.skip" not in with_text(bar))
