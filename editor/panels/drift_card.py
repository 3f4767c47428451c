"""The card of a run whose graph or code is another one now: what changed, and the ways to go on. Never goes on itself.

Hidden unless the shown run waits on a changed graph and now is shown. What the buttons do is said by the app.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor.debugger.run_state import GraphDrift, Phase, RunState
from editor.debugger.session import DebugSession
from editor.widgets.buttons import text_button
from editor.widgets.choice_box import ChoiceBox
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from editor.widgets.naming import named

MARGIN_PX = 16
CHOOSE = "Choose…"
_RESTS = frozenset({Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.STOPPED})


@dataclass(frozen=True)
class WaysOn:
    """What the buttons do."""

    map_nodes: Callable[[Mapping[str, str]], object]
    decide_again: Callable[[], object]
    show_old: Callable[[], object]


class DriftCard(QFrame):
    def __init__(self, session: DebugSession, ways: WaysOn) -> None:
        super().__init__()
        self._session = session
        self._ways = ways
        self._drift: GraphDrift | None = None
        self._nodes: tuple[str, ...] = ()
        self._closed: GraphDrift | None = None
        self.boxes: dict[str, QComboBox] = {}
        self.setProperty("role", "card")
        self.setAccessibleName("The graph changed under this run")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._icon = IconLabel("warning", "past", 18)
        self._title = ElidedLabel("", "strong")
        self._text = role_label("", wrap=True)
        self._changes = role_label("", "caption", wrap=True)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._map = text_button("Run on with these", self._map_chosen, kind="primary", icon_name="run")
        self._again = text_button("Decide again…", ways.decide_again, icon_name="branch")
        self._again.setToolTip("The nodes that ran last decide once more where to go, by the graph as it is now")
        self._old = text_button("Show the old graph", ways.show_old, icon_name="past")
        self._close = text_button("Got it", self._hide_it, kind="quiet")
        self._lay_out()
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._refresh()

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        state, graph = self._session.run_state, self._session.graph
        drift = state.drift
        rests = state.phase in _RESTS and not self._session.focus.in_past(state)
        self.setVisible(drift is not None and rests and drift != self._closed)
        if drift is None:
            self._closed = None
            return
        nodes = tuple(graph.nodes) if graph is not None else ()
        if drift != self._drift or nodes != self._nodes:
            self._drift, self._nodes = drift, nodes
            self._fill(drift, nodes, state)
        self._map.setEnabled(self._session.may("resume") and len(self._chosen()) == len(drift.missing))
        self._again.setEnabled(self._session.may("fork"))

    def _fill(self, drift: GraphDrift, nodes: tuple[str, ...], state: RunState) -> None:
        self._title.set_full_text(drift_title(drift))
        self._text.setText(drift_text(drift))
        self._changes.setText("\n".join(drift.changes))
        self._changes.setVisible(bool(drift.changes))
        self._icon.set_icon("warning" if drift.missing else "info", "past")
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        for row, (name, guess) in enumerate(drift.missing):
            box = named(ChoiceBox(), f"What {name} is called now")
            box.addItem(CHOOSE, "")
            for node in sorted(nodes):
                box.addItem(node, node)
            box.setCurrentIndex(max(0, box.findData(guess)))
            box.currentIndexChanged.connect(lambda _index: self._refresh())
            self._grid.addWidget(role_label(f"{name} is now", "strong"), row, 0)
            self._grid.addWidget(box, row, 1)
            self.boxes[name] = box
        self._rows.setVisible(bool(drift.missing))
        self._map.setVisible(bool(drift.missing))
        self._again.setVisible(bool(drift.missing))
        self._old.setVisible(drift.has_old and bool(drift.missing or drift.changes))
        self._close.setVisible(not drift.missing)

    def _chosen(self) -> dict[str, str]:
        return {name: str(box.currentData()) for name, box in self.boxes.items() if box.currentData()}

    def _map_chosen(self) -> None:
        self._ways.map_nodes(self._chosen())

    def _hide_it(self) -> None:
        self._closed = self._drift
        self._refresh()

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("role", "banner-past")
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(head)
        row.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._title, 1)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        body = QVBoxLayout()
        body.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, 12)
        body.setSpacing(8)
        for widget in (self._text, self._changes, self._rows):
            body.addWidget(widget)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._map)
        first.addWidget(self._again)
        first.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._old)
        second.addWidget(self._close)
        second.addStretch(1)
        body.addLayout(first)
        body.addLayout(second)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(body)
        column.addStretch(1)


def drift_title(drift: GraphDrift) -> str:
    if drift.missing:
        return "The graph changed under this run"
    return "The graph is another one than this run began with" if drift.changes else "The code changed since this run"


def drift_text(drift: GraphDrift) -> str:
    """What is true, and what can be done."""
    if drift.missing:
        names = " and ".join(name for name, _guess in drift.missing)
        return (
            f"The run waits for {names}, which the graph no longer has. Nothing was run and nothing is lost. Say which "
            "node took its place, or let the nodes that ran last decide again."
        )
    parts = []
    if drift.changes:
        parts.append("What ran stays as it was; what runs next is the graph as it is now.")
    if drift.code:
        parts.append(f"Changed since then: {', '.join(drift.code)}. What runs next is the new code.")
    return " ".join(parts)
