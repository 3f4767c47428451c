"""The window: where everything has its place. Builds menus, bars and docks; connects nothing (``wiring`` does).

Left: outline and palette. Centre: debug bar, banner of the past, canvas. Right: inspector while editing, state while
debugging. Bottom: the timeline while a run exists, beside output, problems, breakpoints and earlier runs. Docks can be
moved, floated and hidden; the arrangement is remembered by ``wiring``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from editor.app.action_registry import ActionRegistry
from editor.app.command_palette import CommandPalette
from editor.app.debug_bar import DebugBar, action_button
from editor.app.dock_bars import DockBars
from editor.app.main_menus import MENUS, RECENT, SUBMENUS
from editor.app.run_status_bar import RunStatusBar
from editor.app.welcome import Welcome
from editor.theme.icons import icon
from editor.widgets.keyboard_way import KeyboardWay
from editor.widgets.toast import Toast

SMALLEST = QSize(900, 600)
FIRST_SIZE = QSize(1440, 900)
SIDE_WIDTH_PX = 380
BOTTOM_HEIGHT_PX = 240
LEFT_WIDTH_PX = 224
WIDE_ENOUGH_PX = 1280
"""A narrower window begins without what stands at the left: the canvas needs the room."""
ON_DEMAND = frozenset({"search run", "coverage"})
"""Docks of a run that come when they are asked for: nine tabs at the bottom are more than anybody reads."""
TIMELINE_SHARE = 64  # per cent of the bottom, beside the output


@dataclass(frozen=True)
class Parts:
    """The widgets that other folders make, put into place here."""

    canvas: QWidget
    timeline: QWidget
    past_banner: QWidget
    inspector: QWidget
    state: QWidget
    answer: QWidget
    drift: QWidget
    inside: QWidget
    error: QWidget
    output: QWidget
    problems: QWidget
    breakpoints: QWidget
    threads: QWidget
    input_button: QWidget


class MainWindow(QMainWindow):
    close_wanted = Signal()
    """The user wants the window gone; whoever listens asks about unsaved work and then calls ``close_now``."""
    looked_at = Signal()
    """The window became the active one again."""

    parts: Parts
    toast: Toast
    tool_bar: QToolBar
    inspector_dock: QDockWidget
    state_dock: QDockWidget
    timeline_dock: QDockWidget
    output_dock: QDockWidget
    problems_dock: QDockWidget
    breakpoints_dock: QDockWidget
    threads_dock: QDockWidget

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Stepgraph")
        self.setMinimumSize(SMALLEST)
        self.resize(FIRST_SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self._may_close = False
        self._kept_state = ""
        self._docks_were_shown = False
        self._bars = DockBars(self)
        self.registry = ActionRegistry(self)
        self.recent_menu = QMenu("Open recent", self)
        self.recent_menu.setIcon(icon("past"))
        self.welcome = Welcome(self.registry)
        self.debug_bar = DebugBar(self.registry)
        self.status = RunStatusBar()
        self.setStatusBar(self.status)
        self.palette_ = CommandPalette(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self._make_menus()

    def place(self, parts: Parts) -> None:
        """Puts the parts into the window; once."""
        self.parts = parts
        self.toast = Toast(parts.canvas)
        self._make_tool_bar(parts)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.debug_bar)
        column.addWidget(parts.past_banner)
        column.addWidget(parts.canvas, 1)
        self._pages.addWidget(work)
        for part in (parts.answer, parts.error, parts.drift, parts.past_banner):
            KeyboardWay(part, parts.canvas)
        self._run_docks: list[QDockWidget] = []
        self._wide_docks: list[QDockWidget] = []
        self._left_docks: list[QDockWidget] = []
        self._make_docks(parts)
        self.show_debugging(False)
        self.show_welcome(True)

    def add_run_dock(self, title: str, name: str, content: QWidget) -> QDockWidget:
        """A dock that comes and goes with a run, in one place with the timeline."""
        dock = self._dock(title, name, content, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.tabifyDockWidget(self._run_docks[-1] if self._run_docks else self.timeline_dock, dock)
        self._run_docks.append(dock)
        dock.hide()
        return dock

    def add_left_dock(self, title: str, name: str, content: QWidget) -> QDockWidget:
        """A dock beside the canvas; they share one place, the first one is in front."""
        dock = self._dock(title, name, content, Qt.DockWidgetArea.LeftDockWidgetArea)
        if self._left_docks:
            self.tabifyDockWidget(self._left_docks[-1], dock)
        self._left_docks.append(dock)
        self.resizeDocks([dock], [LEFT_WIDTH_PX], Qt.Orientation.Horizontal)
        dock.hide()
        return dock

    def add_wide_dock(self, title: str, name: str, content: QWidget) -> QDockWidget:
        """A dock between canvas and inspector, for what needs room. Hidden until it is asked for."""
        dock = self._dock(title, name, content, Qt.DockWidgetArea.RightDockWidgetArea)
        self.splitDockWidget(dock, self.inspector_dock, Qt.Orientation.Horizontal)
        self.tabifyDockWidget(self.inspector_dock, self.state_dock)  # which the split has parted
        self._wide_docks.append(dock)
        dock.hide()
        return dock

    def add_above_canvas(self, bar: QWidget) -> None:
        """A bar of the canvas, right above it."""
        work = self.parts.canvas.parentWidget()
        column = work.layout() if work is not None else None
        assert isinstance(column, QVBoxLayout), "``place`` was called before"
        column.insertWidget(column.indexOf(self.parts.canvas), bar)

    # What is shown

    def show_welcome(self, is_shown: bool) -> None:
        """The first page instead of a graph."""
        self._pages.setCurrentIndex(0 if is_shown else 1)
        self.tool_bar.setVisible(not is_shown)
        if is_shown:
            with self._bars.looked_at_once():
                for dock in self._docks:
                    dock.hide()
        elif not self._docks_were_shown:
            self._docks_were_shown = True
            with self._bars.looked_at_once():
                self._show_docks_first()
            self.tool_bar.show()

    def show_debugging(self, has_run: bool) -> None:
        """Debug bar, timeline and the state of the run come with a run and go with it."""
        self.debug_bar.setVisible(has_run)
        for button in self._run_buttons:  # the debug bar has them
            button.setVisible(not has_run)
        with self._bars.looked_at_once():
            for dock in (*self._run_docks, self.timeline_dock):
                dock.setVisible(has_run and dock.objectName() not in ON_DEMAND)
        self.timeline_dock.raise_()
        if has_run:
            self.show_dock(self.state_dock)
            widths = (TIMELINE_SHARE, 100 - TIMELINE_SHARE)
            self.resizeDocks([self.timeline_dock, self.output_dock], widths, Qt.Orientation.Horizontal)
        else:
            self.state_dock.hide()

    def show_file(self, name: str, is_modified: bool) -> None:
        self.setWindowTitle(f"{name}[*] – Stepgraph" if name else "Stepgraph")
        self.setWindowModified(is_modified)

    def show_dock(self, dock: QDockWidget) -> None:
        """Visible and in front of those it shares its place with."""
        dock.show()
        dock.raise_()

    def toggle_dock(self, dock: QDockWidget) -> None:
        """In front: hide it. Anything else: show it in front."""
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
        else:
            self.show_dock(dock)

    def focus_next_part(self) -> None:
        """From canvas to docks and back, for who works without a mouse; a dock behind another one is passed over."""
        in_front = [dock.widget() for dock in self._docks if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        parts = [self.parts.canvas, *in_front]
        focused = QApplication.focusWidget()
        here = next((i for i, part in enumerate(parts) if focused is not None and holds(part, focused)), -1)
        for step in range(1, len(parts) + 1):
            target = first_that_takes_focus(parts[(here + step) % len(parts)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    # The arrangement

    def arrangement(self) -> tuple[str, str]:
        """Geometry and state of docks as base64; on the first page, which has no docks, the state as it was kept."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        if not self._docks_were_shown:
            return geometry, self._kept_state
        return geometry, bytes(self.saveState().toBase64().data()).decode()

    @property
    def keeps_arrangement(self) -> bool:
        """The docks stand as they did when the window was closed the last time."""
        return bool(self._kept_state)

    def arrange(self, geometry: str, state: str) -> None:
        """As it was, the docks once a graph is shown; what does not fit this version or screen is left as it is."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self._kept_state = state

    def keep_on_screen(self) -> None:
        """Not larger than the screen leaves room for: some desktops put a window that is too large half outside."""
        self.resize(self.size().boundedTo(self.screen().availableGeometry().size()))

    def come_to_front(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    # Closing

    def close_now(self) -> None:
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.looked_at.emit()

    # How it is built

    def _make_menus(self) -> None:
        for title, ids in MENUS:
            self._fill_menu(self.menuBar().addMenu(title), ids)

    def _fill_menu(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        menu.setToolTipsVisible(True)
        for id in ids:
            if not id:
                menu.addSeparator()
            elif id == RECENT:
                menu.addMenu(self.recent_menu)
            elif id in SUBMENUS:
                submenu = SUBMENUS[id]
                child = menu.addMenu(submenu.text)
                if submenu.icon:
                    child.setIcon(icon(submenu.icon))
                self._fill_menu(child, submenu.ids)
            else:
                menu.addAction(self.registry[id])

    def _make_tool_bar(self, parts: Parts) -> None:
        bar = self.tool_bar = QToolBar("Tool bar")
        bar.setObjectName("tool bar")
        bar.setMovable(False)
        bar.setIconSize(QSize(16, 16))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for id in (
            "file.open",
            "file.save",
            "",
            "edit.undo",
            "edit.redo",
            "",
            "edit.add_node",
            "edit.tidy",
            "view.fit",
        ):
            if id:
                bar.addWidget(action_button(self.registry[id], with_text=False))
            else:
                bar.addSeparator()
        bar.addSeparator()
        bar.addWidget(parts.input_button)
        self._run_buttons = [bar.addWidget(spacer(6))]
        for id in ("debug.run", "debug.step"):
            button = action_button(self.registry[id], with_text=True)
            self._run_buttons.append(bar.addWidget(button))
        gap = spacer(0)
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(action_button(self.registry["view.palette"], with_text=False))
        self.addToolBar(bar)

    def _make_docks(self, parts: Parts) -> None:
        debugging = QSplitter(Qt.Orientation.Vertical)
        debugging.setChildrenCollapsible(False)
        parts.state.setMinimumHeight(160)
        for part in (parts.drift, parts.error, parts.answer, parts.inside, parts.state):
            debugging.addWidget(part)
        debugging.setStretchFactor(debugging.indexOf(parts.state), 1)  # the cards above take what they need
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.inspector_dock = self._dock("Inspector", "inspector", parts.inspector, right)
        self.state_dock = self._dock("State", "state", debugging, right)
        self.timeline_dock = self._dock("Timeline", "timeline", parts.timeline, bottom)
        self.output_dock = self._dock("Output", "output", parts.output, bottom)
        self.problems_dock = self._dock("Problems", "problems", parts.problems, bottom)
        self.breakpoints_dock = self._dock("Breakpoints", "breakpoints", parts.breakpoints, bottom)
        self.threads_dock = self._dock("Runs", "threads", parts.threads, bottom)
        self.tabifyDockWidget(self.inspector_dock, self.state_dock)
        self.splitDockWidget(self.timeline_dock, self.output_dock, Qt.Orientation.Horizontal)
        self.tabifyDockWidget(self.output_dock, self.problems_dock)
        self.tabifyDockWidget(self.problems_dock, self.breakpoints_dock)
        self.tabifyDockWidget(self.breakpoints_dock, self.threads_dock)
        self.resizeDocks([self.inspector_dock], [SIDE_WIDTH_PX], Qt.Orientation.Horizontal)
        self.resizeDocks([self.output_dock], [BOTTOM_HEIGHT_PX], Qt.Orientation.Vertical)

    @property
    def _docks(self) -> tuple[QDockWidget, ...]:
        bottom = (self.timeline_dock, self.output_dock, self.problems_dock, self.breakpoints_dock, self.threads_dock)
        right = (self.inspector_dock, self.state_dock)
        return (*right, *bottom, *self._run_docks, *self._wide_docks, *self._left_docks)

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        for changed in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            changed.connect(self._on_dock_changed)
        return dock

    def _on_dock_changed(self, _changed: object) -> None:
        self._bars.update()

    def _show_docks_first(self) -> None:
        """As they were when the window was closed the last time, else as a new user finds them."""
        come_with_a_run = (self.state_dock, self.timeline_dock, *self._run_docks)
        if self._kept_state and self.restoreState(QByteArray.fromBase64(self._kept_state.encode())):
            for dock in come_with_a_run:
                dock.hide()
            return
        for dock in self._docks:
            dock.setVisible(dock not in (*self._wide_docks, *self._left_docks, *come_with_a_run))
        for dock in self._left_docks:
            dock.setVisible(self.width() >= WIDE_ENOUGH_PX)
        self.output_dock.raise_()
        self._left_docks[0].raise_()


def spacer(width_px: int) -> QWidget:
    widget = QWidget()
    widget.setMinimumWidth(width_px)
    return widget


def holds(part: QWidget, widget: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def first_that_takes_focus(part: QWidget) -> QWidget | None:
    """The part itself or the first widget in it that Tab would reach."""
    for widget in (part, *part.findChildren(QWidget)):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return widget
    return None
