"""The window: where everything has its place. Builds menus, bars and docks; connects nothing (``wiring`` does).

Centre: debug bar, banner of the past, canvas, timeline. Right: inspector while editing, state while debugging. Bottom:
output and problems. Docks can be moved, floated and hidden; the arrangement is remembered by ``wiring``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
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
from editor.app.actions import MENUS, THEME_SUBMENU
from editor.app.command_palette import CommandPalette
from editor.app.debug_bar import DebugBar, action_button
from editor.app.run_status_bar import RunStatusBar
from editor.app.welcome import Welcome
from editor.theme.icons import icon
from editor.widgets.toast import Toast

SMALLEST = QSize(900, 600)
FIRST_SIZE = QSize(1440, 900)
SIDE_WIDTH_PX = 380
BOTTOM_HEIGHT_PX = 150
TIMELINE_HEIGHT_PX = 190


@dataclass(frozen=True)
class Parts:
    """The widgets that other folders make, put into place here."""

    canvas: QWidget
    timeline: QWidget
    past_banner: QWidget
    inspector: QWidget
    state: QWidget
    answer: QWidget
    error: QWidget
    output: QWidget
    problems: QWidget
    input_picker: QWidget


class MainWindow(QMainWindow):
    close_wanted = Signal()
    """The user wants the window gone; whoever listens asks about unsaved work and then calls ``close_now``."""
    looked_at = Signal()
    """The window became the active one again."""

    parts: Parts
    toast: Toast
    tool_bar: QToolBar
    side_dock: QDockWidget
    output_dock: QDockWidget
    problems_dock: QDockWidget

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
        self._docks_were_shown = False
        self.registry = ActionRegistry(self)
        self.recent_menu = QMenu("Open recent", self)
        self.recent_menu.setIcon(icon("past"))
        self.welcome = Welcome(self.registry)
        self.debug_bar = DebugBar(self.registry)
        self.status = RunStatusBar()
        self.setStatusBar(self.status)
        self.palette_ = CommandPalette(self, self.registry)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)
        self._make_menus()

    def place(self, parts: Parts) -> None:
        """Puts the parts into the window; once."""
        self.parts = parts
        self.toast = Toast(parts.canvas)
        self._make_tool_bar(parts)
        self._centre = QSplitter(Qt.Orientation.Vertical)
        self._centre.setObjectName("centre")
        self._centre.addWidget(parts.canvas)
        self._centre.addWidget(parts.timeline)
        self._centre.setStretchFactor(0, 1)
        self._centre.setChildrenCollapsible(False)
        self._centre.setSizes([600, TIMELINE_HEIGHT_PX])
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.debug_bar)
        column.addWidget(parts.past_banner)
        column.addWidget(self._centre, 1)
        self._pages.addWidget(work)
        self._make_docks(parts)
        self.show_debugging(False)
        self.show_welcome(True)

    # What is shown

    def show_welcome(self, is_shown: bool) -> None:
        """The first page instead of a graph."""
        self._pages.setCurrentIndex(0 if is_shown else 1)
        self.tool_bar.setVisible(not is_shown)
        for dock in (self.side_dock, self.output_dock, self.problems_dock):
            if is_shown:
                dock.hide()
        if not is_shown and not self._docks_were_shown:
            self._docks_were_shown = True
            for dock in (self.side_dock, self.output_dock, self.problems_dock):
                dock.show()
            self.output_dock.raise_()

    def show_debugging(self, has_run: bool) -> None:
        """Debug bar, timeline and the state of the run, or the inspector of what is drawn."""
        self.debug_bar.setVisible(has_run)
        self.parts.timeline.setVisible(has_run)
        self._side.setCurrentIndex(1 if has_run else 0)
        title = "State" if has_run else "Inspector"
        if self.side_dock.windowTitle() != title:
            self.side_dock.setWindowTitle(title)

    def show_side_page(self, title: str) -> None:
        """ "State" or "Inspector", whatever the run does."""
        self._side.setCurrentIndex(1 if title == "State" else 0)
        self.side_dock.setWindowTitle(title)

    def show_file(self, name: str, is_modified: bool) -> None:
        self.setWindowTitle(f"{name}[*] – Stepgraph" if name else "Stepgraph")
        self.setWindowModified(is_modified)

    def toggle_dock(self, dock: QDockWidget) -> None:
        """Shown and in front: hide it. Anything else: show it in front."""
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
        else:
            dock.show()
            dock.raise_()

    # The arrangement

    def arrangement(self) -> tuple[str, str]:
        """Geometry and state of docks as base64."""
        geometry, state = self.saveGeometry(), self.saveState()
        return bytes(geometry.toBase64().data()).decode(), bytes(state.toBase64().data()).decode()

    def arrange(self, geometry: str, state: str) -> None:
        """As it was; what does not fit this version or screen is left as it is."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if state and self.restoreState(QByteArray.fromBase64(state.encode())):
            self._docks_were_shown = True

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
            menu = self.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for id in ids:
                match id:
                    case "":
                        menu.addSeparator()
                    case "recent":
                        menu.addMenu(self.recent_menu)
                    case "theme":
                        themes = menu.addMenu(icon("theme"), "Theme")
                        for choice in THEME_SUBMENU:
                            themes.addAction(self.registry[choice])
                    case _:
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
        run = QWidget()
        row = QHBoxLayout(run)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(6)
        parts.input_picker.setMinimumWidth(240)
        row.addWidget(parts.input_picker)
        self.run_button = action_button(self.registry["debug.run"], with_text=True)
        self.step_button = action_button(self.registry["debug.step"], with_text=True)
        for button in (self.run_button, self.step_button):
            row.addWidget(button)
        bar.addWidget(run)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(action_button(self.registry["view.palette"], with_text=False))
        self.addToolBar(bar)

    def _make_docks(self, parts: Parts) -> None:
        debugging = QWidget()
        column = QVBoxLayout(debugging)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(parts.error)
        column.addWidget(parts.answer)
        column.addWidget(parts.state, 1)
        self._side = QStackedWidget()
        self._side.addWidget(parts.inspector)
        self._side.addWidget(debugging)
        self.side_dock = self._dock("Inspector", "side", self._side, Qt.DockWidgetArea.RightDockWidgetArea)
        self.output_dock = self._dock("Output", "output", parts.output, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.problems_dock = self._dock("Problems", "problems", parts.problems, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.tabifyDockWidget(self.output_dock, self.problems_dock)
        self.resizeDocks([self.side_dock], [SIDE_WIDTH_PX], Qt.Orientation.Horizontal)
        self.resizeDocks([self.output_dock], [BOTTOM_HEIGHT_PX], Qt.Orientation.Vertical)

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        return dock
