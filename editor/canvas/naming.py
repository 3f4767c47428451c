"""Typing in place: the name of a node, a branch or a frame, the text of a note. One field at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF

from editor.canvas.gestures.gesture import Stage
from editor.canvas.inline_editor import InlineEditor
from editor.canvas.note_editor import NoteEditor
from editor.canvas.shapes import Rect
from editor.document import commands
from editor.document.command import Command
from editor.document.document import Document
from engine.graph.spec import BranchOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


class Naming:
    def __init__(self, view: GraphView, stage: Stage) -> None:
        self._view = view
        self._stage = stage
        self._field: InlineEditor | NoteEditor | None = None

    def close(self) -> None:
        """Take what stands in the open field, if there is one and it can be taken."""
        if self._field is not None:
            field, self._field = self._field, None
            field.take_or_leave()

    def rename_node(self, name: str, make: Callable[[Document, str, str], Command] = commands.rename_node) -> None:
        if not self._stage.may_edit():
            return
        card = self._stage.drawing.card_rect(name)
        place = self._on_screen(Rect(card.left + 18, card.top + 4, card.width - 20, 28))

        def accept(new: str) -> bool:
            return self._stage.do(lambda document: make(document, name, new))

        self._open(place, name, accept, hint="Name of the node")

    def rename_branch(self, outlet: BranchOutlet) -> None:
        drawing = self._stage.drawing
        rows = [row for tab in drawing.shapes[outlet.node].tabs for row in tab.rows if row.outlet == outlet]
        if not rows or not self._stage.may_edit():
            return
        x, y = drawing.positions[outlet.node]

        def accept(label: str) -> bool:
            return self._stage.do(
                lambda document: commands.rename_branch(document, outlet.node, outlet.router, outlet.label, label)
            )

        self._open(self._on_screen(rows[0].rect.moved(x, y - 4)), outlet.label, accept, hint="Label of the branch")

    def write_line(self, rect: Rect, text: str, accept: Callable[[str], bool], *, hint: str) -> None:
        """Ask for one line in this place of the scene."""
        self._open(self._on_screen(rect), text, accept, hint=hint)

    def write_text(self, rect: Rect, text: str, accept: Callable[[str], bool]) -> None:
        """Ask for lines of text in this place of the scene."""
        self.close()
        self._field = NoteEditor(self._view.viewport(), self._on_screen(rect), text, accept)
        self._field.closed.connect(self._forget)

    def _open(self, place: QRect, text: str, accept: Callable[[str], bool], *, hint: str) -> None:
        self.close()
        self._field = InlineEditor(self._view.viewport(), place, text, accept, hint=hint)
        self._field.closed.connect(self._forget)

    def _forget(self) -> None:
        self._field = None

    def _on_screen(self, rect: Rect) -> QRect:
        return self._view.mapFromScene(QRectF(*rect)).boundingRect()
