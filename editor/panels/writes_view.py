"""What each task of the shown step wrote: one row for a task, below it the keys in the order of writing. Read-only.

The rows come from ``write_items``, which is pure; ``state_panel`` fetches the writes and shows this page.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from editor.debugger.reports import StepWrites, TaskWrites
from editor.debugger.run_state import CheckpointRow
from editor.panels.timeline_text import duration_text
from editor.widgets.preview_node import PreviewItem, PreviewNode, preview_from_json
from editor.widgets.value_tree import Index, ValueTreeModel
from editor.widgets.value_view import ValueView
from engine.graph.spec import START

INPUT_TASK = "input"


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


def write_items(writes: StepWrites, parent: CheckpointRow) -> tuple[PreviewItem, ...]:
    """A row for each task that ran from ``parent``, the ones that wrote nothing too, since that is worth knowing."""
    written = {task.task_id: task for task in writes.tasks}
    nodes = {task.id: task.node for task in parent.tasks}
    times = {task.id: duration_text(task.duration_s) for task in parent.tasks}
    if parent.next == (START,):
        nodes = dict.fromkeys(written, INPUT_TASK)
    ids = [*nodes, *(task_id for task_id in written if task_id not in nodes)]
    names = _told_apart([nodes.get(task_id, "a task") for task_id in ids])
    return tuple(
        _task_item(name, task_id, times.get(task_id, ""), written.get(task_id))
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


def _task_item(name: str, task_id: str, time: str, written: TaskWrites | None) -> PreviewItem:
    keys = [
        PreviewItem(key, (key,), preview_from_json(tree, (key,)))
        for key, tree in (written.writes if written is not None else ())
    ]
    text = time if keys else " · ".join(filter(None, ("wrote nothing", time)))
    return PreviewItem(name, (task_id,), PreviewNode("", text, None, tuple(keys)))
