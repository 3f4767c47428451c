"""The inspector's rows of a node that is a graph: the file it stands for, and what it remembers."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout

from editor.document.command import Command, CommandError
from editor.document.commands import change_node
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.widgets.choice_box import ChoiceBox
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from engine.graph.references import why_not_reference
from engine.graph.spec import NodeSpec, SubgraphMemory

MEMORY_WORDS: dict[SubgraphMemory, tuple[str, str]] = {
    "inherit": ("Begins anew each time", "Its checkpoints stand with those of the run, anew for each call"),
    "own": ("Remembers earlier times", "One history in each thread: it goes on where it ended the last time"),
    "none": ("Keeps no checkpoints", "Faster; it cannot ask a question or be stopped inside"),
}
_ORDER: tuple[SubgraphMemory, ...] = get_args(SubgraphMemory)


class SubgraphFields:
    """Adds its rows to a form, and shows them for such nodes only."""

    def __init__(self, history: UndoHistory, form: QFormLayout) -> None:
        self._history = history
        self._form = form
        self._node = ""
        self.file = InlineField("Graph file of the node", mono=True, placeholder="other.graph.json")
        self.memory = ChoiceBox()
        self.memory.setAccessibleName("What the subgraph remembers")
        for index, memory in enumerate(_ORDER):
            words, tip = MEMORY_WORDS[memory]
            self.memory.addItem(words)
            self.memory.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        form.addRow(role_label("Graph file", "quiet"), self.file)
        form.addRow(role_label("Memory", "quiet"), self.memory)
        self.file.committed.connect(self._change_file)
        self.memory.activated.connect(self._change_memory)

    def show_node(self, name: str, spec: NodeSpec) -> None:
        self._node = name
        self._form.setRowVisible(self.file, isinstance(spec.graph, str))
        self._form.setRowVisible(self.memory, spec.graph is not None)
        self.file.show_text(spec.graph if isinstance(spec.graph, str) else "")
        self.memory.setCurrentIndex(_ORDER.index(spec.checkpointer))
        self.memory.setToolTip(MEMORY_WORDS[spec.checkpointer][1])

    def set_read_only(self, on: bool) -> None:
        self.file.setReadOnly(on)
        self.memory.setEnabled(not on)

    def _change_file(self, text: str) -> None:
        def make() -> Command:
            if (reason := why_not_reference(text.strip())) is not None:
                raise CommandError(reason)
            return change_node(self._history.document, self._node, graph=text.strip())

        commit(self._history, self.file, make)

    def _change_memory(self, index: int) -> None:
        self._history.do(change_node(self._history.document, self._node, checkpointer=_ORDER[index]))
