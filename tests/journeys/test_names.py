"""A walk over every dock, bar and dialog of the window: what the keyboard reaches says what it is, icons have tips."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from editor.app.hands import Hands
from editor.debugger.breakpoints import Breakpoint
from editor.debugger.run_state import Phase
from editor.theme.icons import icon
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run

pytestmark = pytest.mark.journey

KINDS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QPlainTextEdit)
OF_QT = ("qt_", "_q_", "ScrollLeftButton", "ScrollRightButton")
"""Names of parts that Qt makes inside its own widgets."""


def troubles(root: QWidget) -> list[str]:
    """Each part that takes the focus and has no name, and each button with a mere icon that has no tip."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, KINDS) or not widget.isVisible() or widget.objectName().startswith(OF_QT):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        what = f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        inside = isinstance(widget.parentWidget(), (QComboBox, QAbstractItemView))
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not inside and not (widget.accessibleName() or text):
            found.append(f"no name: {what}")
        is_icon = isinstance(widget, QAbstractButton) and not text and not widget.icon().isNull()
        if is_icon and not widget.toolTip() and not isinstance(widget.parentWidget(), (QLineEdit, QDockWidget)):
            found.append(f"no tip: {what} {widget.accessibleName()}")
    return sorted(set(found))


def test_every_part_of_the_window_has_a_name_and_every_icon_a_tip(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        window, registry = hands.window, hands.window.registry
        found = {"welcome": troubles(window)}
        await open_graph(hands, example_graph)
        hands.editor.session.add_breakpoint(Breakpoint("", node="format", condition="attempts > 100"))
        hands.editor.marks.add_watch("intent")
        await trust_and_run(hands, Phase.FINISHED)
        hands.editor.canvas.select(["classify"])
        for dock in window.findChildren(QDockWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            window.show_dock(dock)
            await hands.settle()
            found[dock.windowTitle()] = troubles(window)
        for action in ("app.settings", "file.new_from_template", "help.keys", "help.about"):
            registry[action].trigger()
            await hands.until(lambda: any(d.isVisible() for d in window.findChildren(QDialog)), action)
            (dialog,) = [each for each in window.findChildren(QDialog) if each.isVisible()]
            pages = dialog.findChild(QTabWidget)
            for page in range(pages.count() if pages is not None else 1):
                if pages is not None:
                    pages.setCurrentIndex(page)
                await hands.settle()
                found[f"{action} {page}"] = troubles(dialog)
            dialog.reject()
            await hands.settle()

        assert {where: what for where, what in found.items() if what} == {}

    travel(journey)


def test_the_walk_finds_a_nameless_field_and_an_icon_without_a_tip(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    QLineEdit(root)
    button = QToolButton(root)
    button.setIcon(icon("trash"))
    button.setAccessibleName("Remove")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    root.show()

    assert troubles(root) == ["no name: QLineEdit in QWidget", "no tip: QToolButton in QWidget Remove"]
