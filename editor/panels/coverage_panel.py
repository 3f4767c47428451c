"""How often each node ran and each branch was taken in the whole run, what never did first; also on the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.coverage import Coverage, CoverageCount, coverage_of, has_inside
from editor.debugger.run_state import Phase
from editor.debugger.session import DebugSession, RequestHandle
from editor.theme.icons import icon
from editor.theme.theme import current_tokens, theme
from editor.widgets.empty_state import EmptyState
from editor.widgets.labels import ElidedLabel
from editor.widgets.naming import named
from editor.widgets.seen import is_seen
from engine.graph.spec import END

REST_MS = 250
NODE_ROLE = Qt.ItemDataRole.UserRole


class CoveragePanel(QWidget):
    node_wanted = Signal(str)
    marked = Signal(bool)
    """Whether the canvas is to show what was never used."""
    counted = Signal()
    """``coverage`` is another one."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._count = CoverageCount()
        self.coverage = Coverage()
        self.all_runs = named(QCheckBox("All runs"), "Count all runs of this graph, not only the shown one")
        self.mark = named(QCheckBox("Mark on the canvas"), "Show on the canvas what never ran")
        self.summary = ElidedLabel("", "caption")
        self.list = QTreeWidget()
        self._empty = EmptyState(
            "coverage", "No run yet", "After a run this shows which nodes and branches it never took."
        )
        self._pages = QStackedWidget()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.refresh)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._refresh_if_seen)
        self._lay_out()
        self._told: Any = None
        # What the run database counted last; None before that, and when it is to be counted anew.
        self._told_of = ""
        # The thread that it was asked about; "" for all runs.
        self._asked: RequestHandle | None = None
        self.mark.toggled.connect(self._on_marked)
        self.all_runs.toggled.connect(self._on_all_runs)
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemClicked.connect(self._on_activated)
        session.run_state_changed.connect(self._on_facts)
        session.picture_changed.connect(self._on_picture)
        theme().theme_changed.connect(self._on_theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._more.start()  # a dock behind another tab is shown, too, for a moment

    def _refresh_if_seen(self) -> None:
        if is_seen(self) or self.mark.isChecked():
            self.refresh()

    def refresh(self) -> None:
        """Count what is new; of a long run one portion now and the rest in the next turns of the loop."""
        new = self._counted()
        if new is None:
            return
        if new != self.coverage:
            self.coverage = new
            self._fill()
            self.counted.emit()
        self._pages.setCurrentWidget(self.list if new.nodes else self._empty)

    def _counted(self) -> Coverage | None:
        """None if it is not known yet; ``refresh`` is called again when it is."""
        graph, state = self._session.graph, self._session.run_state
        if graph is None:
            return Coverage()
        if self.all_runs.isChecked() or (has_inside(graph) and state.checkpoints):
            wanted = "" if self.all_runs.isChecked() else state.thread_id or ""
            if self._told is None or self._told_of != wanted:
                self._ask(wanted)
                return None
            taken = {(node, router, label): times for node, router, label, times in self._told["routes"]}
            return coverage_of(graph, self._told["nodes"], taken) if self._told["threads"] else Coverage()
        if not self._count.follow(state):
            self._more.start()
            return None
        return self._count.of(graph) if state.checkpoints else Coverage()

    def _ask(self, thread_id: str) -> None:
        if self._asked is None and self._session.graph_path is not None:
            self._told_of = thread_id
            self._asked = self._session.count_visits(thread_id, self._on_told, self._on_failed)

    def _on_told(self, counted: Any) -> None:
        self._asked, self._told = None, counted
        self.refresh()

    def _on_failed(self, text: str) -> None:
        self._asked = None
        self.summary.set_full_text(f"The runs cannot be counted: {text}")

    def _on_all_runs(self, _is_on: bool) -> None:
        self._told = None
        self.refresh()

    def _on_facts(self, old: Any, new: Any) -> None:
        if old.phase is not new.phase and new.phase not in (Phase.STARTING, Phase.RUNNING):
            self._told = None  # what has come to rest counts, too
        self._soon()

    def _on_picture(self, _picture: object) -> None:
        self._soon()

    def _on_theme(self, _old: object, _new: object) -> None:
        self._fill()

    def _soon(self) -> None:
        if (is_seen(self) or self.mark.isChecked()) and not self._rest.isActive():
            self._rest.start()

    def _on_marked(self, is_on: bool) -> None:
        self.refresh()
        self.marked.emit(is_on)

    def _on_activated(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        self.node_wanted.emit(item.data(0, NODE_ROLE))

    def _of_what(self) -> str:
        if not self.all_runs.isChecked() or self._told is None:
            return "all forks of this run"
        runs = "one run" if self._told["threads"] == 1 else f"{self._told['threads']:,} runs"
        return f"{runs}, all their forks" if not self._told["more"] else f"the newest {runs}, all their forks"

    def _fill(self) -> None:
        coverage = self.coverage
        self.summary.set_full_text(
            f"{coverage.nodes_ran} of {len(coverage.nodes)} nodes ran · "
            f"{coverage.branches_taken} of {len(coverage.branches)} branches taken · {self._of_what()}"
        )
        nodes = [(times, name, "graph", name) for name, times in coverage.nodes.items()]
        branches = [
            (
                each.times,
                f"{each.node}: {each.label} → {'the end' if each.target == END else each.target}",
                "branch",
                each.node,
            )
            for each in coverage.branches
        ]
        self.list.clear()
        for times, text, kind, node in sorted([*nodes, *branches], key=lambda row: row[0]):
            item = QTreeWidgetItem([text, "never" if not times else f"{times:,}"])
            item.setIcon(0, icon(kind, role="quiet"))
            item.setData(0, NODE_ROLE, node.partition("/")[0])  # its card is on the outermost level
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{text}: {'never' if not times else f'{times} times'}")
            if not times:
                item.setForeground(1, QColor(current_tokens().next))
            self.list.addTopLevelItem(item)

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(["Node or branch", "Times"])
        self.list.headerItem().setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setProperty("flat", True)
        self.list.setAccessibleName("Coverage")
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().resizeSection(1, 96)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(12)
        top.addWidget(self.summary, 1)
        top.addWidget(self.all_runs)
        top.addWidget(self.mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
