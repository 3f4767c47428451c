"""The state of one moment of a subgraph: what its step changed, or all of it, with edits where the run stands.

Shown by ``inside_card``, which says which moment. Writes nothing itself: an edit is asked of the session.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QStackedWidget

from editor.debugger.run_state import CheckpointRow, Namespace
from editor.debugger.session import DebugSession, RequestHandle
from editor.panels.diff_view import DiffView
from editor.panels.fork_draft import ForkDraft, value_at
from editor.panels.state_reader import state_items
from editor.widgets.preview_node import Path, PreviewNode, preview_from_json, short_path_text
from editor.widgets.toast import Toast
from editor.widgets.value_editor import ValueEditor
from editor.widgets.value_tree import ValueTreeModel
from editor.widgets.value_view import ValueView
from engine.time_travel.state_diff import StateDiff

DIFF, STATE = "Diff", "State"
KEYS = 200
HEIGHT_PX = 200


class InsideState(QStackedWidget):
    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._word = STATE
        self._shown: tuple[Namespace, CheckpointRow] | None = None
        self._asked: tuple[Namespace, str, str] | None = None
        self._reading: RequestHandle | None = None
        self._editor: ValueEditor | None = None
        self.model_of_state = ValueTreeModel(self, hint="")
        self.tree = ValueView(self.model_of_state, "State of the subgraph")
        self.diff = DiffView()
        self.diff.setAccessibleName("What the step inside the subgraph changed")
        self._toast = Toast(self)
        for view in (self.tree, self.diff):
            self.addWidget(view)
        self.setFixedHeight(HEIGHT_PX)
        self.tree.edit_wanted.connect(lambda path, _node: self._edit(path))
        self.diff.edit_wanted.connect(self._edit)

    def show_moment(self, namespace: Namespace, row: CheckpointRow, word: str) -> None:
        """``word``: "Diff" to the moment before, or "State"."""
        if self._shown is None or self._shown[1].id != row.id:
            self._close_editor()
        self._shown, self._word = (namespace, row), word
        asked = (namespace, row.id, word)
        if asked == self._asked:
            return
        self._asked = asked
        if self._reading is not None:
            self._reading.cancel()
        if word == DIFF:
            self._reading = self._session.read_diff(
                row.parent_id, row.id, self._fill_diff, self._toast.say, namespace=namespace
            )
        else:
            self._reading = self._session.read_state(
                row.id, (), self._fill_tree, self._toast.say, count=KEYS, namespace=namespace
            )

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._shown = self._asked = None
        self._close_editor()

    def _fill_tree(self, data: Any) -> None:
        self.model_of_state.set_items(state_items(data))
        self.setCurrentWidget(self.tree)

    def _fill_diff(self, data: Any) -> None:
        self.diff.show_diff(StateDiff.from_json(data))
        self.setCurrentWidget(self.diff)

    # ---- editing

    def _edit(self, path: Path) -> None:
        if self._shown is None:
            return
        namespace, row = self._shown
        if why_not := self._session.why_not_edit_inside(namespace, row.id):
            self._toast.say(why_not, "lock", "warning")
            return
        self._close_editor()

        def done(data: Any) -> None:
            self._open_editor(path, preview_from_json(data, (path[0],)))

        self._session.read_state(row.id, (path[0],), done, self._toast.say, count=KEYS, namespace=namespace)

    def _open_editor(self, path: Path, root: PreviewNode) -> None:
        if not root.is_whole:
            self._toast.say(f"{path[0]} is too large, or of a kind that JSON cannot hold, to be edited here.", "lock")
            return
        editor = ValueEditor(short_path_text(path), value_at(root.json, path[1:]), self)
        editor.taken_over.connect(lambda new: self._take_over(path, root.json, new))
        editor.given_up.connect(self._close_editor)
        self._editor = editor
        editor.place_over(self._rect_of_current(), self.rect())
        editor.open()

    def _take_over(self, path: Path, root: Any, value: Any) -> None:
        self._close_editor()
        if self._shown is not None:
            namespace, row = self._shown
            changes = ForkDraft(row.id, None).with_edit(path, root, value).changes
            self._session.edit_inside(namespace, row.id, changes)

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            (self.diff if self.currentWidget() is self.diff else self.tree).setFocus()

    def _rect_of_current(self) -> QRect:
        view = self.diff if self.currentWidget() is self.diff else self.tree
        rect = view.visualRect(view.currentIndex())
        return QRect(view.viewport().mapTo(self, rect.topLeft()), rect.size())
