"""Tidy: lays out all nodes or the selected ones as one edit, large graphs in a process of their own that Esc ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

from editor.canvas.auto_layout import lay_out, links_of
from editor.canvas.busy_note import BusyNote
from editor.canvas.remark_shape import frame_around, inside_of
from editor.canvas.shapes import rect_around
from editor.canvas.tidy_process import positions_from_json, to_json
from editor.canvas.view_stage import ViewStage
from editor.document import commands
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import Position, on_grid
from editor.document.remark_commands import resize_remark
from engine.graph.spec import START, GraphSpec

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

AT_ONCE_UP_TO = 300
"""Nodes that are laid out within 50 ms; more would hold up the window, and go to the process."""
SHOW_AFTER_MS = 250
"""What is over sooner needs no note."""
_ROOT = Path(__file__).resolve().parents[2]


class Tidying(QObject):
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        super().__init__(view)
        self._view = view
        self._stage = stage
        self._process: QProcess | None = None
        self._names: frozenset[str] = frozenset()
        self._graph = GraphSpec()
        self.note = BusyNote(view, self.cancel)
        self._show_note = QTimer(self)
        self._show_note.setSingleShot(True)
        self._show_note.setInterval(SHOW_AFTER_MS)
        self._show_note.timeout.connect(self.note.show)
        view.destroyed.connect(self._end_process)

    @property
    def is_busy(self) -> bool:
        """A layout is being computed."""
        return self._process is not None

    def start(self, names: Iterable[str] = ()) -> None:
        """Lay out these nodes among themselves, or all. At once, or a little later if there are many."""
        if self.is_busy or not self._stage.may_edit():
            return
        drawing = self._stage.drawing
        self._names = frozenset(names) or frozenset(drawing.shapes)
        self._graph = self._stage.document.graph
        shapes = {name: shape for name, shape in drawing.shapes.items() if name in self._names}
        boxes = {name: shape.bounds for name, shape in shapes.items()}
        links = links_of(self._graph, shapes)
        if len(boxes) <= AT_ONCE_UP_TO:
            self._take(lay_out(boxes, links))
        else:
            self.note.say(f"Laying out {len(boxes):,} nodes …")
            self._show_note.start()
            self._start_process(to_json(boxes, links))

    def cancel(self) -> bool:
        """End it without an edit. Whether there was something to end."""
        was_busy = self.is_busy
        self._end_process()
        self._show_note.stop()
        self.note.hide()
        return was_busy

    def follow(self, graph: GraphSpec) -> None:
        """The graph became another one: a layout for the old one is of no use."""
        if self.is_busy and graph is not self._graph:
            self.cancel()
            self._stage.tell("The graph changed while it was being laid out, so it stays as it is. Tidy again.")

    def _start_process(self, task: str) -> None:
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", str(_ROOT))
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(sys.executable, ["-m", "editor.canvas.tidy_process"])
        process.write(task.encode())
        process.closeWriteChannel()

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        output = bytes(process.readAllStandardOutput().data()).decode()
        errors = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        self.cancel()
        if code == 0:
            self._take(positions_from_json(output))
        else:
            self._stage.tell(f"The layout could not be computed: {errors.rpartition(chr(10))[2] or f'code {code}'}")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self.cancel()
            self._stage.tell("The layout could not be computed: its process did not start.")

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()

    def _take(self, positions: Mapping[str, Position]) -> None:
        """As one edit. Who saw the whole drawing still does; else the view stays where it is."""
        saw_all = self._view.shows_fitted
        places = self._anchored(positions)
        label = "Tidy" if len(places) == len(self._stage.drawing.shapes) else f"Tidy {len(places)} nodes"
        done = self._stage.do_keeping_places(
            label, lambda document: commands.set_layout(document, places), *self._refitted(places)
        )
        if done and (saw_all or not self._view.sees_something()):
            self._view.fit_all()

    def _refitted(self, places: Mapping[str, Position]) -> Iterator[Callable[[Document], Command]]:
        """Frames stand round the same nodes after it, as far as all of these are laid out anew."""
        drawing = self._stage.drawing
        cards = {name: drawing.card_rect(name) for name in drawing.shapes}
        for key, remark in drawing.remarks.items():
            inside = inside_of(remark, cards)
            if remark.kind == "frame" and inside and inside <= places.keys():
                around = frame_around(drawing.shapes[name].bounds.moved(*places[name]) for name in inside)
                yield partial(resize_remark, key=key, rect=around)

    def _anchored(self, positions: Mapping[str, Position]) -> dict[str, Position]:
        """Moved as a whole so that START, or else the corner of the piece, stands where it stood."""
        now = self._stage.drawing.positions
        if START in positions:
            (x, y), (old_x, old_y) = positions[START], now[START]
        else:
            shapes = self._stage.drawing.shapes
            old = rect_around([shapes[name].bounds.moved(*now[name]) for name in positions])
            new = rect_around([shapes[name].bounds.moved(*place) for name, place in positions.items()])
            (x, y), (old_x, old_y) = on_grid(new.left, new.top), on_grid(old.left, old.top)
        dx, dy = on_grid(old_x - x, old_y - y)
        return {name: (at[0] + dx, at[1] + dy) for name, at in positions.items()}
