"""The state of the shown moment: what the last step changed, or all of it, and the way to a fork by editing a value.

Follows the session's focus. Writes nothing itself: a fork is asked of the session. The parts: ``diff_view``,
``value_view``, ``fork_bar``; the reading: ``state_reader``; the rules of a draft: ``fork_draft``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.debugger.own_marks import OwnMarks
from editor.debugger.reports import StepWrites
from editor.debugger.run_state import CheckpointRow
from editor.debugger.session import DebugSession, RequestHandle
from editor.panels.compare_picker import ComparePicker
from editor.panels.diff_view import DiffView
from editor.panels.fork_bar import ForkBar
from editor.panels.fork_draft import ForkDraft, may_edit_text, preset_node, value_at
from editor.panels.pinned_values import PinnedValues
from editor.panels.state_reader import StateReader
from editor.panels.state_text import marks_of, moment_text, no_task_text, nothing_yet, with_draft
from editor.panels.value_orders import ValueOrders
from editor.panels.writes_view import WritesView, write_items
from editor.widgets.empty_state import EmptyState
from editor.widgets.labels import ElidedLabel
from editor.widgets.preview_node import Path, PreviewItem, PreviewNode, may_be_picture, preview_of_json, short_path_text
from editor.widgets.search_box import SearchBox
from editor.widgets.segmented import Segmented
from editor.widgets.toast import Toast
from editor.widgets.value_editor import ValueEditor
from editor.widgets.value_tree import ValueTreeModel
from editor.widgets.value_view import ValueView
from editor.widgets.value_viewer import ValueViewer, may_view
from engine.time_travel.state_diff import StateDiff

DIFF, STATE, WRITES = "Diff", "State", "Writes"

SLOW_MS = 400
"""What was shown before stays for so long: usually the answer is there after a tenth of it."""

READING = ("Reading …", "This state is large, or the machine is busy.")


class StatePanel(QWidget):
    forked = Signal()

    def __init__(self, session: DebugSession, marks: OwnMarks | None = None) -> None:
        super().__init__()
        self._session = session
        self._marks = marks or OwnMarks(self)
        self._reader = StateReader(session)
        self._shown: CheckpointRow | None = None
        self._asked: tuple[str | None, ...] = ()
        """The checkpoint, the word and the base of the comparison that were asked for last."""
        self._wanted: Path = ()
        """To be shown as soon as the tree is there."""
        self._wanted_task = ""
        self._items: tuple[PreviewItem, ...] = ()
        self._drafts: dict[str, ForkDraft] = {}
        self._preview_request: RequestHandle | None = None
        self._editor: ValueEditor | None = None
        self._switch = Segmented((DIFF, STATE, WRITES), "What to show of the state")
        self._moment = ElidedLabel("", "quiet")
        self._filter = SearchBox("Filter keys and values")
        self.compare = ComparePicker(session, self._marks)
        self.pins = PinnedValues(session, self._marks)
        self._diff = DiffView()
        self._tree_model = ValueTreeModel(self)
        self._tree = ValueView(self._tree_model)
        self._writes = WritesView()
        self._viewer = ValueViewer()
        self._empty = EmptyState("state")
        self._pages = QStackedWidget()
        self._bar = ForkBar()
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(lambda: self._show_empty(*READING))
        self._toast = Toast(self)
        self._orders = ValueOrders(session, self._marks, self._toast)
        self._lay_out()
        self._connect_parts()
        session.run_state_changed.connect(self._on_run_state)
        session.focus_changed.connect(self._on_focus)
        self._refresh()

    # ---- what is shown

    def show_mode(self, word: str) -> None:
        """ "Diff", "State" or "Writes"."""
        self._switch.choose(word)
        self._refresh()

    def show_value(self, path: Path) -> None:
        """The value in the tree of the shown moment, or the nearest one above it that is in sight."""
        self._wanted = path
        self.show_mode(STATE)
        if self._pages.currentWidget() is self._tree:
            self._go_to_wanted()

    def show_task(self, task_id: str) -> None:
        """Writes goes to this task when it is in front; "" for all tasks of a fan-out."""
        self._wanted_task = task_id
        self._writes.show_task(task_id)

    def compare_with(self, checkpoint_id: str) -> None:
        """The difference between that checkpoint and the shown one."""
        self.compare.compare_with(checkpoint_id)
        self.show_mode(DIFF)

    def _on_run_state(self, old: Any, new: Any) -> None:
        if new.thread_id != old.thread_id:
            self._drafts.clear()
        self._refresh()

    def _on_focus(self, old: Any, new: Any) -> None:
        if old.checkpoint_id != new.checkpoint_id:
            self._refresh()

    def _refresh(self) -> None:
        """Show the moment of the focus. A checkpoint never changes, so it is asked for once."""
        row, old = self._session.focus.shown(self._session.run_state), self._shown
        self._shown = row
        if row is None or old is None or row.id != old.id:
            self._asked = ()
            self._reader.forget()
            self._close_editor()
            self._show_draft()
        self._show_heading(row)
        self._bar.setEnabled(self._session.may("fork"))
        if row is None:
            self._show_empty(*nothing_yet(self._session.run_state.phase))
        elif self._asked != self._question(row):
            self._ask(row)
        self.pins.show_moment(row)

    def _question(self, row: CheckpointRow) -> tuple[str | None, ...]:
        base = self.compare.base_of(row) if self._switch.word == DIFF else ""
        return (row.id, self._switch.word, base)

    def _ask(self, row: CheckpointRow) -> None:
        self._asked = self._question(row)
        self._slow.start()
        match self._switch.word:
            case "Diff":
                self._reader.read_diff(self.compare.base_of(row), row.id, self._show_diff, self._show_problem)
            case "State":
                self._reader.read_tree(row.id, self._show_tree, self._show_problem)
            case _:
                self._ask_for_writes(row)

    def _show_heading(self, row: CheckpointRow | None) -> None:
        is_viewing = self._pages.currentWidget() is self._viewer
        self._filter.setVisible(row is not None and self._switch.word == STATE and not is_viewing)
        self.compare.setVisible(row is not None and self._switch.word == DIFF and not is_viewing)
        self._moment.set_full_text("" if row is None else moment_text(row))

    def _show_diff(self, diff: StateDiff) -> None:
        self._slow.stop()
        if not diff.keys:
            self._show_empty("The state is empty", "No key has a value at this checkpoint yet.")
            return
        self._diff.show_diff(diff)
        self._pages.setCurrentWidget(self._diff)

    def _show_tree(self, items: tuple[PreviewItem, ...]) -> None:
        self._slow.stop()
        self._items = items
        if not items:
            self._show_empty("The state is empty", "No key has a value at this checkpoint yet.")
            return
        self._fill_tree()
        self._filter.show()
        self._pages.setCurrentWidget(self._tree)
        self._go_to_wanted()

    def _ask_for_writes(self, row: CheckpointRow) -> None:
        """The writes stand on the checkpoint that the tasks ran from."""
        parent = self._session.run_state.checkpoints.get(row.parent_id or "")
        if parent is None or row.source != "loop":
            self._show_empty(*no_task_text(row))
            return
        self._reader.read_writes(parent.id, lambda writes: self._show_writes(writes, parent), self._show_problem)

    def _show_writes(self, writes: StepWrites, parent: CheckpointRow) -> None:
        self._slow.stop()
        self._writes.show_writes(write_items(writes, parent))
        self._pages.setCurrentWidget(self._writes)
        self._writes.show_task(self._wanted_task)

    def _fill_tree(self) -> None:
        """The tree with the values of the draft in place of those at the checkpoint."""
        draft = self._draft()
        opened, current = self._tree.opened_paths(), self._tree.current_path()
        self._tree_model.set_items([with_draft(item, draft) for item in self._items])
        self._tree_model.set_marks(marks_of(self._shown, draft))
        self._tree.open_paths(opened)
        self._tree.select_path(current)

    def _go_to_wanted(self) -> None:
        path, self._wanted = self._wanted, ()
        if not path:
            return
        self._filter.clear()
        self._tree.set_filter("")
        if not self._tree.select_path(path):
            self._tree.select_path(self._tree_model.known_part(path))
            self._view_value(path)  # too deep or too far down for the rows that are there

    def _show_empty(self, title: str, text: str, icon: str = "state") -> None:
        self._slow.stop()
        self._empty.set_texts(title, text, icon)
        self._pages.setCurrentWidget(self._empty)

    def _show_problem(self, text: str) -> None:
        self._asked = ()  # the next change of the run asks again
        self._show_empty("This state cannot be shown", text, "warning")

    def _read_more(self, path: Path, start: int) -> None:
        if self._shown is not None:
            self._reader.read_more(
                self._shown.id,
                path,
                start,
                lambda node: self._tree_model.add_items(path, node.items, node.more),
                self._toast.say,
            )

    def _view_value(self, path: Path) -> None:
        """The value at the path in the place of the tree or diff."""
        if self._shown is not None:
            self._reader.read_value(
                self._shown.id, path, 0, lambda node: self._open_viewer(path, node), self._toast.say
            )

    def _open_viewer(self, path: Path, node: PreviewNode) -> None:
        if not may_view(node):
            self._toast.say(f"{short_path_text(path)}: {node.text}", "info")
            return
        self._viewer.show_value(path, node)
        self._pages.setCurrentWidget(self._viewer)
        self._show_heading(self._shown)

    def _view_picture(self, path: Path) -> None:
        if self._shown is not None:
            picture = self._viewer.picture
            self._reader.read_picture(self._shown.id, path, picture.show_picture, picture.show_problem)

    def _close_viewer(self) -> None:
        self._pages.setCurrentWidget(self._view())
        self._show_heading(self._shown)
        self._view().setFocus()

    def _view_more(self, path: Path, start: int) -> None:
        if self._shown is not None:
            self._reader.read_value(
                self._shown.id, path, start, lambda node: self._viewer.add_more(path, node), self._toast.say
            )

    # ---- editing

    def _edit(self, path: Path) -> None:
        """Open an editor on the value at the path, if there is a moment that can be forked."""
        why_not = may_edit_text(self._session.run_state, may_fork=self._session.may("fork"))
        if why_not or self._shown is None:
            self._toast.say(why_not or "There is no run to edit yet.", "lock", "warning")
            return
        self._close_editor()
        self._reader.read_key(self._shown.id, path[0], lambda root: self._open_editor(path, root), self._toast.say)

    def _open_editor(self, path: Path, root: PreviewNode) -> None:
        if not root.is_whole:
            self._look_instead(path, f"{path[0]} is too large, or of a kind that JSON cannot hold, to be edited here.")
            return
        draft = self._draft()
        value = draft.value_of(path[0]) if draft and path[0] in draft.roots else root.json
        try:
            value = value_at(value, path[1:])
        except (LookupError, TypeError):
            self._toast.say(f"{short_path_text(path)} is not there any more.", "info")
            return
        if may_be_picture(preview_of_json(value)):
            self._view_value(path)
            return
        editor = ValueEditor(short_path_text(path), value, self._pages)
        editor.taken_over.connect(lambda new: self._take_over(path, root.json, new))
        editor.given_up.connect(self._close_editor)
        self._editor = editor
        editor.place_over(self._rect_of_current(), self._pages.rect())
        editor.open()

    def _look_instead(self, path: Path, why: str) -> None:
        """What cannot be edited is shown with all the room there is, if that is more than its row shows."""

        def done(node: PreviewNode) -> None:
            if may_view(node):
                self._open_viewer(path, node)
            self._toast.say(why, "lock")

        if self._shown is not None:
            self._reader.read_value(self._shown.id, path, 0, done, self._toast.say)

    def _take_over(self, path: Path, root: Any, value: Any) -> None:
        self._close_editor()
        assert self._shown is not None, "an editor is open only over a shown checkpoint"
        draft = self._draft() or ForkDraft(self._shown.id, preset_node(self._shown))
        self._set_draft(draft.with_edit(path, root, value))

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            self._view().setFocus()

    def _rect_of_current(self) -> QRect:
        view = self._view()
        rect = view.visualRect(view.currentIndex())
        return QRect(view.viewport().mapTo(self._pages, rect.topLeft()), rect.size())

    def _view(self) -> DiffView | ValueView:
        if self._switch.word == DIFF:
            return self._diff
        return self._tree if self._switch.word == STATE else self._writes

    # ---- the fork

    def _draft(self) -> ForkDraft | None:
        return self._drafts.get(self._shown.id) if self._shown is not None else None

    def _set_draft(self, draft: ForkDraft | None) -> None:
        """Take over a new draft for the shown moment; None or one without edits discards it."""
        assert self._shown is not None, "a draft belongs to a shown checkpoint"
        if draft is None or not draft.edits:
            self._drafts.pop(self._shown.id, None)
        else:
            self._drafts[self._shown.id] = draft
        self._show_draft()
        if self._switch.word == STATE and self._pages.currentWidget() is self._tree:
            self._fill_tree()

    def _show_draft(self) -> None:
        draft = self._draft()
        if draft is None and self._bar.has_keyboard():
            self._view().setFocus()  # else the keyboard goes to whatever field is next in the window
        self._bar.setVisible(draft is not None)
        if self._preview_request is not None:
            self._preview_request.cancel()
        if draft is None or self._shown is None:
            return
        graph = self._session.graph
        self._bar.show_draft(draft, self._shown, tuple(graph.nodes if graph is not None else ()))
        self._bar.show_waiting()
        self._preview_request = self._session.preview_fork(
            draft.checkpoint_id, draft.changes, draft.as_node, self._bar.show_preview
        )

    def _drop_edit(self, path: Path) -> None:
        draft = self._draft()
        if draft is not None:
            self._set_draft(draft.without_edit(path))

    def _choose_node(self, node: str | None) -> None:
        draft = self._draft()
        if draft is not None:
            self._set_draft(replace(draft, as_node=node))

    def _fork(self, then: str) -> None:
        draft = self._draft()
        if draft is not None and self._session.may("fork"):
            self._drafts.pop(draft.checkpoint_id)
            self._session.fork(draft.checkpoint_id, draft.changes, draft.as_node, then)
            self.forked.emit()
            self._show_draft()

    # ---- parts

    def _connect_parts(self) -> None:
        self._switch.chosen.connect(lambda _word: self._refresh())
        self.compare.changed.connect(self._refresh)
        self.pins.value_wanted.connect(self.show_value)
        self._filter.searched.connect(self._tree.set_filter)
        self._diff.edit_wanted.connect(self._edit)
        self._tree.edit_wanted.connect(lambda path, _node: self._edit(path))
        for view in (self._diff, self._tree, self._viewer):
            view.view_wanted.connect(self._view_value)
        for view in (self._tree, self._writes):
            self._orders.tell_of_copies(view)
        self._viewer.more_wanted.connect(self._view_more)
        self._viewer.closed.connect(self._close_viewer)
        self._viewer.picture_wanted.connect(self._view_picture)
        for view in (self._diff, self._tree):
            self._orders.serve(view)
        self._tree_model.more_wanted.connect(self._read_more)
        self._bar.fork_wanted.connect(self._fork)
        self._bar.discarded.connect(lambda: self._set_draft(None))
        self._bar.edit_dropped.connect(self._drop_edit)
        self._bar.node_chosen.connect(self._choose_node)

    def _lay_out(self) -> None:
        for page in (self._diff, self._tree, self._writes, self._viewer, self._empty):
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(12)
        top.addWidget(self._switch)
        top.addWidget(self._moment, 1, Qt.AlignmentFlag.AlignVCenter)
        search = QHBoxLayout()
        search.setContentsMargins(12, 0, 12, 8)
        search.addWidget(self._filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(search)
        column.addWidget(self.compare)
        column.addWidget(self.pins)
        column.addWidget(self._pages, 1)
        column.addWidget(self._bar)
