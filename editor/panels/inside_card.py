"""The card of a subgraph at the shown moment: which one, its steps to walk through, and its own state.

Shown while the run is stopped within a subgraph, and whenever a subgraph is looked into (its level is open, or its card
is selected) of which something ran. Past moments are read-only; the session says why.
"""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from editor.debugger.inside_past import shown_inside
from editor.debugger.run_state import CheckpointRow, InsideRun, Namespace, Phase, path_of
from editor.debugger.session import DebugSession
from editor.panels.inside_state import DIFF, STATE, InsideState
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from editor.widgets.naming import named
from editor.widgets.segmented import Segmented

MARGIN_PX = 12
STEPS_SHOWN = 200
"""In the list of steps, the newest; a list of more is no list."""


class InsideCard(QFrame):
    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "card")
        self.setAccessibleName("What runs inside the subgraph")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.which = named(QComboBox(), "Which subgraph")
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.steps = named(QComboBox(), "Which step inside the subgraph")
        self.steps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.steps.setMinimumContentsLength(8)
        self.title = ElidedLabel("", "strong")
        self.switch = Segmented((DIFF, STATE), "What to show of the subgraph's state")
        self.switch.choose(STATE)
        self.state = InsideState(session)
        self._steps_of: tuple[Namespace, tuple[str, ...]] | None = None
        self._stopped: tuple[Namespace, ...] = ()
        """Where the run had stopped when the list was filled."""
        self._lay_out()
        self.which.activated.connect(self._on_which)
        self.steps.activated.connect(self._on_step)
        self.switch.chosen.connect(lambda _word: self._refresh())
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        session.level_changed.connect(self._on_change)
        self._refresh()

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        runs = shown_runs(self._session)
        self.setVisible(bool(runs))
        if not runs:
            self.state.forget()
            return
        self._show_which(runs)
        namespace = self.which.currentData()
        run = runs[namespace]
        at = self._session.focus.inside
        shown_id = at[1] if at is not None and at[0] == namespace else run.head
        row = run.checkpoints.get(shown_id or "")
        if row is None:
            return
        self._show_steps(namespace, run, row)
        self.title.set_full_text(moment_words(row))
        self.state.show_moment(namespace, row, self.switch.word)

    def _show_which(self, runs: dict[Namespace, InsideRun]) -> None:
        names = sorted(runs, key=lambda each: (path_of(each), each))
        stopped = tuple(self._session.run_state.stopped_inside)
        has_moved, self._stopped = stopped != self._stopped, stopped
        if [self.which.itemData(i) for i in range(self.which.count())] == names and not has_moved:
            return
        chosen = self.which.currentData()
        at = self._session.focus.inside
        level = self._session.level
        self.which.clear()
        for namespace in names:
            same = [each for each in names if path_of(each) == path_of(namespace)]
            number = f" · {same.index(namespace) + 1} of {len(same)}" if len(same) > 1 else ""
            self.which.addItem(" / ".join(path_of(namespace)) + number, namespace)
        wanted = [
            *(each for each in names if at is not None and each == at[0]),
            *(each for each in names if has_moved and each in stopped and chosen in (each, None)),
            *(each for each in names if has_moved and each in stopped),  # into another subgraph, or out of one
            *(each for each in names if each == chosen),
            *(each for each in names if chosen is not None and path_of(each) == path_of(chosen)),
            *(each for each in names if each in stopped),
            *(each for each in names if path_of(each) == level),
            names[0],
        ]
        self.which.setCurrentIndex(names.index(wanted[0]))

    def _show_steps(self, namespace: Namespace, run: InsideRun, shown: CheckpointRow) -> None:
        rows = [row for row in run.checkpoints.values() if row.next != ("__start__",)][-STEPS_SHOWN:]
        known = (namespace, tuple(row.id for row in rows))
        if known != self._steps_of:
            self._steps_of = known
            self.steps.clear()
            for row in rows:
                self.steps.addItem(step_words(row), row.id)
        self.steps.setCurrentIndex(self.steps.findData(shown.id))

    def _on_which(self, _index: int) -> None:
        namespace = self.which.currentData()
        run = shown_runs(self._session).get(namespace)
        if run is not None and run.head is not None:
            self._session.look_inside(namespace, run.head)

    def _on_step(self, _index: int) -> None:
        self._session.look_inside(self.which.currentData(), self.steps.currentData())

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("role", "bar")
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(IconLabel("graph", "next", 18))
        above.addWidget(role_label("Inside", "strong"))
        above.addWidget(self.which)
        above.addWidget(self.title, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.switch)
        below.addWidget(self.steps, 1)
        rows = QVBoxLayout(head)
        rows.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        rows.setSpacing(8)
        rows.addLayout(above)
        rows.addLayout(below)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.state)


def shown_runs(session: DebugSession) -> dict[Namespace, InsideRun]:
    """The subgraphs that the card offers: where the run is stopped, and what is looked into."""
    state = session.run_state
    runs: dict[Namespace, InsideRun] = {}
    if state.phase is Phase.PAUSED and not session.focus.in_past(state):
        runs = {each: state.inside[each] for each in state.stopped_inside if each in state.inside}
    node = session.inside_node
    shown = shown_inside(state, session.focus, node) if node is not None else None
    if shown is not None:
        level = session.level
        runs |= {each: run for each, run in shown.runs.items() if path_of(each)[: len(level)] == level}
    return runs


def step_words(row: CheckpointRow) -> str:
    """One row of the list of steps: "Step 2 · i ran"."""
    ran = [name for name in row.ran if name != "__start__"]
    if row.source in ("update", "fork"):
        return f"Step {row.step} · edited by hand"
    return f"Step {row.step} · {', '.join(ran)} ran" if ran else f"Step {row.step} · begins"


def moment_words(row: CheckpointRow) -> str:
    """ "before i", or that it is at its end."""
    return f"before {', '.join(row.next)}" if row.next else "at its end"
