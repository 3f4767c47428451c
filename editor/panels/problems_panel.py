"""The live list of what is wrong or odd in the graph, worst first, each with its way out. A click shows the place.

Checks again a moment after each edit; the rules are ``editor.document.problems``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.document.command import CommandError
from editor.document.problem_fixes import Fix, fixes_of, with_label
from editor.document.problems import LiveProblems, Problem, Severity
from editor.document.source_code import ProjectSources
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.widgets.empty_state import EmptyState
from editor.widgets.flat_list import FlatList
from editor.widgets.key_words import said
from editor.widgets.row_painter import Piece, draw_pieces, draw_pieces_right
from engine.clock import monotonic_s
from engine.graph.levels import levels

CHECK_AFTER_MS = 150  # while a node is dragged or a name typed, checking at each change would only flicker
CHECK_CODE_AFTER_MS = 1_200
"""A module on which somebody is working is no Python between two letters; all its nodes would blink."""
ROW_HEIGHT_PX = 28
AT_ONCE_UP_TO = 200
"""So many nodes are checked within 10 ms."""
SLICE_S = 0.008
"""Half a frame: whatever the user does meanwhile is answered in the next one."""

PROBLEM_ROLE = Qt.ItemDataRole.UserRole + 1
FIX_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whether something can be done about it with one command."""
FIX_WIDTH_PX = 52
"""The chip "Fix…" at the right end of a row, with what is around it."""


class ProblemsPanel(QWidget):
    go_to = Signal(str)
    """The node where the activated problem is."""
    go_inside = Signal(object, str)
    """The subgraph with the activated problem, as a path of nodes, and the node in it; "" for the subgraph itself."""
    option_wanted = Signal(str, str)
    """(node, option): the activated problem is in this option of the node, or of all nodes if that is ""."""
    refused = Signal(str)
    """Why a fix could not be done, as a sentence."""
    count_changed = Signal(int, int)
    """(errors, warnings), for a badge on the tab."""

    def __init__(self, history: UndoHistory, folder: Path | None = None) -> None:
        super().__init__()
        self._history = history
        self._live = LiveProblems(folder)
        self._sources = ProjectSources(folder)
        self._model = _Problems(lambda problem: bool(self._fixes_of(problem)), self)
        self.list = _List(self._model)
        self._empty = EmptyState("success", "No problems", "The graph can run. What is wrong or odd appears here.")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._timer.timeout.connect(self._check)
        self._steps: Generator[None, None, tuple[Problem, ...]] | None = None
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)
        unsubscribe = history.subscribe(self._on_history)
        self.destroyed.connect(lambda _gone=None: unsubscribe())
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._go)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.check_now()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._model.problems

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's modules are; None while the graph has no file."""
        self._live = LiveProblems(folder)
        self._sources = ProjectSources(folder)
        self._check()

    @property
    def is_checking(self) -> bool:
        """A large graph is being checked, a little at a time; what is shown is of the graph before."""
        return self._steps is not None

    def check_now(self) -> None:
        """All of it at once, however large the graph is."""
        self._timer.stop()
        self._end_check()
        self._show(self._live.of(self._history.document))

    def check_again(self) -> None:
        """Something outside the document may have changed, such as a file: as after an edit."""
        self._check()

    def _check(self) -> None:
        """Now, or in pieces if there are many nodes."""
        document = self._history.document
        if sum(len(level.graph.nodes) for level in levels(document.graph)) <= AT_ONCE_UP_TO:
            self.check_now()
            return
        self._timer.stop()
        self._end_check()
        self._steps = self._live.steps(document)
        self._turn.start()

    def _go_on(self) -> None:
        steps = self._steps
        assert steps is not None, "the timer runs only while there is a check"
        end = monotonic_s() + SLICE_S
        try:
            while monotonic_s() < end:
                next(steps)
        except StopIteration as done:
            self._end_check()
            self._show(done.value)

    def _end_check(self) -> None:
        self._turn.stop()
        if self._steps is not None:
            self._steps.close()
            self._steps = None

    def _show(self, found: tuple[Problem, ...]) -> None:
        if found != self._model.problems:
            self._model.show(found)
        self._pages.setCurrentWidget(self.list if found else self._empty)
        errors = sum(problem.severity is Severity.ERROR for problem in found)
        warnings = sum(problem.severity is Severity.WARNING for problem in found)
        self.count_changed.emit(errors, warnings)

    def fix_current(self) -> None:
        """Does what there is to do about the problem that is chosen in the list, or about the first one.

        Where one of several ways out has to be chosen, their menu opens.
        """
        index = self.list.currentIndex()
        problems = self._model.problems
        if not problems:
            self.refused.emit("There are no problems.")
            return
        row = index.row() if index.isValid() else 0
        fixes = self._fixes_of(problems[row])
        if not fixes or (len(fixes) > 1 and not self.list.isVisible()):
            self.refused.emit(f"{problems[row].sentence} {problems[row].way_out}")
        elif len(fixes) == 1:
            self._do(fixes[0])
        else:
            chosen = self._model.index(row, 0)
            self.list.setCurrentIndex(chosen)
            self._open_menu(self.list.visualRect(chosen).bottomLeft() + QPoint(12, -2))

    def _fixes_of(self, problem: Problem) -> tuple[Fix, ...]:
        document = self._history.document
        self._sources.see(document.modules)
        return fixes_of(problem, document, self._sources)

    def _do(self, fix: Fix) -> None:
        if self._history.locked_reason:
            self.refused.emit(self._history.locked_reason)
            return
        try:
            self._history.do(with_label(fix))
        except CommandError as error:
            self.refused.emit(str(error))
        self.check_now()

    def _do_chosen(self, fix: Fix, _checked: bool = False) -> None:
        self._do(fix)

    def _open_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        fixes = self._fixes_of(index.data(PROBLEM_ROLE))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for fix in fixes:
            menu.addAction(f"Fix: {fix.label}".replace("&", "&&")).triggered.connect(partial(self._do_chosen, fix))
        menu.addAction("Go there", lambda: self._go(index))
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _on_clicked(self, index: QModelIndex) -> None:
        at = self.list.pressed_at
        if index.data(FIX_ROLE) and at.x() >= self.list.viewport().width() - FIX_WIDTH_PX:
            self._open_menu(at)
        else:
            self._go(index)

    def _on_history(self, event: HistoryEvent) -> None:
        if event.old.graph is not event.new.graph:
            self._end_check()
            self._timer.start(CHECK_AFTER_MS)
        elif event.old.modules is not event.new.modules:
            is_soon = self._timer.isActive() and self._timer.interval() == CHECK_AFTER_MS
            self._timer.start(CHECK_AFTER_MS if is_soon else CHECK_CODE_AFTER_MS)

    def _go(self, index: QModelIndex) -> None:
        problem: Problem = index.data(PROBLEM_ROLE)
        node = node_of(problem)
        if problem.option is not None and problem.inner is None:
            if node is not None:
                self.go_to.emit(node)
            self.option_wanted.emit(node or "", problem.option)
        elif problem.inner is not None:
            self.go_inside.emit(problem.path, node_of(problem.inner) or "")
        elif node is not None:
            self.go_to.emit(node)


def node_of(problem: Problem) -> str | None:
    """The node at which a problem stands; for an edge the node where it starts."""
    if problem.node is not None:
        return problem.node
    return problem.edge.outlet.node if problem.edge is not None else None


class _Problems(QAbstractListModel):
    def __init__(self, has_fix: Callable[[Problem], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.problems: tuple[Problem, ...] = ()
        self._has_fix = has_fix
        self._fixable: dict[int, bool] = {}
        """Of the rows that were seen: to know it may mean to look into modules."""

    def show(self, problems: tuple[Problem, ...]) -> None:
        self.beginResetModel()
        self.problems = problems
        self._fixable = {}
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.problems)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        problem = self.problems[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{problem.severity.value}: {problem.sentence} {problem.way_out}"
        if role == Qt.ItemDataRole.ToolTipRole:
            fix = said("\nFix… or {Ctrl+.} does it.") if self._is_fixable(index.row()) else ""
            return f"{problem.sentence}\n{problem.way_out}{fix}"
        if role == FIX_ROLE:
            return self._is_fixable(index.row())
        return problem if role == PROBLEM_ROLE else None

    def _is_fixable(self, row: int) -> bool:
        if row not in self._fixable:
            self._fixable[row] = self._has_fix(self.problems[row])
        return self._fixable[row]


class _List(FlatList):
    def __init__(self, problems: _Problems) -> None:
        super().__init__(problems, "Problems")
        self.setItemDelegate(_Delegate(self))
        self.pressed_at = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed_at = event.position().toPoint()
        super().mousePressEvent(event)


_ICONS = {Severity.ERROR: ("error", "failed"), Severity.WARNING: ("warning", "next"), Severity.HINT: ("info", "accent")}


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ROW_HEIGHT_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        problem: Problem = index.data(PROBLEM_ROLE)
        icon, tone = _ICONS[problem.severity]
        pieces = [Piece("", tone, icon=icon), Piece(problem.sentence), Piece(problem.way_out, "text_quiet")]
        rect = option.rect.adjusted(12, 0, -8, 0)
        if index.data(FIX_ROLE):
            rect = draw_pieces_right(painter, rect, [Piece("Fix…", "accent", "caption", chip="accent_quiet")])
        draw_pieces(painter, rect, pieces)
