"""The menu of a node's problems: each sentence with its ways out, which are commands of one undo step each. The rows of
the context menu that lead there, too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from editor.canvas.hit import Hit
from editor.canvas.problem_marks import nodes_of
from editor.canvas.view_stage import ViewStage
from editor.document.problem_fixes import Fix, fixes_of, with_label
from editor.document.source_code import ProjectSources
from editor.theme.theme import current_tokens
from editor.widgets.labels import role_label
from engine.graph.problems import Problem
from engine.graph.spec import EdgeId

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

SENTENCE_PX = 340
SIGN_PX = 8
"""From the middle of a stub's sign to its lower edge."""
MOST_PROBLEMS = 5
"""More would not fit on a screen; the list of problems has them all."""


class QuickFixes:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        self._sources = ProjectSources(None)
        self.problems: tuple[Problem, ...] = ()
        """Those of the graph that is shown."""
        view.menu_parts.append(self._add_to_menu)

    def set_folder(self, folder: Path | None) -> None:
        """None for a graph without a file: what a fix writes is saved with it."""
        self._sources = ProjectSources(folder)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)

    def problems_at(self, node: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if node in nodes_of(problem))

    def chosen_node(self) -> str | None:
        """The one selected node, or where the one selected edge begins, if something is wrong there."""
        selected = self._view.selected_nodes() or {edge.outlet.node for edge in self._view.selected_edges()}
        name = next(iter(selected)) if len(selected) == 1 else None
        return name if name is not None and self.problems_at(name) else None

    def open(self, node: str) -> QMenu | None:
        """Below the card. None if nothing is wrong there."""
        card = self._view.drawing.card_rect(node)
        return self._open(self.problems_at(node), QPointF(card.left, card.bottom))

    def open_at_edge(self, edge: EdgeId) -> QMenu | None:
        """Below its sign, of an edge that leads nowhere. What is wrong with a jump is told at its node."""
        problems = tuple(problem for problem in self.problems if problem.edge == edge)
        if not problems:
            return self.open(edge.outlet.node)
        return self._open(problems, QPointF(*self._view.drawing.routes[edge].label_at.moved(0, SIGN_PX)))

    def _open(self, problems: tuple[Problem, ...], corner: QPointF) -> QMenu | None:
        if not problems:
            return None
        menu = QMenu(self._view)
        menu.setObjectName("quick fixes")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for place, problem in enumerate(problems[:MOST_PROBLEMS]):
            if place:
                menu.addSeparator()
            self._add(menu, problem)
        if len(problems) > MOST_PROBLEMS:
            menu.addSeparator()
            menu.addAction(f"{len(problems) - MOST_PROBLEMS} more in Problems").setEnabled(False)
        menu.popup(self._view.viewport().mapToGlobal(self._view.mapFromScene(corner) + QPoint(0, 4)))
        for row in menu.actions():
            if row.isEnabled() and not row.isSeparator():
                menu.setActiveAction(row)
                break
        return menu

    def _add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        """Of an edge the ways out themselves; of a node a row that opens them, with the sentences."""
        if hit.edge is not None:
            fixes = [fix for problem in self.problems if problem.edge == hit.edge for fix in self._fixes_of(problem)]
            if fixes:
                menu.addSeparator()
            self._add_fixes(menu, fixes)
        elif hit.node is not None and self.problems_at(hit.node):
            menu.addSeparator()
            menu.addAction("What can be done about its problems…\tCtrl+.", partial(self.open, hit.node))

    def _add(self, menu: QMenu, problem: Problem) -> None:
        fixes = self._fixes_of(problem)
        words = QWidgetAction(menu)
        words.setDefaultWidget(_sentence(problem, has_fix=bool(fixes)))
        words.setText(problem.sentence)
        words.setEnabled(False)
        menu.addAction(words)
        self._add_fixes(menu, fixes)

    def _fixes_of(self, problem: Problem) -> tuple[Fix, ...]:
        document = self._stage.document
        self._sources.see(document.modules)
        return fixes_of(problem, document, self._sources)

    def _add_fixes(self, menu: QMenu, fixes: Iterable[Fix]) -> None:
        for fix in fixes:
            menu.addAction(fix.label.replace("&", "&&")).triggered.connect(partial(self._do, fix))

    def _do(self, fix: Fix, _checked: bool = False) -> None:
        self._stage.do_keeping_places(fix.label, lambda _document: with_label(fix))


def _sentence(problem: Problem, *, has_fix: bool) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(4)
    tokens = current_tokens()
    labels = [(role_label(problem.sentence, "strong", wrap=True), tokens.text)]
    if not has_fix:
        labels.append((role_label(problem.way_out, "quiet", wrap=True), tokens.text_quiet))
    for label, colour in labels:
        label.setStyleSheet(f"color: {colour}")  # a row that cannot be chosen counts as disabled, and would be grey
        label.setFixedWidth(SENTENCE_PX)
        label.setFixedHeight(label.heightForWidth(SENTENCE_PX))
        column.addWidget(label)
    return box
