"""Works the window as a person does: real key presses, real mouse events at real places, and waiting for what follows.

Used by the demo and by the journeys of the tests. Knows where things are on screen, never reaches behind the widgets to
do something; a wait fails with words after its time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QPushButton, QWidget

from editor.app.wiring import Editor
from editor.debugger.run_state import Phase
from editor.panels.diff_view import DiffView
from editor.widgets.segmented import Segmented
from engine.time_travel.state_diff import StateDiff

LONGEST_WAIT_S = 400.0  # only how long a failure takes to be told; a busy machine is no failure
LOOK_AGAIN_S = 0.002
DRAG_STEPS = 6
OF_THE_RUN = ("debug.run", "debug.step", "debug.into", "debug.out", "debug.restart", "debug.stop")

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
W = TypeVar("W", bound=QWidget)


class Hands:
    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.window = editor.window

    # Waiting

    async def until(self, holds: Callable[[], object], what: str, timeout_s: float = LONGEST_WAIT_S) -> None:
        """Lets the window live until this holds. Raises ``TimeoutError`` that says what did not come."""
        latest = time.monotonic() + timeout_s
        while not holds():
            if time.monotonic() > latest:
                state = self.editor.session.run_state
                why = f"phase: {state.phase.value}; {state.error.message if state.error else 'no error'}"
                raise TimeoutError(f"Waited {timeout_s:g} s in vain for: {what} ({why})")
            await asyncio.sleep(LOOK_AGAIN_S)

    async def until_phase(self, *phases: Phase) -> None:
        names = " or ".join(phase.value for phase in phases)
        await self.until(lambda: self.editor.session.run_state.phase in phases, f"phase {names}")

    async def until_diff_is_shown(self) -> None:
        """The state panel shows what the step to the looked-at checkpoint changed."""
        session = self.editor.session
        row = session.focus.shown(session.run_state)
        assert row is not None, "there is a checkpoint to look at"
        read: list[StateDiff] = []
        session.read_diff(row.parent_id, row.id, lambda json: read.append(StateDiff.from_json(json)))
        shown = self.editor.state.findChildren(DiffView)[0]
        await self.until(lambda: read and shown.isVisible() and shown.diff == read[0], f"the diff of step {row.step}")

    async def until_offered(self, action_id: str) -> None:
        """The action can be used now; a key or click before that is lost."""
        await self.until(self.window.registry[action_id].isEnabled, f"'{action_id}' to be offered")

    async def settle(self) -> None:
        """Everything that was posted is done and painted."""
        for _ in range(3):
            await asyncio.sleep(0)
            QApplication.sendPostedEvents()

    async def dialog(self, name: str) -> QDialog:
        """The open dialog of this object name."""
        found: list[QDialog] = []

        def is_open() -> bool:
            found[:] = [d for d in self.window.findChildren(QDialog, name) if d.isVisible()]
            return bool(found)

        await self.until(is_open, f"dialog '{name}'")
        return found[0]

    # Keys

    async def press(self, keys: str) -> None:
        """One key with what is held, e.g. "F10" or "Alt+Left", to whatever has the focus.

        What goes on with a run is pressed once it can be used: before, while the last order is carried out, the key
        would be lost.
        """
        for action_id in [id for id in OF_THE_RUN if QKeySequence(keys) in self.window.registry[id].shortcuts()]:
            await self.until_offered(action_id)
        active = QApplication.activeWindow()
        if active is None or not active.isVisible():  # offscreen nobody gives the focus back when a dialog has closed
            self.window.activateWindow()
            await self.until(lambda: QApplication.activeWindow() is self.window, "the window to be active")
        target = QApplication.focusWidget()
        if target is None:
            target = self.window
        QTest.keySequence(target, QKeySequence(keys))

    def write(self, text: str) -> None:
        """Types the text to whatever has the focus."""
        target = QApplication.focusWidget()
        assert target is not None, "nobody has the focus"
        QTest.keyClicks(target, text)

    # Mouse, on widgets

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.objectName() or type(widget).__name__} is not on screen"
        QTest.mouseClick(widget, LEFT, NO_KEYS, at if at is not None else widget.rect().center())

    def click_button(self, root: QWidget, text: str) -> None:
        """The one visible button with these words."""
        found = [b for b in root.findChildren(QPushButton) if b.text() == text and b.isVisible()]
        assert len(found) == 1, f"{len(found)} visible buttons say {text!r}"
        assert found[0].isEnabled(), f"{text!r} cannot be pressed now"
        self.click(found[0])

    def choose(self, switch: Segmented, word: str) -> None:
        self.click(switch, switch.rect_of(word).center().toPoint())

    def double_click_row(self, view: QAbstractItemView, index: QModelIndex) -> None:
        view.scrollTo(index)
        at = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), LEFT, NO_KEYS, at)
        QTest.mouseDClick(view.viewport(), LEFT, NO_KEYS, at)

    def click_row(self, view: QAbstractItemView, index: QModelIndex) -> None:
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), LEFT, NO_KEYS, view.visualRect(index).center())

    # Mouse, on the canvas, in scene coordinates

    def on_screen(self, scene_point: QPointF) -> QPoint:
        return self.editor.canvas.mapFromScene(scene_point)

    def click_scene(self, point: QPointF) -> None:
        QTest.mouseClick(self.editor.canvas.viewport(), LEFT, NO_KEYS, self.on_screen(point))

    def right_click_scene(self, point: QPointF) -> None:
        """Opens the context menu: offscreen a right button alone does not ask for it."""
        viewport, place = self.editor.canvas.viewport(), self.on_screen(point)
        QTest.mouseClick(viewport, Qt.MouseButton.RightButton, NO_KEYS, place)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, asked)

    def double_click_scene(self, point: QPointF) -> None:
        viewport = self.editor.canvas.viewport()
        QTest.mouseClick(viewport, LEFT, NO_KEYS, self.on_screen(point))
        QTest.mouseDClick(viewport, LEFT, NO_KEYS, self.on_screen(point))
        QTest.mouseRelease(viewport, LEFT, NO_KEYS, self.on_screen(point))

    def drag_scene(self, start: QPointF, end: QPointF) -> None:
        """Press, several moves, release."""
        viewport = self.editor.canvas.viewport()
        QTest.mousePress(viewport, LEFT, NO_KEYS, self.on_screen(start))
        for step in range(1, DRAG_STEPS + 1):
            QTest.mouseMove(viewport, self.on_screen(start + (end - start) * (step / DRAG_STEPS)))
        QTest.mouseRelease(viewport, LEFT, NO_KEYS, self.on_screen(end))

    # Finding

    def part(self, kind: type[W], root: QWidget | None = None) -> W:
        """The one visible widget of this kind."""
        found = [widget for widget in (root or self.window).findChildren(kind) if widget.isVisible()]
        assert len(found) == 1, f"{len(found)} visible widgets are {kind.__name__}"
        return found[0]
