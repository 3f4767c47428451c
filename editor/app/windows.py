"""The windows of this process: opens another one, empty or on the same graph, and ends when the last one is gone.

Each window is an ``Editor`` with its own selection, view, run and thread. What they share is here: the open documents,
the settings, who is trusted, and the breakpoints of one graph. Made by ``main``, or by an ``Editor`` that is alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from editor.app.open_document import OpenDocument, OpenDocuments
from editor.debugger.own_marks import Marks

if TYPE_CHECKING:
    from editor.app.wiring import Editor

BESIDE_PX = 32  # a new window covers the old one, but not its corner


class Windows(QObject):
    all_closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.documents = OpenDocuments()
        self._editors: list[Editor] = []

    @property
    def editors(self) -> tuple[Editor, ...]:
        """From the oldest to the newest."""
        return tuple(self._editors)

    def add(self, editor: Editor) -> None:
        self._editors.append(editor)
        editor.closed.connect(partial(self._forget, editor))
        editor.session.breakpoint_list_changed.connect(partial(self._share_breakpoints, editor))
        editor.marks.changed.connect(partial(self._share_marks, editor))
        editor.files.opened.connect(lambda _path: self._renumber())

    def open_another(self, beside: Editor) -> Editor:
        """An empty window, with the first page."""
        editor = beside.another()
        geometry = beside.window.geometry()
        editor.window.resize(geometry.size())
        editor.window.move(geometry.topLeft() + QPoint(BESIDE_PX, BESIDE_PX))
        editor.window.show()
        editor.window.come_to_front()
        return editor

    def open_same(self, beside: Editor) -> Editor:
        """A second view on the graph of this window."""
        editor = self.open_another(beside)
        breakpoints = beside.session.breakpoint_list
        editor.files.show_same_as(beside.files)
        editor.session.replace_breakpoints(breakpoints)  # those of a graph without a name are not kept in a file
        editor.history.open(beside.history.path)
        QTimer.singleShot(0, editor.canvas, editor.canvas.fit_all)  # once the docks have their places
        return editor

    def close_all(self) -> None:
        """Each asks about its unsaved work; one that is kept keeps the program."""
        for editor in self.editors:
            editor.close()

    def each(self, act: Callable[[Editor], None]) -> None:
        for editor in self.editors:
            act(editor)

    def _forget(self, editor: Editor) -> None:
        self._editors.remove(editor)
        self._renumber()
        if self._editors:
            editor.window.deleteLater()
            editor.deleteLater()
        else:
            self.all_closed.emit()

    def _renumber(self) -> None:
        self.each(lambda editor: editor.refresh())

    def _share_breakpoints(self, source: Editor, _old: object, new: tuple[object, ...]) -> None:
        """They belong to the graph: what one window sets stops the runs of the other too."""
        for editor in _views(self._editors, source.files.shared):
            if editor is not source and editor.session.breakpoint_list != new:
                editor.session.replace_breakpoints(source.session.breakpoint_list)

    def _share_marks(self, source: Editor, _old: object, new: Marks) -> None:
        """Watches, pins and named inputs too: kept in one file, of which no window may lose a part."""
        if source.files.path is not None:
            for editor in _views(self._editors, source.files.shared):
                if editor is not source:
                    editor.marks.follow(new)


def _views(editors: list[Editor], document: OpenDocument) -> list[Editor]:
    return [editor for editor in editors if editor.files.shared is document]
