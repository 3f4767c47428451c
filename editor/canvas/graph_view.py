"""The canvas: shows the graph of an undo history, plays the gestures, and turns keys into edits.

Follows the history by itself; is told the run, the breakpoints and whether it is read-only. Every edit goes through
``history.do``. What stands where is decided in ``drawing``, what a press means in ``hit`` and ``gestures``; how it is
looked at is in ``scene_view``, what is done to a selection in ``selection_edits``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from editor.canvas import accessible_graph, keys
from editor.canvas.copy_paste import CopyPaste
from editor.canvas.disabling import Disabling
from editor.canvas.drawn_ahead import DrawnAhead
from editor.canvas.drop_target import DropTarget
from editor.canvas.empty_hint import EmptyHint
from editor.canvas.exporting import Exporting
from editor.canvas.fan_outs import FanOuts
from editor.canvas.find_bar import FindBar
from editor.canvas.gesture_player import GesturePlayer
from editor.canvas.hit import Hit, HitKind
from editor.canvas.hover_tip import HoverTip
from editor.canvas.joining import Joining
from editor.canvas.menus import MenuPart
from editor.canvas.minimap import Minimap
from editor.canvas.naming import Naming
from editor.canvas.node_search import NodeSearch
from editor.canvas.pointer_clicks import context_click, double_click
from editor.canvas.quick_fixes import QuickFixes
from editor.canvas.remarks import Remarks
from editor.canvas.scene_view import SceneView
from editor.canvas.selection_edits import SelectionEdits
from editor.canvas.selection_words import words_of
from editor.canvas.shapes import Point
from editor.canvas.subgraphs import Subgraphs
from editor.canvas.tidying import Tidying
from editor.canvas.tips import tip_for
from editor.canvas.view_stage import ViewStage
from editor.canvas.walking import Walking
from editor.debugger.run_picture import RunPicture
from editor.document.changes import NodeRenamed
from editor.document.document import Document
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.theme.theme import theme
from engine.graph.problems import Problem
from engine.graph.spec import EdgeId

FRAME_MS = 40
STROKE_STEP_PX = 1.6


class GraphView(SceneView):
    selection_changed = Signal(object)
    """The names of the selected nodes, as a frozenset; also when only edges, frames or notes of it are others."""
    breakpoint_toggled = Signal(str)
    branch_stop_toggled = Signal(object)
    """The branch, as a BranchOutlet, beside whose port was clicked."""
    node_activated = Signal(str)
    """Double-click or Enter: open the node."""
    router_activated = Signal(str, str)
    """Double-click on the badge of a router, or Enter on one of its edges: the node and the router's name."""
    task_chosen = Signal(str, str)
    """A node's picker shows the task with this id now; "": all of them."""
    help_wanted = Signal()
    """The question mark was typed."""
    message = Signal(str)
    """A sentence for the user, e.g. why an edge is not allowed."""

    def __init__(self, history: UndoHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessible_graph.describe(self)
        self._history = history
        self._stage = ViewStage(self, self._scene, history)
        self.naming = Naming(self, self._stage)
        self.is_motion_wanted = True
        """False stops what moves for its own sake; elapsed seconds go on."""
        self.search: NodeSearch = NodeSearch(self, self._stage)
        self.drops = DropTarget(self, self._stage)
        self.tidying: Tidying = Tidying(self, self._stage)
        self.exporting: Exporting = Exporting(self)
        self.copying: CopyPaste = CopyPaste(self, self._stage)
        self.menu_parts: list[MenuPart] = []
        """Each adds to the context menu what others than the canvas can do with what was hit."""
        self.reads_of: Callable[[str], tuple[str, ...]] = lambda _function: ()
        """The keys of the state that a function reads, as far as that can be seen; for the words at the pointer."""
        self.key_now: Callable[[str], str] = str
        """The key that menus show instead of one of ``keys``: the user may have chosen another."""
        self.edits: SelectionEdits = SelectionEdits(self, self._stage)
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

    def show_run(self, picture: RunPicture) -> None:
        self._scene.show_run(picture, time.time())
        self.minimap.follow_drawing()
        if self._scene.has_motion() and not self._animation.isActive():
            self._animation.start()
        elif not self._scene.has_motion():
            self._animation.stop()
        self._describe()

    def show_stale(self, stale: Mapping[str, str]) -> None:
        """Mark the nodes that are others than in the shown run; hovering says what is."""
        self._scene.show_stale(stale)

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

    def add_node_at(self, scene_point: QPointF | None = None) -> None:
        """Search what to add: a function of the project, or a node by a new name.

        At this point; without one into the edge that is selected alone, or at the pointer.
        """
        scene = self._scene
        if (
            scene_point is None
            and len(scene.selected_edges) == 1
            and not (scene.selected_nodes | scene.selected_remarks)
        ):
            self.search.open_into(next(iter(scene.selected_edges)))
            return
        point = scene_point if scene_point is not None else self.place_of_pointer()
        self.search.open(Point(point.x(), point.y()))

    @property
    def document(self) -> Document:
        return self._history.document

    def tidy(self) -> None:
        """Lay out the selected nodes among themselves, or all if fewer than two are selected. One edit."""
        selected = self._scene.selected_nodes
        self.tidying.start(selected if len(selected) > 1 else ())

    def place_of_pointer(self) -> QPointF:
        """Where in the scene the mouse is, or the middle of the view while it is elsewhere."""
        return self.mapToScene(self._pointer if self._pointer is not None else self.viewport().rect().center())

    # ---- edits of what is selected: see ``selection_edits``

    def delete_selection(self) -> None:
        self.edits.delete()

    def delete_and_heal_selection(self) -> None:
        self.edits.delete_and_heal()

    def rename_selection(self) -> None:
        self.edits.rename()

    def connect_selection(self) -> None:
        self.edits.connect()

    def align(self, side: str) -> None:
        self.edits.align(side)

    def distribute(self, axis: str) -> None:
        self.edits.distribute(axis)

    def nudge(self, dx: int, dy: int) -> None:
        self.edits.nudge(dx, dy)

    def activate_selection(self) -> None:
        self.edits.activate()

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
            marks, stale = scene.problem_marks, scene.stale
            words = tip_for(scene.picture, self.drawing, marks, hit, self.reads_of, scene.chosen_tasks, stale)
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
        if not double_click(self, self._player.pointer(event).hit, self.mapToScene(event.position().toPoint())):
            self.mousePressEvent(event)  # a second quick click toggles again
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer = None
        if not self._player.is_playing:
            self._scene.hover(Hit())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._player.cancel()
        context_click(self, self.mapToScene(event.pos()), event.globalPos())

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._player.hold_space(True)
            return
        if event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self._take_back())
            return
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def _take_back(self) -> bool:
        """Escape: what goes on is cancelled, else what is selected is let go; False if there is neither."""
        if self._player.cancel() or self.tidying.cancel() or self.exporting.work.cancel():
            return True
        has_selection = any(self._selection())
        self.select(())
        return has_selection

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

    def leave(self, *, forward: bool = True) -> None:
        """Give the keyboard focus to the next widget."""
        super().focusNextPrevChild(forward)

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
        words = words_of(self._history.document.graph, self._scene)
        self.setAccessibleDescription(words)
        if QAccessible.isActive() and words.count("Selected") and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
