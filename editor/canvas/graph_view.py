"""The canvas: shows the graph of an undo history, plays the gestures, and turns keys into edits.

Follows the history by itself; is told the run, the breakpoints and whether it is read-only. Every edit goes through
``history.do``. What stands where is decided in ``drawing``, what a press means in ``hit`` and ``gestures``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QWidget

from editor.canvas import keys
from editor.canvas.auto_layout import tidy_positions
from editor.canvas.combined import combined
from editor.canvas.drawing import Drawing
from editor.canvas.empty_hint import EmptyHint
from editor.canvas.gestures.choose import begin_gesture
from editor.canvas.gestures.gesture import Gesture, Pointer
from editor.canvas.graph_scene import GraphScene
from editor.canvas.ground import Ground
from editor.canvas.hit import Hit, HitKind, hit_at
from editor.canvas.line_look import edge_in_words
from editor.canvas.menus import open_context_menu
from editor.canvas.minimap import Minimap
from editor.canvas.naming import Naming
from editor.canvas.overview_painter import OVERVIEW_BELOW
from editor.canvas.shapes import Point
from editor.canvas.tips import tip_for
from editor.canvas.view_stage import ViewStage
from editor.canvas.walk import next_node
from editor.debugger.run_picture import RunPicture
from editor.document import commands
from editor.document.changes import NodeRenamed
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import GRID_PX
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.theme.theme import current_tokens, theme
from engine.graph.spec import END, START, BranchOutlet, EdgeId, Outlet

SMALLEST_ZOOM, LARGEST_ZOOM = 0.05, 4.0
ZOOM_STEP = 1.2
WHEEL_NOTCH = 120.0
"""Qt's unit: one notch of a usual wheel."""
FRAME_MS = 40
STROKE_STEP_PX = 1.6
GROUND = 100_000.0
"""The view scrolls this far around the origin, so that the point under the pointer can always stay there."""
FIT_MARGIN = 32.0
_BUTTONS = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}
_CURSORS = {
    "hand": Qt.CursorShape.ClosedHandCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "forbidden": Qt.CursorShape.ForbiddenCursor,
}


class GraphView(QGraphicsView):
    selection_changed = Signal(object)
    """The names of the selected nodes, as a frozenset."""
    breakpoint_toggled = Signal(str)
    node_activated = Signal(str)
    """Double-click or Enter: open the node."""
    message = Signal(str)
    """A sentence for the user, e.g. why an edge is not allowed."""
    view_changed = Signal()
    """Zoom or place is another one."""

    def __init__(self, history: UndoHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._gesture: Gesture | None = None
        self._space_held = False
        self._ground = Ground()
        self._scene = GraphScene(self)
        self.setScene(self._scene)
        self._stage = ViewStage(self, self._scene, history)
        self.naming = Naming(self, self._stage)
        self._set_up()
        self.hint = EmptyHint(self)
        self.minimap = Minimap(self)
        self.view_changed.connect(self.minimap.follow_view)
        self._animation = QTimer(self)
        self._animation.setInterval(FRAME_MS)
        self._animation.timeout.connect(self._tick)
        self._scene.follow(history.document)
        self.destroyed.connect(history.subscribe(self._follow))  # what subscribe gives back ends it
        theme().theme_changed.connect(self._repaint_theme)
        self.minimap.follow_drawing()
        self._show_hint()
        self._describe()

    # ---- what the window calls

    @property
    def is_animating(self) -> bool:
        """True only while a node runs."""
        return self._animation.isActive()

    @property
    def graph_scene(self) -> GraphScene:
        return self._scene

    def show_run(self, picture: RunPicture) -> None:
        self._scene.show_run(picture, time.time())
        self.minimap.follow_drawing()
        if self._scene.has_motion() and not self._animation.isActive():
            self._animation.start()
        elif not self._scene.has_motion():
            self._animation.stop()
        self._describe()

    def show_breakpoints(self, names: frozenset[str]) -> None:
        self._scene.show_breakpoints(frozenset(names))

    def set_read_only(self, reason: str) -> None:
        """Refuse edits with this sentence; empty allows them again."""
        self._stage.read_only_reason = reason
        if reason:
            self._cancel_gesture()
            self.naming.close()

    def fit_all(self) -> None:
        self._fit(self._scene.content_rect())

    def fit_selection(self) -> None:
        rect = QRectF()
        for name in self._scene.selected_nodes:
            rect = rect.united(QRectF(*self.drawing.bounds(name)))
        self._fit(rect if not rect.isEmpty() else self._scene.content_rect())

    def zoom_in(self) -> None:
        self.zoom_at(self.viewport().rect().center(), self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.zoom_at(self.viewport().rect().center(), self.zoom / ZOOM_STEP)

    def zoom_reset(self) -> None:
        self.zoom_at(self.viewport().rect().center(), 1.0)

    def zoom_at(self, view_point: QPoint, scale: float) -> None:
        """Zoom so that the scene point under this point of the viewport stays there."""
        scale = max(SMALLEST_ZOOM, min(LARGEST_ZOOM, scale))
        kept = self.mapToScene(view_point)
        self.resetTransform()
        self.scale(scale, scale)
        now = self.mapFromScene(kept)
        self.scroll_by(now.x() - view_point.x(), now.y() - view_point.y())

    def selected_nodes(self) -> frozenset[str]:
        return self._scene.selected_nodes

    def selected_edges(self) -> frozenset[EdgeId]:
        return self._scene.selected_edges

    def select(self, nodes: Iterable[str], edges: Iterable[EdgeId] = ()) -> None:
        before = self._scene.selected_nodes
        if self._scene.select(nodes, edges):
            self._describe()
            if self._scene.selected_nodes != before:
                self.selection_changed.emit(self._scene.selected_nodes)

    def select_all(self) -> None:
        self.select(self.drawing.shapes, self.drawing.routes)

    def center_on(self, name: str) -> None:
        """Bring a node to the middle of the view."""
        self.centerOn(QPointF(*self.drawing.card_rect(name).middle))
        self.view_changed.emit()

    def delete_selection(self) -> None:
        nodes = [name for name in self._scene.selected_nodes if name not in (START, END)]
        edges = self._scene.selected_edges
        if not nodes and not edges:
            if self._scene.selected_nodes:
                self._stage.tell("START and END belong to every graph and cannot be deleted.")
            return
        self._stage.do(lambda document: commands.delete(document, sorted(nodes), sorted(edges, key=str)))

    def delete_and_heal_selection(self) -> None:
        """Delete the selected nodes and join up what they stood between."""
        names = sorted(name for name in self._scene.selected_nodes if name not in (START, END))
        if names:
            steps = [_healing(name) for name in names]
            self._stage.do(lambda document: combined(document, "Delete and reconnect", *steps))

    def rename_selection(self) -> None:
        """Open the name of the selected node, or the label of the selected conditional edge, for typing."""
        nodes = [name for name in self._scene.selected_nodes if name not in (START, END)]
        if len(nodes) == 1:
            self.naming.rename_node(nodes[0])
        elif len(self._scene.selected_edges) == 1:
            (edge,) = self._scene.selected_edges
            if isinstance(edge.outlet, BranchOutlet):
                self.naming.rename_branch(edge.outlet)

    def add_node_at(self, scene_point: QPointF | None = None) -> None:
        """Ask for a name in place, at this point or in the middle of the view, and add a node of that name there."""
        point = scene_point if scene_point is not None else self.mapToScene(self.viewport().rect().center())
        self.naming.name_new_node(Point(point.x(), point.y()))

    def node_rect(self, name: str) -> QRectF:
        """The card, in the scene."""
        return QRectF(*self.drawing.card_rect(name))

    def port_position(self, outlet_or_node: Outlet | str) -> QPointF:
        """Where edges of an outlet begin, or, for a node's name, where edges arrive. In the scene."""
        if isinstance(outlet_or_node, str):
            return QPointF(*self.drawing.inlet(outlet_or_node))
        return QPointF(*self.drawing.port(outlet_or_node))

    @property
    def zoom(self) -> float:
        return self.transform().m11()

    @property
    def drawing(self) -> Drawing:
        """What stands where."""
        return self._scene.drawing

    def tidy(self) -> None:
        """Lay out all nodes anew, as one edit that can be undone."""
        shapes, graph = self.drawing.shapes, self.drawing.graph
        self._stage.do(lambda document: commands.set_layout(document, tidy_positions(graph, shapes)))

    def scroll_by(self, dx: float, dy: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(dx))
        down.setValue(down.value() + round(dy))
        self.view_changed.emit()

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.naming.close()
        pointer = self._pointer(event)
        if self._gesture is not None or event.button() not in _BUTTONS:
            return
        if event.button() == Qt.MouseButton.RightButton:
            return
        self._gesture = begin_gesture(self._stage, pointer)
        self._show_cursor(pointer.hit)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer(event)
        if self._gesture is not None:
            self._gesture.move(pointer)
        else:
            self._scene.hover(pointer.hit)
            self.viewport().setToolTip(tip_for(self._scene.picture, self.drawing, pointer.hit))
        self._show_cursor(pointer.hit)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.finish(self._pointer(event))
        self._show_cursor(self._pointer(event).hit)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._cancel_gesture()
        hit = self._pointer(event).hit
        match hit.kind:
            case HitKind.NOTHING:
                self.add_node_at(self.mapToScene(event.position().toPoint()))
            case HitKind.BRANCH | HitKind.EDGE | HitKind.EDGE_END if isinstance(hit.outlet, BranchOutlet):
                self.naming.rename_branch(hit.outlet)
            case HitKind.BODY if hit.node is not None:
                self.node_activated.emit(hit.node)
            case HitKind.LANE:
                self.mousePressEvent(event)  # a second quick click toggles again
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._gesture is None:
            self._scene.hover(Hit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer; two fingers on a touchpad pan, with Ctrl they zoom."""
        is_touchpad = not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        if is_touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scroll_by(-event.pixelDelta().x(), -event.pixelDelta().y())
        else:
            notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
            self.zoom_at(event.position().toPoint(), self.zoom * ZOOM_STEP**notches)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_at(event.position().toPoint(), self.zoom * (1 + event.value()))
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._cancel_gesture()
        point = self.mapToScene(event.pos())
        hit = hit_at(self.drawing, Point(point.x(), point.y()), self.zoom)
        if hit.edge is not None:
            self.select((), [hit.edge])
        elif hit.node is not None and hit.node not in self._scene.selected_nodes:
            self.select([hit.node])
        open_context_menu(self, hit, point, event.globalPos())

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        if event.key() == Qt.Key.Key_Escape:
            if not self._cancel_gesture():
                self.select(())
            return
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab adds a node here; Ctrl+F6 leaves the canvas."""
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space_held = False

    def walk(self, direction: str) -> None:
        """Select the nearest node in this direction and see that it is in view."""
        selected = self._scene.selected_nodes
        name = next_node(self.drawing, min(selected) if selected else None, direction)
        if name is not None:
            self.select([name])
            self.ensureVisible(QRectF(*self.drawing.bounds(name)), 40, 40)
            self.view_changed.emit()

    def nudge(self, dx: int, dy: int) -> None:
        """Move the selected nodes by steps of the grid."""
        names = self._scene.selected_nodes
        if names:
            unplaced = {name: self.drawing.positions[name] for name in self._history.document.unplaced()}
            places = {n: self.drawing.positions[n] for n in names}
            moved = {n: (x + dx * GRID_PX, y + dy * GRID_PX) for n, (x, y) in places.items()}
            self._stage.do(lambda document: commands.move(document, {**unplaced, **moved}))

    def leave(self, *, forward: bool = True) -> None:
        """Give the keyboard focus to the next widget."""
        super().focusNextPrevChild(forward)

    def activate_selection(self) -> None:
        if len(self._scene.selected_nodes) == 1:
            self.node_activated.emit(next(iter(self._scene.selected_nodes)))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= OVERVIEW_BELOW:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        dirty = event.region().boundingRect()
        painter.setClipRect(dirty)
        painter.fillRect(dirty, QColor(current_tokens().canvas))
        painter.setTransform(self.viewportTransform())
        self._scene.overview.paint(painter, self._scene.nodes, self._scene.edges, self.zoom)
        self._scene.overlay.paint(painter, None)
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._ground.paint(painter, QRectF(rect), self.viewport().size(), self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.place()
        self.minimap.follow_view()

    # ---- inside

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSceneRect(-GROUND, -GROUND, 2 * GROUND, 2 * GROUND)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph")

    def _follow(self, event: HistoryEvent) -> None:
        selected = self._scene.selected_nodes
        self._cancel_gesture()
        self._scene.follow(event.new)
        renamed = {change.old: change.new for change in event.changes if isinstance(change, NodeRenamed)}
        kept = {renamed.get(name, name) for name in selected}
        self._scene.select(kept, self._scene.selected_edges)
        if self._scene.selected_nodes != selected:
            self.selection_changed.emit(self._scene.selected_nodes)
        self.minimap.follow_drawing()
        self._show_hint()
        self._describe()

    def _pointer(self, event: QMouseEvent) -> Pointer:
        place = event.position()
        at = self.mapToScene(place.toPoint())
        scene = Point(at.x(), at.y())
        held = event.modifiers()
        return Pointer(
            scene=scene,
            view=Point(place.x(), place.y()),
            hit=hit_at(self.drawing, scene, self.zoom),
            button=_BUTTONS.get(event.button(), "left"),
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
            space=self._space_held,
        )

    def _show_cursor(self, hit: Hit) -> None:
        if self._gesture is not None:
            shape = _CURSORS.get(self._gesture.cursor)
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif hit.kind is HitKind.OUTLET:
            shape = Qt.CursorShape.CrossCursor
        elif hit.kind in (HitKind.LANE, HitKind.EDGE, HitKind.EDGE_END):
            shape = Qt.CursorShape.PointingHandCursor
        else:
            shape = None
        if shape is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(shape)

    def _cancel_gesture(self) -> bool:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _fit(self, rect: QRectF) -> None:
        """Show this rectangle whole, never larger than at 100 %."""
        if rect.isEmpty():
            return
        port = self.viewport().rect()
        scale = min(
            (port.width() - 2 * FIT_MARGIN) / rect.width(), (port.height() - 2 * FIT_MARGIN) / rect.height(), 1.0
        )
        scale = max(SMALLEST_ZOOM, scale)
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(rect.center())
        self.view_changed.emit()

    # ---- the rest

    def _tick(self) -> None:
        if self.isVisible():
            self._scene.tick(STROKE_STEP_PX, time.time())

    def _repaint_theme(self) -> None:
        self._scene.repaint_all()
        self.minimap.follow_drawing()
        self.viewport().update()

    def _show_hint(self) -> None:
        self.hint.setVisible(not self._history.document.graph.nodes)
        self.hint.place()

    def _describe(self) -> None:
        """For screen readers: how large the graph is and what is selected, with its state."""
        graph = self._history.document.graph
        words = f"{len(graph.nodes)} nodes, {len(self.drawing.routes)} edges."
        selected, edges = sorted(self._scene.selected_nodes), sorted(self._scene.selected_edges, key=str)
        moments = self._scene.picture.edges
        if selected:
            words += " Selected: " + "; ".join(self._scene.nodes[name].look.says for name in selected[:5]) + "."
        elif edges:
            words += " Selected: " + "; ".join(edge_in_words(edge, moments.get(edge)) for edge in edges[:5]) + "."
        self.setAccessibleDescription(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and QApplication.instance() is not None:
            self.viewport().update()


def _healing(name: str) -> Callable[[Document], Command]:
    return lambda document: commands.delete_and_heal(document, name)
