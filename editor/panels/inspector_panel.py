"""What is selected on the canvas, as text that can be edited: one node with its source, several, or the graph.

Follows the history; ``show_nodes`` tells it the selection. The pages: ``node_page``, ``many_page``, ``graph_page``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor.document.changes import NodeRenamed
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.panels.code_help import CodeHelp
from editor.panels.code_section import CodeSection
from editor.panels.graph_page import GraphPage
from editor.panels.many_page import ManyPage
from editor.panels.node_page import NodePage
from editor.widgets.code_editor import CodeEditor
from editor.widgets.labels import IconLabel, role_label

AFTER_TYPING_MS = 600
LEAST_WIDTH_PX = 300
"""A branch's row can still be read. In a small window Qt would take all of it for the canvas."""


class InspectorPanel(QWidget):
    go_to = Signal(str)
    """A node that is to be shown on the canvas."""
    open_source = Signal(object, int)
    """(path, line): show this place in the user's own editor."""
    show_code = Signal(str, int)
    """(module, line): show this place here; the module's path is from the graph's folder."""

    def __init__(self, history: UndoHistory, folder: Path | None = None) -> None:
        super().__init__()
        self._history = history
        self._nodes: tuple[str, ...] = ()
        self._graph_page = GraphPage(history)
        self.code_help = CodeHelp(self)
        self._rest = QTimer(self, singleShot=True, interval=AFTER_TYPING_MS)
        self._rest.timeout.connect(self._refresh)
        self._node_page = NodePage(history, self.code_help)
        self._many_page = ManyPage(history)
        self._locked = role_label("", wrap=True)
        self._lock_bar = _lock_bar(self._locked)
        self._pages = QStackedWidget()
        for page in (self._graph_page, self._node_page, self._many_page):
            self._pages.addWidget(_scrolled(page))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self._lock_bar)  # below: when a run starts and ends, what somebody reads stays where it is
        self.setMinimumWidth(LEAST_WIDTH_PX)
        self._graph_page.go_to.connect(self.go_to)
        self._graph_page.state.show_code.connect(self.show_code)
        self._node_page.go_to.connect(self.go_to)
        self._node_page.open_source.connect(self.open_source)
        self.nodes_instead: Callable[[], Sequence[str]] = tuple
        """Whose page is shown while no node is selected; with none that of the graph."""
        unsubscribe = history.subscribe(self._on_history)
        self.destroyed.connect(lambda _gone=None: unsubscribe())
        self.set_folder(folder)
        self.set_read_only(history.locked_reason)

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's modules are; None while the graph has no file."""
        self._node_page.set_folder(folder)
        self._graph_page.set_folder(folder)
        self._refresh()

    def show_nodes(self, nodes: Sequence[str]) -> None:
        """The selection; START and END have nothing to inspect."""
        self._show(nodes or self.nodes_instead())

    def _show(self, nodes: Sequence[str]) -> None:
        self._nodes = tuple(node for node in nodes if self._history.document.has_node(node))
        self._refresh()

    def show_state(self) -> None:
        """The state's keys, with the focus where one is added. The selection is left as it is on the canvas."""
        self._show(())
        self._graph_page.state.open()

    def show_option(self, node: str, option: str) -> None:
        """An option of a node, unfolded; one of the defaults of all nodes if ``node`` is ""."""
        self._show((node,) if node else ())
        page = self._node_page if node else self._graph_page
        page.open_option(option)

    def show_router(self, node: str, router: str) -> None:
        """A router of a node or of START, with the keyboard in it."""
        self._show((node,))
        page = self._node_page if self._nodes else self._graph_page
        page.routers.focus_router(router)

    def set_read_only(self, reason: str) -> None:
        """Why nothing can be edited now, in words; "" if it can."""
        self._locked.setText(reason)
        self._lock_bar.setVisible(bool(reason))
        self._graph_page.set_read_only(bool(reason))
        self._node_page.set_read_only(bool(reason))
        self._many_page.set_read_only(bool(reason))

    @property
    def code(self) -> CodeSection:
        """The code of the selected node."""
        return self._node_page.code

    def _on_history(self, event: HistoryEvent) -> None:
        is_of_code = bool(event.changes) and event.old.graph is event.new.graph
        if is_of_code and isinstance(QApplication.focusWidget(), CodeEditor):
            self._rest.start()  # what the forms read from the code need not follow each letter
            return
        renamed = {change.old: change.new for change in event.changes if isinstance(change, NodeRenamed)}
        self._nodes = tuple(renamed.get(node, node) for node in self._nodes)
        self._show(self._nodes)

    def _refresh(self) -> None:
        document = self._history.document
        if len(self._nodes) > 1:
            self._many_page.show_nodes(document, self._nodes)
            self._pages.setCurrentIndex(2)
        elif self._nodes:
            known_keys = self._graph_page.state.known_keys(document)
            self._node_page.show_node(document, self._nodes[0], known_keys)
            self._pages.setCurrentIndex(1)
        else:
            self._graph_page.show_graph(document)
            self._pages.setCurrentIndex(0)


def _lock_bar(text: QLabel) -> QFrame:
    bar = QFrame()
    bar.setProperty("role", "banner-info")
    row = QHBoxLayout(bar)
    row.setContentsMargins(16, 8, 16, 8)
    row.setSpacing(8)
    row.addWidget(IconLabel("lock", "accent"))
    row.addWidget(text, 1)
    return bar


def _scrolled(page: QWidget) -> QScrollArea:
    page.setMinimumSize(1, 1)  # wrapped labels claim several lines at any width; see answer_card
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setWidget(page)
    scroll.setAccessibleName("Inspector")
    return scroll
