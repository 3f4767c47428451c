"""The card of the subgraph that a run stopped in: which one, before which node, and its own state to look at.

Hidden unless the run is paused within a subgraph and now is shown. Its values cannot be edited: a fork of the outer
graph would begin the subgraph anew.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from editor.debugger.run_state import CheckpointRow, Namespace, Phase, RunState, path_of
from editor.debugger.session import DebugSession, RequestHandle
from editor.panels.state_reader import state_items
from editor.widgets.labels import IconLabel, role_label
from editor.widgets.naming import named
from editor.widgets.value_tree import ValueTreeModel
from editor.widgets.value_view import ValueView

MARGIN_PX = 16
TREE_PX = 180


class InsideCard(QFrame):
    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[Namespace, str] | None = None
        self._reading: RequestHandle | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("The subgraph that the run stopped in")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.which = named(QComboBox(), "Which subgraph")
        self.title = role_label("", "strong")
        self.problem = role_label("", "error", wrap=True)
        self.problem.hide()
        self.model_of_state = ValueTreeModel(self, hint="")
        self._tree = ValueView(self.model_of_state, "State of the subgraph", editable=False)
        self._tree.setFixedHeight(TREE_PX)
        self._lay_out()
        self.which.activated.connect(lambda _index: self._show())
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._refresh()

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        state = self._session.run_state
        is_inside = state.phase is Phase.PAUSED and bool(state.stopped_inside)
        self.setVisible(is_inside and not self._session.focus.in_past(state))
        if not is_inside:
            self._shown = None
            return
        stopped = sorted(state.stopped_inside, key=path_of)
        if [self.which.itemData(i) for i in range(self.which.count())] != stopped:
            chosen = path_of(self.which.currentData() or ())
            self.which.clear()
            for namespace in stopped:
                self.which.addItem(" / ".join(path_of(namespace)), namespace)
            paths = [path_of(namespace) for namespace in stopped]
            self.which.setCurrentIndex(paths.index(chosen) if chosen in paths else 0)
        self._show()

    def _show(self) -> None:
        namespace = self.which.currentData()
        row = head_inside(self._session.run_state, namespace)
        if row is None:
            return
        self.title.setText(f"before {', '.join(row.next)}")
        if self._shown == (namespace, row.id):
            return
        self._shown = (namespace, row.id)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session.read_state(
            row.id, (), self._fill, self._show_problem, count=200, namespace=namespace
        )

    def _fill(self, data: Any) -> None:
        self.problem.hide()
        self.model_of_state.set_items(state_items(data))

    def _show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("role", "bar")
        row = QHBoxLayout(head)
        row.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel("graph", "next", 18))
        row.addWidget(role_label("Inside", "strong"))
        row.addWidget(self.which)
        row.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.problem)
        column.addWidget(self._tree)


def head_inside(state: RunState, namespace: Namespace | None) -> CheckpointRow | None:
    """Where the subgraph is; None if nothing is known of it."""
    run = state.inside.get(namespace) if namespace is not None else None
    return run.checkpoints.get(run.head or "") if run is not None else None
