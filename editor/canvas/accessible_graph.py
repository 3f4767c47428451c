"""The canvas for screen readers: a list whose entries are the nodes, each with its place, state and edges in words, and
behind them the frames and notes with what is written there.

Qt asks the factory once for each view. Python's wrappers have to live as long as Qt may ask, so the graph keeps one
entry for each node and drops it with the node. Walking is done by the canvas's own keys; this only tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from editor.canvas.hit import node_at
from editor.canvas.line_look import edge_in_words
from editor.canvas.node_shape import NodeShape
from editor.canvas.remark_shape import in_words, inside_of, rect_of, remark_at
from editor.canvas.shapes import Point
from editor.canvas.walk import REMARK
from engine.graph.spec import shown_name

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

_views: WeakValueDictionary[int, GraphView] = WeakValueDictionary()
_graphs: dict[int, AccessibleGraph] = {}
"""Both by the address of the view, as Qt hands the factory a plain widget."""


def describe(view: GraphView) -> None:
    """Let Qt describe this canvas by its nodes. To be called once, when the view is made."""
    _install_factory()
    address = shiboken6.getCppPointer(view)[0]
    _views[address] = view
    view.destroyed.connect(lambda: _graphs.pop(address, None))


@cache
def _install_factory() -> None:
    """Once for the whole process: Qt keeps it to the end."""
    QAccessible.installFactory(_interface_for)


def tell_selection(view: GraphView) -> None:
    """The one thing that is selected has the focus, as far as a screen reader is concerned."""
    graph, chosen = _graphs.get(shiboken6.getCppPointer(view)[0]), _selected(view)
    if graph is not None and QAccessible.isActive() and view.hasFocus() and len(chosen) == 1:
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(graph.names().index(chosen[0]))
        QAccessible.updateAccessibility(event)


def _selected(view: GraphView) -> list[str]:
    """Entries as ``AccessibleGraph.names`` has them."""
    return [*view.selected_nodes(), *(REMARK + key for key in view.selected_remarks())]


class AccessibleGraph(QAccessibleWidget):
    def __init__(self, view: GraphView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = view
        self._nodes: dict[str, AccessibleNode] = {}
        self._names: list[str] = []
        self._of_shapes: Mapping[str, NodeShape] = {}
        self._of_remarks: frozenset[str] = frozenset()
        """For which drawing the names were put in order."""

    def names(self) -> list[str]:
        """The entries in order: from left to right as they stood when the graph last changed, then downwards; then the
        frames and notes likewise, as ``REMARK`` and their key."""
        drawing = self._view.drawing
        if self._of_shapes is not drawing.shapes or self._of_remarks != drawing.remarks.keys():
            self._of_shapes, self._of_remarks = drawing.shapes, frozenset(drawing.remarks)
            nodes = sorted(drawing.shapes, key=lambda name: (drawing.positions[name], name))
            remarks = sorted(drawing.remarks, key=lambda key: (drawing.remarks[key].rect, key))
            self._names = [*nodes, *(REMARK + key for key in remarks)]
        return self._names

    def childCount(self) -> int:
        return len(self._view.drawing.shapes) + len(self._view.drawing.remarks) + super().childCount()

    def child(self, index: int) -> QAccessibleInterface:
        names = self.names()
        return self.node(names[index]) if index < len(names) else super().child(index - len(names))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        names = self.names()
        if isinstance(child, AccessibleNode):
            return names.index(child.name) if child.isValid() else -1
        index = super().indexOfChild(child)
        return index if index < 0 else index + len(names)

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        point = self._view.mapToScene(self._view.viewport().mapFromGlobal(QPoint(x, y)))
        name = node_at(self._view.drawing, Point(point.x(), point.y()), 0.0)
        remark = None if name is not None else remark_at(self._view.drawing.remarks, Point(point.x(), point.y()))
        if remark is not None:
            return self.node(REMARK + remark.key)
        return super().childAt(x, y) if name is None else self.node(name)

    def focusChild(self) -> QAccessibleInterface:
        selected = _selected(self._view)
        return self.node(selected[0]) if len(selected) == 1 else super().focusChild()

    def node(self, name: str) -> AccessibleNode:
        if name not in self._nodes:
            for gone in [each for each, entry in self._nodes.items() if not entry.isValid()]:
                del self._nodes[gone]
            kind = AccessibleRemark if name.startswith(REMARK) else AccessibleNode
            self._nodes[name] = kind(self, self._view, name)
        return self._nodes[name]


class AccessibleNode(QAccessibleInterface):
    def __init__(self, graph: AccessibleGraph, view: GraphView, name: str) -> None:
        super().__init__()
        self._graph = graph
        self._view = view
        self.name = name

    def isValid(self) -> bool:
        return shiboken6.isValid(self._view) and self.name in self._view.drawing.shapes

    def object(self) -> QObject:
        return None  # type: ignore[return-value]  # Qt: an entry without an object of its own gives null

    def window(self) -> QWindow:
        return self._view.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return self._graph

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface:
        return None  # type: ignore[return-value]  # Qt: there are none

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return None  # type: ignore[return-value]  # Qt: there are none

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        """The name with what a run did there; as description its breakpoint, what is wrong, and its edges."""
        if not self.isValid():
            return ""
        if kind == QAccessible.Text.Name:
            return self._view.graph_scene.nodes[self.name].look.says
        if kind == QAccessible.Text.Description:
            return " ".join(filter(None, (self._marks_in_words(), self._edges_in_words())))
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Names are edited on the canvas."""

    def place(self) -> QRectF:
        """In the scene."""
        return self._view.node_rect(self.name)

    def rect(self) -> QRect:
        """On the screen."""
        if not self.isValid():
            return QRect()
        place = self._view.mapFromScene(self.place()).boundingRect()
        return QRect(self._view.viewport().mapToGlobal(place.topLeft()), place.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        is_selected = self.name in (chosen := _selected(self._view))
        state.selectable = state.focusable = state.multiSelectable = True
        state.selected = is_selected
        state.focused = is_selected and len(chosen) == 1 and self._view.hasFocus()
        seen = self._view.viewport().rect()
        state.offscreen = not seen.intersects(self._view.mapFromScene(self.place()).boundingRect())
        return state

    def foregroundColor(self) -> QColor:
        return self._view.palette().text().color()

    def backgroundColor(self) -> QColor:
        return self._view.palette().base().color()

    def _marks_in_words(self) -> str:
        scene = self._view.graph_scene
        problem, stop = scene.problem_marks.get(self.name), scene.breakpoint_looks.get(self.name)
        words = (f"Breakpoint: {stop[0].value}." if stop else "", problem.words if problem else "")
        return " ".join(filter(None, words))

    def _edges_in_words(self) -> str:
        edges = sorted(self._view.drawing.edges_at(self.name), key=str)
        moments = self._view.graph_scene.picture.edges
        return "; ".join(edge_in_words(edge, moments.get(edge)) for edge in edges)


class AccessibleRemark(AccessibleNode):
    """A frame or a note. Its name is ``REMARK`` and its key."""

    @property
    def key(self) -> str:
        return self.name.removeprefix(REMARK)

    def isValid(self) -> bool:
        return shiboken6.isValid(self._view) and self.key in self._view.drawing.remarks

    def place(self) -> QRectF:
        return QRectF(*rect_of(self._view.drawing.remarks[self.key]))

    def text(self, kind: QAccessible.Text) -> str:
        """The name with what is written there; as description of a frame, what stands in it."""
        if not self.isValid():
            return ""
        drawing = self._view.drawing
        remark = drawing.remarks[self.key]
        if kind == QAccessible.Text.Name:
            return in_words(remark)
        if kind == QAccessible.Text.Description and remark.kind == "frame":
            inside = sorted(inside_of(remark, {name: drawing.card_rect(name) for name in drawing.shapes}))
            return f"around {', '.join(map(shown_name, inside))}" if inside else "around nothing"
        return ""


def _interface_for(_key: str, widget: QObject) -> Any:
    address = shiboken6.getCppPointer(widget)[0]
    view = _views.get(address)
    if view is None or view is not widget:
        return None
    _graphs[address] = AccessibleGraph(view)
    return _graphs[address]
