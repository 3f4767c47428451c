"""What each task of the shown step wrote: one row for a task, below it the keys in the order of writing. Read-only.

The rows come from ``write_items``, which is pure; ``state_panel`` fetches the writes and shows this page.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from editor.debugger.reports import StepWrites, TaskWrites
from editor.debugger.run_state import CheckpointRow, TaskRow
from editor.panels.timeline_text import duration_text
from editor.widgets.preview_node import PreviewItem, PreviewNode, preview_from_json
from editor.widgets.usage_words import usage_words
from editor.widgets.value_tree import Index, ValueTreeModel
from editor.widgets.value_view import ValueView
from engine.graph.spec import START

INPUT_TASK = "input"

_FROM = {"cache": "from the cache"}


class _WritesModel(ValueTreeModel):
    """Its first level are tasks, whose ids say nothing to anybody."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid() and not index.parent().isValid():
            return None
        return super().data(index, role)


class WritesView(ValueView):
    def __init__(self) -> None:
        self.model_of_writes = _WritesModel(hint="")
        super().__init__(self.model_of_writes, "What each task wrote", editable=False)
        self.model_of_writes.setParent(self)

    def show_writes(self, items: tuple[PreviewItem, ...]) -> None:
        self.model_of_writes.set_items(items)
        self.expandToDepth(0)

    def show_task(self, task_id: str) -> None:
        """Goes to the row of this task, if it is one of the step's."""
        if self.select_path((task_id,)):
            self.scrollTo(self.currentIndex(), self.ScrollHint.PositionAtTop)


def write_items(writes: StepWrites, parent: CheckpointRow) -> tuple[PreviewItem, ...]:
    """A row for each task that ran from ``parent``, the ones that wrote nothing too, since that is worth knowing."""
    written = {task.task_id: task for task in writes.tasks}
    nodes = {task.id: task.node for task in parent.tasks}
    facts = {task.id: _facts(task) for task in parent.tasks}
    if parent.next == (START,):
        nodes = dict.fromkeys(written, INPUT_TASK)
    ids = [*nodes, *(task_id for task_id in written if task_id not in nodes)]
    names = _told_apart([nodes.get(task_id, "a task") for task_id in ids])
    return tuple(
        _task_item(name, task_id, facts.get(task_id, ""), written.get(task_id), is_unread=writes.more > 0)
        for name, task_id in zip(names, ids, strict=True)
    )


def _told_apart(names: list[str]) -> list[str]:
    """Tasks of a fan-out have one node; they are numbered as they are in the step."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(f"{name} #{seen[name]}" if names.count(name) > 1 else name)
    return told


def _facts(task: TaskRow) -> str:
    parts = [_FROM.get(task.result_from, ""), duration_text(task.duration_s)]
    return " · ".join(filter(None, [*parts, usage_words(task.usage) if task.usage is not None else ""]))


def _task_item(name: str, task_id: str, facts: str, written: TaskWrites | None, *, is_unread: bool) -> PreviewItem:
    keys = [
        PreviewItem(key, (key,), preview_from_json(tree, (key,)))
        for key, tree in (written.writes if written is not None else ())
    ]
    nothing = "not read, the step has too many tasks" if is_unread and written is None else "wrote nothing"
    text = facts if keys else " · ".join(filter(None, (nothing, facts)))
    return PreviewItem(name, (task_id,), PreviewNode("", text, None, tuple(keys)))
