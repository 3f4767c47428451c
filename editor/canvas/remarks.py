"""What the canvas does with frames and notes besides moving and stretching them: make, write, colour, delete."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from editor.canvas.hit import Hit
from editor.canvas.remark_shape import frame_around, rect_of, stretched, taken_along, title_rect
from editor.canvas.view_stage import ViewStage
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import GRID_PX
from editor.document.remark import COLOURS
from editor.document.remark_commands import (
    add_frame,
    add_note,
    move_things,
    new_key,
    recolour_frames,
    resize_remarks,
    write_remark,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from editor.canvas.graph_view import GraphView

EMPTY_FRAME_PX = (360, 220)


class Remarks:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        view.menu_parts.append(self._add_to_menu)

    def frame_selection(self) -> None:
        """A frame round what is selected, or an empty one at the pointer; its title is asked at once."""
        cards = [self._stage.drawing.bounds(name) for name in self._view.selected_nodes()]
        cards += [rect_of(self._stage.drawing.remarks[key]) for key in self._view.selected_remarks()]
        if cards:
            rect = frame_around(cards)
            self._add(lambda document: add_frame(document, rect))
        else:
            at = self._view.place_of_pointer()
            self.add_frame_at(QPointF(at.x() - EMPTY_FRAME_PX[0] / 2, at.y() - 16))

    def add_frame_at(self, corner: QPointF) -> None:
        """An empty one; its title is asked at once."""
        self._add(lambda document: add_frame(document, (corner.x(), corner.y(), *EMPTY_FRAME_PX)))

    def add_note(self, at: QPointF | None = None) -> None:
        """At this point of the scene, or at the pointer; its text is asked at once."""
        place = at if at is not None else self._view.place_of_pointer()
        self._add(lambda document: add_note(document, (place.x(), place.y())))

    def write(self, key: str) -> None:
        """Open the title of a frame or the text of a note for typing."""
        remark = self._stage.document.layout.remarks.get(key)
        if remark is None or not self._stage.may_edit():
            return

        def accept(text: str) -> bool:
            return self._stage.do(lambda document: write_remark(document, key, text))

        if remark.kind == "frame":
            self._view.naming.write_line(title_rect(remark), remark.text, accept, hint="Title of the frame")
        else:
            self._view.naming.write_text(rect_of(remark), remark.text, accept)

    def recolour(self, colour: str) -> None:
        """The selected frames."""
        keys = sorted(self._view.selected_remarks())
        self._stage.do(lambda document: recolour_frames(document, keys, colour))

    def next_colour(self) -> None:
        """The selected frames get the colour after that of the first one."""
        remarks = self._stage.document.layout.remarks
        frames = sorted(key for key in self._view.selected_remarks() if remarks[key].kind == "frame")
        if not frames:
            self._stage.tell("Select a frame to give it another colour.")
            return
        now = remarks[frames[0]].colour
        place = COLOURS.index(now) if now in COLOURS else 0
        self.recolour(COLOURS[(place + 1) % len(COLOURS)])

    def nudge(self, dx: int, dy: int) -> bool:
        """Move the selected remarks, what stands in their frames, and the selected nodes. False if none is selected."""
        drawing, chosen = self._stage.drawing, self._view.selected_remarks()
        if not chosen:
            return False
        cards = {name: drawing.card_rect(name) for name in drawing.shapes}
        inside, keys = taken_along(drawing.remarks, chosen, cards)
        positions = {name: drawing.positions[name] for name in inside | self._view.selected_nodes()}
        places = {name: (x + dx, y + dy) for name, (x, y) in positions.items()}
        corners = {key: (drawing.remarks[key].rect[0] + dx, drawing.remarks[key].rect[1] + dy) for key in keys}
        unplaced = {name: drawing.positions[name] for name in self._stage.document.unplaced()}
        self._stage.do(lambda document: move_things(document, {**unplaced, **places}, corners))
        return True

    def stretch(self, dx: int, dy: int) -> None:
        """Move the right and the lower edge of the selected frames and notes by steps of the grid."""
        keys = sorted(self._view.selected_remarks())
        if not keys:
            self._stage.tell("Select a frame or a note to make it larger or smaller.")
            return
        sizes = {
            key: stretched(self._stage.drawing.remarks[key], "right bottom", dx * GRID_PX, dy * GRID_PX) for key in keys
        }
        self._stage.do(lambda document: resize_remarks(document, sizes))

    def _add(self, make: Callable[[Document], Command]) -> None:
        added: list[str] = []

        def step(document: Document) -> Command:
            command = make(document)
            added.append(new_key(command))
            return command

        if self._stage.do_keeping_places("", step):
            self._stage.select((), (), added)
            self.write(added[0])

    def _add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        remark = None if hit.remark is None else self._stage.document.layout.remarks.get(hit.remark)
        menu.addSeparator()
        if remark is not None and hit.remark is not None:
            key = hit.remark
            menu.addAction("Rename\tF2" if remark.kind == "frame" else "Write\tF2", lambda: self.write(key))
            if remark.kind == "frame":
                colours = menu.addMenu("Colour")
                for colour in COLOURS:
                    row = colours.addAction(colour.capitalize())
                    row.setCheckable(True)
                    row.setChecked(remark.colour == colour)
                    row.triggered.connect(partial(self._recolour, colour))
            menu.addAction("Copy\tCtrl+C", self._view.copying.copy)
            menu.addAction(f"Delete {remark.kind}\tDel", self._view.delete_selection)
        else:
            if self._view.selected_nodes():
                menu.addAction("Frame round the selection\tCtrl+G", self.frame_selection)
            place = self._view.place_of_pointer()
            menu.addAction("Add a note\tShift+N", lambda: self.add_note(place))

    def _recolour(self, colour: str, _checked: bool = False) -> None:
        self.recolour(colour)
