"""Copy, cut, paste and duplicate over the system's clipboard, as the text of a graph file: also into other windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QGuiApplication

from editor.canvas.view_stage import ViewStage
from editor.document import clipboard, commands
from editor.document.clipboard import SHIFT_PX
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import Position, on_grid
from editor.document.remark_commands import delete_remarks
from engine.graph.spec import END, START

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

MOST_LETTERS = 20_000_000
"""A graph of 10,000 nodes has 2 million. Longer text is something else, and reading it would hold up the window."""


class CopyPaste:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage

    def copy(self) -> bool:
        """Whether there was something to copy."""
        nodes, edges = self._stage.selected
        text = clipboard.copy_text(self._stage.placed_document(), nodes, self._stage.selected_remarks)
        if text:
            QGuiApplication.clipboard().setText(text)
        elif nodes or edges:
            self._stage.tell("Select nodes to copy. The edges between them come along.")
        return bool(text)

    def cut(self) -> None:
        if self._stage.may_edit() and self.copy():
            gone = sorted(name for name in self._stage.selected[0] if name not in (START, END))
            remarks = sorted(self._stage.selected_remarks)
            label = f"Cut '{gone[0]}'" if len(gone) == 1 and not remarks else "Cut"
            self._stage.do_keeping_places(
                label,
                lambda document: commands.delete(document, gone),
                lambda document: delete_remarks(document, remarks),
            )

    def can_paste(self) -> bool:
        """Whether there is any text; what it is is seen when it is pasted."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None where nothing was ever copied
        return held is not None and held.hasText()

    def paste(self, at: QPointF | None = None) -> None:
        """At this point of the scene, or at the pointer; the nodes are selected then."""
        place = at if at is not None else self._view.place_of_pointer()
        text = QGuiApplication.clipboard().text()
        if len(text) > MOST_LETTERS:
            self._stage.tell("The clipboard holds too much text to be a graph.")
            return
        corner = self._free_corner(on_grid(place.x(), place.y()))
        self._add("Paste", lambda document: clipboard.paste(document, text, corner))

    def duplicate(self) -> None:
        """Copies beside what is selected. The clipboard keeps what it has."""
        text = clipboard.copy_text(self._stage.placed_document(), self._stage.selected[0], self._stage.selected_remarks)
        if text:
            self._add("Duplicate", lambda document: clipboard.paste(document, text))

    def _add(self, label: str, make: Callable[[Document], Command]) -> None:
        added: list[str] = []
        remarks: list[str] = []

        def paste(document: Document) -> Command:
            command = make(document)
            added.extend(clipboard.pasted_names(command))
            remarks.extend(clipboard.pasted_remarks(command))
            return command

        if self._stage.do_keeping_places(label, paste):
            self._stage.select(added, (), remarks)

    def _free_corner(self, corner: Position) -> Position:
        """The same piece pasted twice at the same place does not cover itself."""
        drawing = self._stage.drawing
        taken = {*drawing.positions.values(), *(remark.rect[:2] for remark in drawing.remarks.values())}
        while corner in taken:
            corner = (corner[0] + SHIFT_PX, corner[1] + SHIFT_PX)
        return corner
