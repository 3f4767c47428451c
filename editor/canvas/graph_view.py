"""The canvas: shows the graph of an undo history, plays the gestures, and turns keys into edits.

Follows the history by itself; is told the run, the breakpoints and whether it is read-only. Every edit goes through
``history.do``. What stands where is decided in ``drawing``, what a press means in ``hit`` and ``gestures``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from editor.canvas import accessible_graph, keys
from editor.canvas.arranging import AXES, SIDES, aligned, distributed
from editor.canvas.card_text import NEAR_FROM
from editor.canvas.combined import combined
from editor.canvas.copy_paste import CopyPaste
from editor.canvas.disabling import Disabling
from editor.canvas.drawing import Drawing
from editor.canvas.drawn_ahead import DrawnAhead
from editor.canvas.empty_hint import EmptyHint
from editor.canvas.exporting import Exporting
from editor.canvas.fan_outs import FanOuts
from editor.canvas.find_bar import FindBar
from editor.canvas.gesture_player import GesturePlayer
from editor.canvas.graph_scene import GraphScene
from editor.canvas.hit import Hit, HitKind, hit_at
from editor.canvas.hover_tip import HoverTip
from editor.canvas.joining import Joining
from editor.canvas.line_look import edge_in_words
from editor.canvas.menus import MenuPart, open_context_menu
from editor.canvas.minimap import Minimap
from editor.canvas.naming import Naming
from editor.canvas.node_search import NodeSearch
from editor.canvas.node_shape import TEXT_FROM
from editor.canvas.overview_painter import OVERVIEW_BELOW
from editor.canvas.quick_fixes import QuickFixes
from editor.canvas.remark_shape import in_words, rect_of
from editor.canvas.remarks import Remarks
from editor.canvas.shapes import Point, Rect
from editor.canvas.subgraphs import Subgraphs
from editor.canvas.tidying import Tidying
from editor.canvas.tips import tip_for
from editor.canvas.view_stage import ViewStage
from editor.canvas.walking import Walking
from editor.canvas.zoomable_view import ZoomableView
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import RunPicture
from editor.document import commands
from editor.document.changes import NodeRenamed
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import GRID_PX
from editor.document.remark_commands import delete_remarks
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.theme.theme import current_tokens, theme
from engine.graph.problems import Problem
from engine.graph.spec import END, START, BranchOutlet, EdgeId, Outlet

FRAME_MS = 40
STROKE_STEP_PX = 1.6
COVERED_PX = 70
"""So far down the find bar may cover the right end of the view."""


class GraphView(ZoomableView):
    selection_changed = Signal(object)
    """The names of the selected nodes, as a frozenset; also when only edges, frames or notes of it are others."""
    breakpoint_toggled = Signal(str)
    branch_stop_toggled = Signal(object)
    """The branch, as a BranchOutlet, beside whose port was clicked."""
    node_activated = Signal(str)
    """Double-click or Enter: open the node."""
    router_activated = Signal(str, str)
    """Double-click on the badge of a router, or Enter on one of its edges: the node and the router's name."""
    help_wanted = Signal()
    """The question mark was typed."""
    message = Signal(str)
    """A sentence for the user, e.g. why an edge is not allowed."""

    def __init__(self, history: UndoHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible_graph.describe(self)
        self._history = history
        self._scene = GraphScene(self)
        self.setScene(self._scene)
        self._stage = ViewStage(self, self._scene, history)
        self.naming = Naming(self, self._stage)
        self.is_motion_wanted = True
        """False stops what moves for its own sake; elapsed seconds go on."""
        self.search: NodeSearch = NodeSearch(self, self._stage)
        self.tidying: Tidying = Tidying(self, self._stage)
        self.exporting: Exporting = Exporting(self)
        self.copying: CopyPaste = CopyPaste(self, self._stage)
        self.menu_parts: list[MenuPart] = []
        self.reads_of: Callable[[str], tuple[str, ...]] = lambda _function: ()
        """The keys of the state that a function reads, as far as that can be seen; for the words at the pointer."""
        self.key_now: Callable[[str], str] = str
        """The key that menus show instead of one of ``keys``: the user may have chosen another."""
        """Each adds to the context menu what others than the canvas can do with what was hit."""
        self.joining: Joining = Joining(self, self._stage)
        self.disabling: Disabling = Disabling(self, self._stage)
        self.walking: Walking = Walking(self, self._stage)
        self.fan_outs: FanOuts = FanOuts(self, self._stage, self._scene)
        self.subgraphs: Subgraphs = Subgraphs(self, self._stage)
        self.quick_fixes: QuickFixes = QuickFixes(self, self._stage)
        self.remarks: Remarks = Remarks(self, self._stage)
        self._player = GesturePlayer(self, self._stage)
        self.hover_tip = HoverTip(self.viewport())
        self._pointer: QPoint | None = None
        """Where the mouse is in the viewport; None while it is elsewhere."""
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph")
        self.hint = EmptyHint(self)
        self.minimap = Minimap(self)
        self.find_bar: FindBar = FindBar(self)
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

    def show_breakpoint_looks(self, looks: Mapping[str, tuple[BreakpointLook, str]]) -> None:
        """As ``editor.debugger.breakpoints.breakpoint_looks`` makes them: each state of a breakpoint has its shape."""
        self._scene.show_breakpoint_looks(looks)

    def show_branch_stops(self, looks: Mapping[BranchOutlet, BreakpointLook]) -> None:
        """The branches that hold the run when they are taken."""
        self._scene.show_branch_stops(looks)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Mark the nodes at which something is wrong; hovering says what."""
        self.quick_fixes.show_problems(found := tuple(problems))
        self._scene.show_problems(found)
        self.minimap.follow_drawing()

    def set_read_only(self, reason: str) -> None:
        """Refuse edits with this sentence; empty allows them again."""
        self._stage.read_only_reason = reason
        if reason:
            self._player.cancel()
            self.naming.close()
            self.search.close()
            self.tidying.cancel()

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's file and its modules are; None for a graph without a file."""
        self.search.shelf.set_folder(folder)
        self.quick_fixes.set_folder(folder)
        self.exporting.folder = folder

    def expect(self, ahead: DrawnAhead) -> None:
        """What was computed of a document that is shown next."""
        self.drawing.expect(ahead.places, ahead.drawing)

    def content_rect(self) -> QRectF:
        return self._scene.content_rect()

    def fit_selection(self) -> None:
        rect = QRectF()
        for name in self._scene.selected_nodes:
            rect = rect.united(QRectF(*self.drawing.bounds(name)))
        for key in self._scene.selected_remarks:
            rect = rect.united(QRectF(*rect_of(self.drawing.remarks[key])))
        self.fit(rect if not rect.isEmpty() else self._scene.content_rect())

    def selected_nodes(self) -> frozenset[str]:
        return self._scene.selected_nodes

    def selected_edges(self) -> frozenset[EdgeId]:
        return self._scene.selected_edges

    def selected_remarks(self) -> frozenset[str]:
        """The keys of the selected frames and notes."""
        return self._scene.selected_remarks

    def select(self, nodes: Iterable[str], edges: Iterable[EdgeId] = (), remarks: Iterable[str] = ()) -> None:
        before = self._selection()
        if self._scene.select(nodes, edges, remarks):
            self._describe()
            self.minimap.follow_drawing()
            accessible_graph.tell_selection(self)
            if self._selection() != before:
                self.selection_changed.emit(self._scene.selected_nodes)

    def _selection(self) -> tuple[frozenset[str], frozenset[EdgeId], frozenset[str]]:
        return self._scene.selected_nodes, self._scene.selected_edges, self._scene.selected_remarks

    def select_all(self) -> None:
        self.select(self.drawing.shapes, self.drawing.routes, self.drawing.remarks)

    def open_fixes(self) -> bool:
        """The problems of the selected node with their ways out. False, and a word, if there are none."""
        name = self.quick_fixes.chosen_node()
        if name is None:
            self._stage.tell("Select a node with a problem to see what can be done.")
            return False
        return self.quick_fixes.open(name) is not None

    def center_on(self, name: str) -> None:
        """Bring a node to the middle of the view."""
        self.centerOn(QPointF(*self.drawing.card_rect(name).middle))
        self.view_changed.emit()

    def delete_selection(self) -> None:
        nodes = [name for name in self._scene.selected_nodes if name not in (START, END)]
        edges, remarks = self._scene.selected_edges, sorted(self._scene.selected_remarks)
        if not nodes and not edges and not remarks:
            if self._scene.selected_nodes:
                self._stage.tell("START and END belong to every graph and cannot be deleted.")
            return
        if not remarks:
            self._stage.do(lambda document: commands.delete(document, sorted(nodes), sorted(edges, key=str)))
        elif not nodes and not edges:
            self._stage.do(lambda document: delete_remarks(document, remarks))
        else:
            self._stage.do(
                lambda document: combined(
                    document,
                    f"Delete {len(nodes) + len(edges) + len(remarks)} things",
                    lambda before: commands.delete(before, sorted(nodes), sorted(edges, key=str)),
                    lambda before: delete_remarks(before, remarks),
                )
            )

    def delete_and_heal_selection(self) -> None:
        """Delete the selected nodes and join up what they stood between."""
        names = sorted(name for name in self._scene.selected_nodes if name not in (START, END))
        if names:
            steps = [_healing(name) for name in names]
            self._stage.do(lambda document: combined(document, "Delete and reconnect", *steps))

    def rename_selection(self) -> None:
        """Open the name of the selected node, frame or conditional edge for typing, or the text of the note."""
        if len(self._scene.selected_remarks) == 1 and not self._scene.selected_nodes:
            self.remarks.write(next(iter(self._scene.selected_remarks)))
            return
        nodes = [name for name in self._scene.selected_nodes if name not in (START, END)]
        if len(nodes) == 1:
            self.naming.rename_node(nodes[0])
        elif len(self._scene.selected_edges) == 1:
            (edge,) = self._scene.selected_edges
            if isinstance(edge.outlet, BranchOutlet):
                self.naming.rename_branch(edge.outlet)

    def add_node_at(self, scene_point: QPointF | None = None) -> None:
        """Search what to add at this point or at the pointer: a function of the project, or a node by a new name."""
        point = scene_point if scene_point is not None else self.place_of_pointer()
        self.search.open(Point(point.x(), point.y()))

    def connect_selection(self) -> None:
        """Draw an edge from the selected node by keyboard: ask from which outlet, if it has several, and whereto."""
        if len(self._scene.selected_nodes) == 1:
            self.search.open_from(next(iter(self._scene.selected_nodes)))
        else:
            self._stage.tell("Select one node to draw an edge from it.")

    def node_rect(self, name: str) -> QRectF:
        """The card, in the scene."""
        return QRectF(*self.drawing.card_rect(name))

    def port_position(self, outlet_or_node: Outlet | str) -> QPointF:
        """Where edges of an outlet begin, or, for a node's name, where edges arrive. In the scene."""
        if isinstance(outlet_or_node, str):
            return QPointF(*self.drawing.inlet(outlet_or_node))
        return QPointF(*self.drawing.port(outlet_or_node))

    @property
    def document(self) -> Document:
        return self._history.document

    @property
    def drawing(self) -> Drawing:
        """What stands where."""
        return self._scene.drawing

    def tidy(self) -> None:
        """Lay out the selected nodes among themselves, or all if fewer than two are selected. One edit."""
        selected = self._scene.selected_nodes
        self.tidying.start(selected if len(selected) > 1 else ())

    def align(self, side: str) -> None:
        """Bring the selected cards to one line: a side of ``arranging.SIDES``."""
        self._arrange(SIDES[side], lambda cards: aligned(cards, side), at_least=2)

    def distribute(self, axis: str) -> None:
        """Equal gaps between the selected cards: an axis of ``arranging.AXES``."""
        self._arrange(AXES[axis], lambda cards: distributed(cards, axis), at_least=3)

    def reveal(self, name: str, *, right_px: int = 0) -> None:
        """See that a card is in view and near enough to be read. ``right_px``: how much at the right is covered."""
        place = self.mapFromScene(self.node_rect(name)).boundingRect()
        free = self.viewport().rect().adjusted(24, 24, -24, -24)
        if self.zoom < TEXT_FROM:
            self.zoom_at(place.center(), NEAR_FROM)
            self.center_on(name)
        elif not free.contains(place) or (place.right() > free.right() - right_px and place.top() < COVERED_PX):
            self.center_on(name)

    def sees_something(self) -> bool:
        """Whether any card is in view."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        return bool(self.drawing.nodes_meeting(Rect(seen.x(), seen.y(), seen.width(), seen.height())))

    def place_of_pointer(self) -> QPointF:
        """Where in the scene the mouse is, or the middle of the view while it is elsewhere."""
        return self.mapToScene(self._pointer if self._pointer is not None else self.viewport().rect().center())

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.naming.close()
        self.search.close()
        self._player.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        hit = self._player.move(event)
        if hit is not None:
            self._scene.hover(hit)
            scene = self._scene
            words = tip_for(scene.picture, self.drawing, scene.problem_marks, hit, self.reads_of, scene.chosen_tasks)
            about = hit.node if hit.kind is HitKind.BODY and hit.node is not None and hit.router is None else ""
            self.hover_tip.say(words, event.position().toPoint(), about)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._player.release(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._player.cancel()
        hit = self._player.pointer(event).hit
        match hit.kind:
            case HitKind.NOTHING:
                self.add_node_at(self.mapToScene(event.position().toPoint()))
            case HitKind.BRANCH | HitKind.EDGE | HitKind.EDGE_END if isinstance(hit.outlet, BranchOutlet):
                self.naming.rename_branch(hit.outlet)
            case HitKind.BODY if hit.node is not None and hit.router is not None:
                self.router_activated.emit(hit.node, hit.router)
            case HitKind.BODY if hit.node is not None:
                self.node_activated.emit(hit.node)
            case HitKind.REMARK if hit.remark is not None:
                self.remarks.write(hit.remark)
            case HitKind.LANE | HitKind.TASKS:
                self.mousePressEvent(event)  # a second quick click toggles again
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer = None
        if not self._player.is_playing:
            self._scene.hover(Hit())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._player.cancel()
        point = self.mapToScene(event.pos())
        hit = hit_at(self.drawing, Point(point.x(), point.y()), self.zoom)
        if hit.edge is not None:
            self.select((), [hit.edge])
        elif hit.node is not None and hit.node not in self._scene.selected_nodes:
            self.select([hit.node])
        elif hit.remark is not None and hit.remark not in self._scene.selected_remarks:
            self.select((), (), [hit.remark])
        open_context_menu(self, hit, point, event.globalPos())

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._player.hold_space(True)
            return
        if event.key() == Qt.Key.Key_Escape:
            if not self._player.cancel() and not self.tidying.cancel() and not self.exporting.work.cancel():
                self.select(())
            return
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._player.hold_space(False)
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab adds a node here; Ctrl+F6 leaves the canvas."""
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._player.hold_space(False)

    def walk(self, direction: str) -> None:
        """Select the nearest node in this direction and see that it is in view."""
        self.walking.walk(direction)

    def nudge(self, dx: int, dy: int) -> None:
        """Move what is selected by steps of the grid."""
        names = self._scene.selected_nodes
        if self.remarks.nudge(dx * GRID_PX, dy * GRID_PX):
            return
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
        elif len(self._scene.selected_remarks) == 1 and not self._scene.selected_nodes:
            self.remarks.write(next(iter(self._scene.selected_remarks)))
        elif len(self._scene.selected_edges) == 1 and not self._scene.selected_nodes:
            outlet = next(iter(self._scene.selected_edges)).outlet
            if isinstance(outlet, BranchOutlet):
                self.router_activated.emit(outlet.node, outlet.router)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= OVERVIEW_BELOW:
            super().paintEvent(event)
            return
        scene = self._scene
        painter = QPainter(self.viewport())
        dirty = event.region().boundingRect()
        painter.setClipRect(dirty)
        painter.fillRect(dirty, QColor(current_tokens().canvas))
        painter.setTransform(self.viewportTransform())
        self._scene.overview.paint(painter, scene.nodes, scene.edges, self.zoom, scene.remarks)
        self._scene.overlay.paint(painter, None)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.place()
        self.tidying.note.place()
        self.exporting.work.note.place()
        self.find_bar.place()
        self.minimap.follow_view()

    # ---- inside

    def _follow(self, event: HistoryEvent) -> None:
        if event.changes and event.old.graph is event.new.graph and event.old.layout is event.new.layout:
            return  # code was edited
        selected = self._scene.selected_nodes
        self._player.cancel()
        self.tidying.follow(event.new.graph)
        if not event.changes:
            self.drawing.forget_places()
        self._scene.follow(event.new)
        renamed = {change.old: change.new for change in event.changes if isinstance(change, NodeRenamed)}
        kept = {renamed.get(name, name) for name in selected}
        self._scene.select(kept, self._scene.selected_edges, self._scene.selected_remarks)
        if self._scene.selected_nodes != selected:
            self.selection_changed.emit(self._scene.selected_nodes)
        self.minimap.follow_drawing()
        self._show_hint()
        self._describe()

    def _arrange(
        self, label: str, arrange: Callable[[dict[str, Rect]], Mapping[str, tuple[float, float]]], *, at_least: int
    ) -> None:
        cards = {name: self.drawing.card_rect(name) for name in self._scene.selected_nodes}
        if len(cards) < at_least:
            self._stage.tell(f"Select at least {at_least} nodes to do this.")
            return
        places = arrange(cards)
        self._stage.do_keeping_places(label, lambda document: commands.move(document, places))

    def _tick(self) -> None:
        if self.isVisible():
            self._scene.tick(STROKE_STEP_PX if self.is_motion_wanted else 0.0, time.time())

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
        elif remarks := sorted(self._scene.selected_remarks):
            words += " Selected: " + "; ".join(in_words(self.drawing.remarks[key]) for key in remarks[:5]) + "."
        elif edges:
            words += " Selected: " + "; ".join(edge_in_words(edge, moments.get(edge)) for edge in edges[:5]) + "."
        self.setAccessibleDescription(words)
        if QAccessible.isActive() and words.count("Selected") and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))


def _healing(name: str) -> Callable[[Document], Command]:
    return lambda document: commands.delete_and_heal(document, name)
