"""The canvas in a window: real mouse and key events through the viewport, in scene coordinates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from editor.canvas.geometry import polyline
from editor.canvas.graph_view import GraphView
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.document import commands
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from engine.graph.problems import find_problems
from engine.graph.spec import END, START, BranchOutlet, EdgeId, PlainOutlet
from tests.editor.canvas.graphs import document, loop

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NOTHING_HELD = Qt.KeyboardModifier.NoModifier


class Hand:
    """A mouse that speaks scene coordinates."""

    def __init__(self, view: GraphView) -> None:
        self.view = view

    def at(self, scene: QPointF) -> QPoint:
        return self.view.mapFromScene(scene)

    def click(self, scene: QPointF, held: Qt.KeyboardModifier = NOTHING_HELD) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, held, self.at(scene))

    def double_click(self, scene: QPointF) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, NOTHING_HELD, self.at(scene))

    def hover(self, scene: QPointF) -> None:
        self._send(QEvent.Type.MouseMove, scene, NO_BUTTON, NO_BUTTON, NOTHING_HELD)

    def press(self, scene: QPointF, held: Qt.KeyboardModifier = NOTHING_HELD, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonPress, scene, button, button, held)

    def move(self, scene: QPointF, held: Qt.KeyboardModifier = NOTHING_HELD, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseMove, scene, NO_BUTTON, button, held)

    def release(self, scene: QPointF, held: Qt.KeyboardModifier = NOTHING_HELD, button: Qt.MouseButton = LEFT) -> None:
        self._send(QEvent.Type.MouseButtonRelease, scene, button, NO_BUTTON, held)

    def drag(self, start: QPointF, end: QPointF, held: Qt.KeyboardModifier = NOTHING_HELD) -> None:
        self.press(start, held)
        for share in (0.1, 0.5, 1.0):
            self.move(start + (end - start) * share, held)
        self.release(end, held)

    def _send(
        self, kind: QEvent.Type, scene: QPointF, button: Qt.MouseButton, down: Qt.MouseButton, held: Qt.KeyboardModifier
    ) -> None:
        place = QPointF(self.at(scene))
        on_screen = QPointF(self.view.viewport().mapToGlobal(place.toPoint()))
        QApplication.sendEvent(self.view.viewport(), QMouseEvent(kind, place, on_screen, button, down, held))


@pytest.fixture
def open_view(qtbot, qapp) -> Callable[[Document], tuple[GraphView, UndoHistory, Hand]]:
    def opened(shown: Document) -> tuple[GraphView, UndoHistory, Hand]:
        history = UndoHistory(shown)
        view = GraphView(history)
        qtbot.addWidget(view)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        view.setFocus()
        return view, history, Hand(view)

    apply_theme(qapp, "light")
    return opened


def heard(signal) -> list[object]:
    told: list[object] = []
    signal.connect(told.append)
    return told


def field_of(view: GraphView) -> QLineEdit:
    return next(field for field in view.findChildren(QLineEdit) if field.isVisible())


def menu_of(view: GraphView) -> QMenu:
    return next(menu for menu in view.findChildren(QMenu) if menu.isVisible())


def body(view: GraphView, name: str) -> QPointF:
    """A place on the card away from its lane and ports."""
    return view.node_rect(name).center() + QPointF(10, 8)


def plain_edges(history: UndoHistory) -> set[tuple[object, str]]:
    return {(edge.source, edge.target) for edge in history.document.graph.edges}


# ---- selecting


def test_a_click_selects_and_a_click_on_empty_ground_deselects(open_view) -> None:
    view, _, hand = open_view(loop())
    told = heard(view.selection_changed)

    hand.click(body(view, "a"))
    hand.click(QPointF(200, 200))

    assert told == [frozenset({"a"}), frozenset()]


def test_ctrl_toggles_and_shift_extends(open_view) -> None:
    view, _, hand = open_view(loop())

    hand.click(body(view, "a"))
    hand.click(body(view, "b"), Qt.KeyboardModifier.ShiftModifier)
    hand.click(body(view, "a"), Qt.KeyboardModifier.ControlModifier)

    assert view.selected_nodes() == {"b"}


def test_shift_on_the_right_third_selects_all_that_follows(open_view) -> None:
    view, _, hand = open_view(loop())

    hand.click(view.node_rect("a").topRight() + QPointF(-20, 16), Qt.KeyboardModifier.ShiftModifier)

    assert view.selected_nodes() == {"a", "b", END}


def test_an_edge_is_selected_by_a_click_and_glows_under_the_pointer(open_view) -> None:
    view, _, hand = open_view(loop())
    edge = EdgeId(PlainOutlet("a"), "b")
    line = polyline(view.drawing.routes[edge])
    middle = QPointF(*line[len(line) // 2])

    hand.hover(middle)
    glows = view.graph_scene.edges[edge].is_hovered
    hand.click(middle)
    hand.hover(QPointF(0, 300))

    assert glows
    assert not view.graph_scene.edges[edge].is_hovered
    assert view.selected_edges() == {edge}


def test_a_rubber_band_selects_what_it_touches(open_view) -> None:
    view, _, hand = open_view(loop())

    hand.drag(QPointF(100, -60), QPointF(450, 100))

    assert view.selected_nodes() == {"a", "b"}


def test_escape_ends_a_gesture_and_changes_nothing(open_view) -> None:
    view, history, hand = open_view(loop())
    before = view.node_rect("a")

    hand.press(body(view, "a"))
    hand.move(body(view, "a") + QPointF(100, 60))
    moved = view.node_rect("a")
    QTest.keyClick(view, Qt.Key.Key_Escape)
    hand.release(QPointF(0, 0))

    assert moved != before
    assert view.node_rect("a") == before
    assert not history.can_undo


# ---- moving


def test_a_dragged_node_lands_on_the_grid_by_one_undo_step(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(body(view, "c"), body(view, "c") + QPointF(61, 43))

    assert history.document.layout.positions["c"] == (460, 244)
    assert view.node_rect("c").topLeft() == QPointF(460, 244)
    history.undo()
    assert view.node_rect("c").topLeft() == QPointF(400, 200)
    assert not history.can_undo


def test_all_selected_nodes_move_together(open_view) -> None:
    view, history, hand = open_view(loop())
    view.select(["a", "c"])

    hand.drag(body(view, "a"), body(view, "a") + QPointF(0, 40))

    assert history.document.layout.positions["a"] == (120, 40)
    assert history.document.layout.positions["c"] == (400, 240)


def test_edges_follow_a_node_while_it_is_dragged(open_view) -> None:
    view, _, hand = open_view(loop())
    edge = EdgeId(PlainOutlet("a"), "b")

    hand.press(body(view, "b"))
    hand.move(body(view, "b") + QPointF(10, 10))
    hand.move(body(view, "b") + QPointF(40, 80))

    tip = view.graph_scene.edges[edge].route.tip
    assert QPointF(tip.x, tip.y) == view.port_position("b")
    hand.release(body(view, "b"))


def test_a_node_without_edges_dropped_on_an_edge_is_put_into_it(open_view) -> None:
    view, history, hand = open_view(loop())
    line = polyline(view.drawing.routes[EdgeId(PlainOutlet("a"), "b")])
    middle = QPointF(*line[len(line) // 2])

    hand.drag(view.node_rect("c").center(), middle)

    assert plain_edges(history) == {(START, "a"), ("a", "c"), ("c", "b")}
    history.undo()
    assert plain_edges(history) == {(START, "a"), ("a", "b")}
    assert not history.can_undo


def test_ctrl_and_an_arrow_nudge_by_the_grid(open_view) -> None:
    view, history, _ = open_view(loop())
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)

    assert history.document.layout.positions["c"] == (404, 200)


# ---- edges


def test_dragging_from_port_to_node_connects(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position(PlainOutlet("c")), view.port_position(END))

    assert ("c", END) in plain_edges(history)
    assert EdgeId(PlainOutlet("c"), END) in view.graph_scene.edges


def test_releasing_on_the_body_connects_too(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position(PlainOutlet("c")), body(view, "b"))

    assert ("c", "b") in plain_edges(history)


def test_an_edge_that_is_not_allowed_says_why_and_is_not_made(open_view) -> None:
    view, history, hand = open_view(loop())
    told = heard(view.message)

    hand.press(view.port_position(PlainOutlet("c")))
    hand.move(body(view, "c"))
    hand.move(view.node_rect(START).center())
    words = view.graph_scene.overlay.words
    dims = view.graph_scene.nodes[START].dress.glow
    glows = view.graph_scene.nodes["b"].dress.glow
    hand.release(view.node_rect(START).center())

    assert "START" in words
    assert (dims, glows) == ("dim", "valid")
    assert told == [words]
    assert not history.can_undo
    assert view.graph_scene.nodes["b"].dress.glow == ""


def test_a_branch_is_led_to_another_node_from_its_outlet(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position(BranchOutlet("b", "", "done")), body(view, "c"))

    (router,) = history.document.graph.routers["b"]
    assert {branch.label: branch.target for branch in router.branches} == {"again": "a", "done": "c"}


def test_the_end_of_an_edge_can_be_led_elsewhere(open_view) -> None:
    view, history, hand = open_view(loop())

    edge = view.graph_scene.edges[EdgeId(PlainOutlet("a"), "b")]

    hand.press(view.port_position("b") - QPointF(14, 0))
    hand.move(QPointF(350, 150))
    faint = edge.opacity()
    hand.move(body(view, "c"))
    hand.release(body(view, "c"))

    assert faint < 1
    assert plain_edges(history) == {(START, "a"), ("a", "c")}


def test_the_end_of_an_edge_dropped_on_empty_ground_deletes_it(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position("b") - QPointF(14, 0), QPointF(250, 260))

    assert plain_edges(history) == {(START, "a")}


def test_releasing_a_new_edge_on_empty_ground_adds_a_node_already_connected(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position(PlainOutlet("c")), QPointF(700, 260))
    QTest.keyClicks(field_of(view), "review")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    assert ("c", "review") in plain_edges(history)
    assert view.selected_nodes() == {"review"}
    history.undo()
    assert "review" not in history.document.graph.nodes


@pytest.mark.parametrize(
    ("choice", "edges", "targets"),
    [(0, {("a", "b"), ("a", "c")}, set()), (1, set(), {"b", "c"})],
    ids=["parallel", "conditional"],
)
def test_a_second_plain_edge_asks_what_it_means(
    open_view, choice: int, edges: set[tuple[str, str]], targets: set[str]
) -> None:
    view, history, hand = open_view(loop())

    hand.drag(view.port_position(PlainOutlet("a")), body(view, "c"))
    before = plain_edges(history)
    menu = menu_of(view)
    menu.actions()[choice].trigger()
    menu.close()

    assert before == {(START, "a"), ("a", "b")}
    assert plain_edges(history) - {(START, "a")} == edges
    routers = history.document.graph.routers.get("a", ())
    assert {branch.target for router in routers for branch in router.branches} == targets


def test_alt_drag_cuts_all_edges_that_it_crosses(open_view) -> None:
    view, history, hand = open_view(loop())
    x = (view.port_position(PlainOutlet("a")).x() + view.port_position("b").x()) / 2

    hand.drag(QPointF(x, 60), QPointF(x, -120), Qt.KeyboardModifier.AltModifier)

    (router,) = history.document.graph.routers["b"]
    assert plain_edges(history) == {(START, "a")}
    assert [branch.target for branch in router.branches] == [None, END]


# ---- adding, renaming, deleting


def test_a_double_click_on_empty_ground_adds_a_node_there(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.double_click(QPointF(120, 200))
    QTest.keyClicks(field_of(view), "draft")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    assert history.document.layout.positions["draft"] == (120, 200)


def test_a_name_that_is_taken_is_refused_with_the_reason_and_the_field_stays(open_view) -> None:
    view, history, hand = open_view(loop())
    told = heard(view.message)

    hand.double_click(QPointF(120, 200))
    QTest.keyClicks(field_of(view), "a")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    assert told == ["There already is a node 'a'."]
    assert not history.can_undo
    QTest.keyClick(field_of(view), Qt.Key.Key_Escape)


def test_f2_renames_the_selected_node_in_place(open_view) -> None:
    view, history, _ = open_view(loop())
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_F2)
    QTest.keyClicks(field_of(view), "plan")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    assert plain_edges(history) == {(START, "plan"), ("plan", "b")}
    assert view.selected_nodes() == {"plan"}
    history.undo()
    assert view.graph_scene.nodes.keys() == {START, END, "a", "b", "c"}


def test_a_double_click_on_a_label_renames_the_branch(open_view) -> None:
    view, history, hand = open_view(loop())

    hand.double_click(view.port_position(BranchOutlet("b", "", "again")) - QPointF(40, 0))
    QTest.keyClicks(field_of(view), "retry")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    (router,) = history.document.graph.routers["b"]
    assert [branch.label for branch in router.branches] == ["retry", "done"]


def test_escape_leaves_a_field_without_an_edit(open_view) -> None:
    view, history, _ = open_view(loop())
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_F2)
    QTest.keyClicks(field_of(view), "plan")
    QTest.keyClick(field_of(view), Qt.Key.Key_Escape)

    assert not history.can_undo


def test_going_elsewhere_keeps_what_was_typed_and_leaves_the_focus_there(open_view, qtbot) -> None:
    view, history, _ = open_view(loop())
    elsewhere = QPushButton("elsewhere", view)
    elsewhere.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.select(["a"])

    view.rename_selection()
    QTest.keyClicks(field_of(view), "plan")
    elsewhere.setFocus()

    assert elsewhere.hasFocus()
    assert "plan" in history.document.graph.nodes


def test_delete_removes_the_selection_by_one_undo_step(open_view) -> None:
    view, history, _ = open_view(loop())
    view.select(["a", "c"])

    QTest.keyClick(view, Qt.Key.Key_Delete)

    assert history.document.graph.nodes.keys() == {"b"}
    history.undo()
    assert view.graph_scene.nodes.keys() == {START, END, "a", "b", "c"}


def test_start_cannot_be_deleted_and_says_so(open_view) -> None:
    view, history, _ = open_view(loop())
    told = heard(view.message)
    view.select([START])

    QTest.keyClick(view, Qt.Key.Key_Delete)

    assert told == ["START and END belong to every graph and cannot be deleted."]
    assert not history.can_undo


def test_ctrl_delete_closes_the_gap(open_view) -> None:
    chain = document(
        {START: (0, 0), "a": (120, 0), "b": (400, 0), "c": (700, 0), END: (1000, 0)},
        [(START, "a"), ("a", "b"), ("b", "c"), ("c", END)],
    )
    view, history, _ = open_view(chain)
    view.select(["b"])

    QTest.keyClick(view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)

    assert plain_edges(history) == {(START, "a"), ("a", "c"), ("c", END)}


# ---- breakpoints and runs


def test_a_click_in_the_lane_toggles_a_breakpoint_and_selects_nothing(open_view) -> None:
    view, _, hand = open_view(loop())
    told = heard(view.breakpoint_toggled)
    lane = view.node_rect("a").topLeft() + QPointF(8, 28)

    hand.hover(lane)
    ghost = view.graph_scene.nodes["a"].dress.breakpoint
    hand.click(lane)

    assert ghost == "ghost"
    assert told == ["a"]
    assert view.selected_nodes() == frozenset()


def test_a_breakpoint_shows_in_its_lane(open_view) -> None:
    view, _, _ = open_view(loop())

    view.show_breakpoints(frozenset({"a"}))

    assert view.graph_scene.nodes["a"].dress.breakpoint == "on"


def test_each_state_of_a_breakpoint_has_its_own_shape(open_view) -> None:
    view, _, _ = open_view(loop())
    lane = view.mapFromScene(view.node_rect("a").topLeft() + QPointF(8, 28))
    painted = set()

    for look in BreakpointLook:
        view.show_breakpoint_looks({"a": (look, "7" if look is BreakpointLook.HIT_COUNT else "")})
        dress = view.graph_scene.nodes["a"].dress
        assert dress.breakpoint == look.value
        picture = view.viewport().grab(QRect(lane.x() - 8, lane.y() - 8, 16, 16)).toImage()
        painted.add(bytes(picture.constBits()))

    assert len(painted) == len(BreakpointLook)


def test_a_read_only_graph_refuses_edits_with_its_reason_but_can_be_looked_at(open_view) -> None:
    view, history, hand = open_view(loop())
    told = heard(view.message)
    reason = "A run is open. Stop it to edit."
    view.set_read_only(reason)

    hand.drag(body(view, "a"), body(view, "a") + QPointF(80, 80))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    hand.drag(view.port_position(PlainOutlet("c")), view.port_position(END))

    assert set(told) == {reason}
    assert not history.can_undo
    assert view.selected_nodes() == {"a"}


def test_the_animation_runs_only_while_a_node_runs(open_view) -> None:
    view, _, _ = open_view(loop())

    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.RUNNING, started_at_s=0.0)}))
    while_running = view.is_animating
    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.DONE, 1, 0.1)}))

    assert while_running
    assert not view.is_animating


def test_only_nodes_that_look_different_change(open_view) -> None:
    view, _, _ = open_view(loop())
    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.NEXT), "b": NodeMoment()}))
    before = {name: item.look for name, item in view.graph_scene.nodes.items()}

    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.WAITING), "b": NodeMoment()}))

    after = {name: item.look for name, item in view.graph_scene.nodes.items()}
    assert {name for name in after if after[name] != before[name]} == {"a"}


class CountingMoments(dict[str, NodeMoment]):
    """Counts how often somebody goes over all nodes."""

    rounds = 0

    def values(self):
        self.rounds += 1
        return super().values()


def test_how_often_a_new_picture_goes_over_all_nodes_does_not_depend_on_how_many_there_are(open_view) -> None:
    rounds = []
    for count in (3, 30):
        names = [f"n{number}" for number in range(count)]
        view, _, _ = open_view(document({name: (300.0 * at, 0.0) for at, name in enumerate(names)}))
        moments = CountingMoments({name: NodeMoment(NodeLook.DONE, 1, 0.1) for name in names})
        view.show_run(RunPicture(nodes=moments))
        rounds.append(moments.rounds)

    assert 0 < rounds[0] == rounds[1]


def test_a_node_with_a_problem_carries_a_mark_and_hovering_says_what(open_view) -> None:
    view, history, hand = open_view(loop())

    view.show_problems(find_problems(history.document.graph))
    marked = {name for name, item in view.graph_scene.nodes.items() if item.dress.problem}
    hand.hover(body(view, "c"))
    words = view.viewport().toolTip()
    view.show_problems(())

    assert "c" in marked
    assert "'c'" in words
    assert not any(item.dress.problem for item in view.graph_scene.nodes.values())


@pytest.mark.parametrize("zoom", [1.0, 0.4, 0.2])
def test_a_problem_shows_at_every_zoom_on_cards_and_on_start(open_view, zoom: float) -> None:
    view, history, _ = open_view(document({START: (0, 12), "a": (300, 0)}))
    history.do(commands.change_node(history.document, "a", fn=None))
    view.zoom_at(view.viewport().rect().center(), zoom)
    plain = view.viewport().grab().toImage()

    view.show_problems(find_problems(history.document.graph))
    marked = view.viewport().grab().toImage()

    for name in (START, "a"):
        around = view.mapFromScene(view.node_rect(name).adjusted(-8, -8, 8, 8)).boundingRect()
        assert plain.copy(around) != marked.copy(around), f"no mark at {name}"


# ---- the view


@pytest.mark.parametrize("notches", [1, -1, 5, -8])
def test_the_wheel_zooms_and_keeps_the_point_under_the_pointer(open_view, notches: int) -> None:
    view, _, _ = open_view(loop())
    place = QPoint(300, 200)
    before = view.mapToScene(place)

    wheel(view, place, notches)

    after = view.mapToScene(place)
    assert (view.zoom > 1) is (notches > 0)
    assert abs(after.x() - before.x()) * view.zoom <= 1.0
    assert abs(after.y() - before.y()) * view.zoom <= 1.0


def test_zoom_has_limits(open_view) -> None:
    view, _, _ = open_view(loop())

    wheel(view, QPoint(100, 100), 100)
    largest = view.zoom
    wheel(view, QPoint(100, 100), -200)

    assert (largest, view.zoom) == (pytest.approx(4.0), pytest.approx(0.05))


def test_the_middle_button_pans(open_view) -> None:
    view, _, hand = open_view(loop())
    before = view.mapToScene(QPoint(0, 0))
    start, end = QPointF(450, 100), QPointF(400, 60)
    in_view = view.mapFromScene(start) - view.mapFromScene(end)

    middle = Qt.MouseButton.MiddleButton
    hand.press(start, button=middle)
    hand.move(end, button=middle)
    hand.release(end, button=middle)

    moved = view.mapToScene(QPoint(0, 0)) - before
    assert moved == QPointF(in_view)


def test_space_and_a_left_drag_pan_and_select_nothing(open_view) -> None:
    view, history, hand = open_view(loop())
    before = view.mapToScene(QPoint(0, 0))

    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.press(body(view, "a"))
    hand.move(body(view, "a") + QPointF(50, 0))
    hand.release(body(view, "a"))
    QTest.keyRelease(view, Qt.Key.Key_Space)

    assert view.mapToScene(QPoint(0, 0)) != before
    assert view.selected_nodes() == frozenset()
    assert not history.can_undo


def test_the_keys_1_and_0_fit_all_and_show_100_percent(open_view) -> None:
    view, _, _ = open_view(document({START: (0, 0), "a": (4000, 3000), END: (8000, 0)}, [(START, "a"), ("a", END)]))

    QTest.keyClick(view, Qt.Key.Key_1)
    visible = view.mapToScene(view.viewport().rect()).boundingRect()
    fitted = all(visible.contains(view.node_rect(name)) for name in (START, "a", END))
    QTest.keyClick(view, Qt.Key.Key_0)

    assert fitted
    assert view.zoom == pytest.approx(1.0)


def test_arrow_keys_walk_from_node_to_node(open_view) -> None:
    view, _, _ = open_view(loop())
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_Right)

    assert view.selected_nodes() == {"b"}


def test_far_away_the_drawing_is_still_there(open_view) -> None:
    view, _, _ = open_view(loop())
    ground = view.grab().toImage().pixelColor(2, 2)

    view.zoom_at(view.viewport().rect().center(), 0.1)

    image = view.grab().toImage()
    middle = view.mapFromScene(view.node_rect("b").center())
    assert image.pixelColor(middle) != ground


def test_a_screen_reader_hears_the_size_and_the_selection(open_view) -> None:
    view, _, _ = open_view(loop())

    view.select(["a"])

    assert view.accessibleName() == "Graph"
    assert view.accessibleDescription() == "3 nodes, 4 edges. Selected: a, nodes:a."


def test_an_empty_graph_says_how_to_begin(open_view) -> None:
    view, history, hand = open_view(document({START: (0, 0), END: (400, 0)}))
    hint = view.hint.isVisible()

    hand.double_click(QPointF(200, 300))
    QTest.keyClicks(field_of(view), "first")
    QTest.keyClick(field_of(view), Qt.Key.Key_Return)

    assert hint
    assert not view.hint.isVisible()
    assert history.document.graph.nodes.keys() == {"first"}


def test_tidy_is_one_edit(open_view) -> None:
    view, history, _ = open_view(loop())

    view.tidy()
    history.undo()

    assert history.document == UndoHistory(loop()).document


def test_a_view_that_is_gone_hears_no_more(qapp) -> None:
    history = UndoHistory(loop())
    view = GraphView(history)

    shiboken6.delete(view)

    assert history.do(commands.move(history.document, {"c": (0, 0)}))


def test_a_dark_and_a_light_canvas_differ(open_view, qapp) -> None:
    view, _, _ = open_view(loop())
    light = view.grab().toImage().pixelColor(1, 1)

    apply_theme(qapp, "dark")
    dark = view.grab().toImage().pixelColor(1, 1)
    apply_theme(qapp, "light")

    assert light.lightness() > 200 > 60 > dark.lightness()


def wheel(view: GraphView, place: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        NO_BUTTON,
        NOTHING_HELD,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


# ---- minimap


def test_the_minimap_shows_itself_only_while_something_is_out_of_view(open_view, qtbot) -> None:
    view, _, _ = open_view(document({START: (0, 0), "a": (4000, 3000), END: (8000, 0)}, [(START, "a"), ("a", END)]))

    qtbot.waitUntil(view.minimap.isVisible)
    view.fit_all()

    assert not view.minimap.isVisible()


def test_a_small_canvas_has_a_small_minimap(open_view, qtbot) -> None:
    view, _, _ = open_view(document({START: (0, 0), "a": (4000, 3000), END: (8000, 0)}, [(START, "a"), ("a", END)]))
    view.resize(1000, 700)
    qtbot.waitUntil(view.minimap.isVisible, timeout=30_000)
    large = view.minimap.size()

    view.resize(500, 300)

    qtbot.waitUntil(lambda: view.minimap.width() < 0.7 * large.width(), timeout=30_000)
    assert view.rect().contains(view.minimap.geometry())
    assert view.minimap.height() <= 0.3 * view.height()
    view.resize(1000, 700)
    qtbot.waitUntil(lambda: view.minimap.size() == large, timeout=30_000)


def test_a_click_on_the_minimap_goes_there(open_view, qtbot) -> None:
    view, _, _ = open_view(document({START: (0, 0), "a": (4000, 3000), END: (8000, 0)}, [(START, "a"), ("a", END)]))
    qtbot.waitUntil(view.minimap.isVisible)

    QTest.mouseClick(view.minimap, LEFT, NOTHING_HELD, QPoint(190, 64))

    visible = view.mapToScene(view.viewport().rect()).boundingRect()
    assert visible.center().x() > 7000
