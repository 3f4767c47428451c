"""Frames and notes on the canvas: made, moved, stretched, written, walked to and drawn, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit

from editor.canvas.graph_view import GraphView
from editor.canvas.hit import HitKind, hit_at
from editor.canvas.remark_shape import remark_at, stretched, taken_along
from editor.canvas.shapes import Point, Rect
from editor.document.document import Document
from editor.document.remark import Remark
from editor.document.undo_history import UndoHistory
from tests.editor.canvas.graphs import loop
from tests.editor.canvas.test_graph_view import Hand

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Open = Callable[[Document], tuple[GraphView, UndoHistory, Hand]]


@pytest.fixture
def open_view(qtbot) -> Open:
    def opened(shown: Document) -> tuple[GraphView, UndoHistory, Hand]:
        history = UndoHistory(shown)
        view = GraphView(history)
        qtbot.addWidget(view)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow)
        view.setFocus()
        return view, history, Hand(view)

    return opened


def with_remarks(**remarks: Remark) -> Document:
    """``loop``, where "a" stands in a frame from (100, -60) to (340, 120)."""
    frame = Remark("frame", (100, -60, 240, 180), "Plan")
    document = loop()
    return replace(document, layout=replace(document.layout, remarks={"frame": frame, **remarks}))


def field(view: GraphView, kind: type[QLineEdit] | type[QPlainTextEdit]) -> QLineEdit | QPlainTextEdit:
    (found,) = [each for each in view.viewport().findChildren(kind) if each.isVisible()]
    return found


def test_ctrl_g_frames_the_selection_and_asks_for_its_title(open_view: Open) -> None:
    view, history, _ = open_view(loop())
    view.select(["a", "b"])

    QTest.keyClick(view, Qt.Key.Key_G, CTRL)
    QTest.keyClicks(field(view, QLineEdit), "Plan and do")
    QTest.keyClick(field(view, QLineEdit), Qt.Key.Key_Return)

    (frame,) = history.document.layout.remarks.values()
    assert frame.text == "Plan and do"
    for name in ("a", "b"):
        assert QRectF(*frame.rect).contains(QRectF(*view.drawing.bounds(name)))
    assert not QRectF(*frame.rect).contains(QRectF(*view.drawing.card_rect("c")))
    history.undo()
    history.undo()
    assert history.document.layout.remarks == {}
    assert not history.can_undo


def test_a_note_is_written_in_place_and_esc_leaves_it_as_it_was(open_view: Open) -> None:
    view, history, hand = open_view(loop())
    hand.hover(QPointF(200, 300))

    QTest.keyClick(view, Qt.Key.Key_N, SHIFT)
    editor = field(view, QPlainTextEdit)
    QTest.keyClicks(editor, "one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "two")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)

    note = history.document.layout.remarks["note"]
    assert (note.rect[:2], note.text) == ((200, 300), "one\ntwo")
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    QTest.keyClicks(field(view, QPlainTextEdit), "gone")
    QTest.keyClick(field(view, QPlainTextEdit), Qt.Key.Key_Escape)
    assert history.document.layout.remarks["note"].text == "one\ntwo"


def test_dragging_a_title_moves_the_frame_with_what_stands_in_it_in_one_step(open_view: Open) -> None:
    inner = Remark("note", (120, 68, 96, 40), "here")
    view, history, hand = open_view(with_remarks(note=inner))
    before = history.document

    hand.drag(QPointF(200, -44), QPointF(240, 56))

    layout = history.document.layout
    assert layout.remarks["frame"].rect == (140, 40, 240, 180)
    assert layout.remarks["note"].rect == (160, 168, 96, 40)
    assert layout.positions["a"] == (160, 100)
    assert layout.positions["b"] == before.position_of("b")
    assert view.selected_remarks() == {"frame"}
    assert view.selected_nodes() == frozenset()
    history.undo()
    assert history.document == before


def test_esc_while_a_frame_is_dragged_puts_all_of_it_back(open_view: Open) -> None:
    view, history, hand = open_view(with_remarks())
    hand.press(QPointF(200, -44))
    hand.move(QPointF(300, 56))
    assert view.drawing.positions["a"] != (120, 0)

    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert view.drawing.positions["a"] == (120, 0)
    assert view.drawing.remarks["frame"].rect == (100, -60, 240, 180)
    assert view.graph_scene.remarks["frame"].pos() == QPointF(100, -60)
    assert not history.can_undo


def test_an_edge_of_a_frame_stretches_it_and_leaves_the_nodes(open_view: Open) -> None:
    _view, history, hand = open_view(with_remarks())

    hand.drag(QPointF(340, 60), QPointF(500, 60))
    hand.drag(QPointF(100, 120), QPointF(60, 200))

    assert history.document.layout.remarks["frame"].rect == (60, -60, 440, 260)
    assert history.document.position_of("a") == (120, 0)


def test_the_ground_of_a_frame_hides_neither_nodes_nor_edges_nor_the_rubber_band(open_view: Open) -> None:
    view, _, hand = open_view(with_remarks())
    body = view.node_rect("a").center()
    tip = view.port_position("b")

    assert hit_at(view.drawing, Point(body.x(), body.y())).kind is HitKind.BODY
    assert hit_at(view.drawing, Point(tip.x() - 60, tip.y())).kind is HitKind.EDGE
    hand.drag(QPointF(110, 100), QPointF(330, -10))
    assert view.selected_nodes() == {"a"}
    assert view.selected_remarks() == frozenset()


def test_deleting_a_frame_leaves_its_nodes_and_both_go_together_in_one_step(open_view: Open) -> None:
    view, history, hand = open_view(with_remarks())
    hand.click(QPointF(200, -44))

    QTest.keyClick(view, Qt.Key.Key_Delete)

    assert history.document.layout.remarks == {}
    assert history.document.has_node("a")
    history.undo()
    view.select(["c"], (), ["frame"])
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert not history.document.has_node("c")
    assert history.document.layout.remarks == {}
    history.undo()
    assert history.document == with_remarks()


def test_double_click_and_f2_rename_a_frame(open_view: Open) -> None:
    view, history, hand = open_view(with_remarks())
    hand.double_click(QPointF(200, -44))
    QTest.keyClicks(field(view, QLineEdit), "Think")
    QTest.keyClick(field(view, QLineEdit), Qt.Key.Key_Return)

    assert history.document.layout.remarks["frame"].text == "Think"


def test_arrow_keys_walk_to_frames_and_move_them_with_ctrl(open_view: Open) -> None:
    view, history, _ = open_view(with_remarks())
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.selected_remarks() == {"frame"}
    QTest.keyClick(view, Qt.Key.Key_Right, CTRL)
    QTest.keyClick(view, Qt.Key.Key_Right, CTRL)

    assert history.document.layout.remarks["frame"].rect[0] == 108
    assert history.document.position_of("a") == (128, 0)
    history.undo()
    assert history.document.position_of("a") == (120, 0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert (view.selected_nodes(), view.selected_remarks()) == ({"a"}, frozenset())


def test_copies_of_a_frame_with_its_nodes_are_selected_and_do_not_cover_the_first(open_view: Open) -> None:
    view, history, _ = open_view(with_remarks())
    view.select(["a"], (), ["frame"])

    QTest.keyClick(view, Qt.Key.Key_D, CTRL)

    remarks = history.document.layout.remarks
    assert remarks["frame_2"].text == "Plan"
    assert remarks["frame_2"].rect[:2] != remarks["frame"].rect[:2]
    assert (view.selected_nodes(), view.selected_remarks()) == ({"a_2"}, {"frame_2"})


def test_a_locked_graph_says_why_and_keeps_its_frames(open_view: Open) -> None:
    view, history, hand = open_view(with_remarks())
    told: list[str] = []
    view.message.connect(told.append)
    view.set_read_only("A run is shown.")

    hand.drag(QPointF(200, -44), QPointF(300, 56))
    hand.drag(QPointF(340, 60), QPointF(500, 60))
    QTest.keyClick(view, Qt.Key.Key_G, CTRL)

    assert told == ["A run is shown."] * 3
    assert history.document == with_remarks()


def test_the_menu_of_a_frame_changes_its_colour(open_view: Open, qtbot) -> None:
    view, history, _ = open_view(with_remarks())
    view.select((), (), ["frame"])
    view.remarks.recolour("green")
    view.remarks.next_colour()

    assert history.document.layout.remarks["frame"].colour == "amber"


def test_tidying_keeps_a_frame_round_its_nodes(open_view: Open) -> None:
    view, history, _ = open_view(with_remarks())

    view.tidy()

    frame = history.document.layout.remarks["frame"]
    assert QRectF(*frame.rect).contains(QRectF(*view.drawing.bounds("a")))
    assert history.undo()
    assert not history.can_undo


@pytest.mark.parametrize("zoom", [1.0, 0.2])
def test_frames_are_painted_near_and_far_behind_the_nodes(open_view: Open, zoom: float) -> None:
    with_frame, _, _ = open_view(with_remarks())
    without, _, _ = open_view(loop())
    for view in (with_frame, without):
        view.zoom_at(view.viewport().rect().center(), zoom)
    pictures = [view.grab().toImage() for view in (with_frame, without)]

    def pixel(image: QImage, x: float, y: float) -> QColor:
        return image.pixelColor(with_frame.mapFromScene(QPointF(x, y)))

    ground = pixel(pictures[0], 300, 100)
    assert ground != pixel(pictures[1], 300, 100)
    card = with_frame.node_rect("a")
    assert pixel(pictures[0], card.right() - 30, card.bottom() - 6) == pixel(
        pictures[1], card.right() - 30, card.bottom() - 6
    )


def test_pictures_and_fitting_reach_as_far_as_the_remarks(open_view: Open) -> None:
    view, _, _ = open_view(with_remarks(note=Remark("note", (0, 1500, 200, 96), "far below")))

    assert view.content_rect().bottom() >= 1596
    assert b"far below" in view.exporting.svg() or len(view.exporting.png()) > 1000
    image = QImage.fromData(view.exporting.png())
    assert image.height() >= 1596


def test_a_giant_note_does_not_hold_up_the_window(open_view: Open) -> None:
    text = "word " * 4000
    view, _, _ = open_view(with_remarks(note=Remark("note", (0, 300, 200, 96), text)))

    assert not view.grab().isNull()


def test_the_smaller_of_two_remarks_is_taken_and_sides_name_the_corner() -> None:
    remarks = {
        "big": Remark("frame", (0, 0, 400, 400), "big"),
        "small": Remark("frame", (40, 40, 200, 100), "small"),
        "note": Remark("note", (60, 60, 96, 40), "n"),
    }

    assert remark_at(remarks, Point(80, 70)).key == "note"
    assert remark_at(remarks, Point(200, 60)).key == "small"
    assert remark_at(remarks, Point(300, 10)).key == "big"
    assert remark_at(remarks, Point(300, 200)) is None
    assert remark_at(remarks, Point(400, 399)).side == "right bottom"
    assert taken_along(remarks, ["big"], {"a": Rect(10, 300, 20, 20)}) == ({"a"}, {"big", "small", "note"})
    assert taken_along(remarks, ["big"], {"on its title": Rect(10, 10, 20, 20)})[0] == frozenset()
    assert taken_along(remarks, ["small"], {"a": Rect(10, 300, 20, 20)}) == (frozenset(), {"small", "note"})


@pytest.mark.parametrize(
    ("side", "rect"),
    [
        ("left", (280, 0, 120, 300)),
        ("right bottom", (0, 0, 1400, 1300)),
        ("top", (0, 228, 400, 72)),
        ("left top", (280, 228, 120, 72)),
    ],
)
def test_stretching_keeps_the_other_sides_and_a_least_size(side: str, rect: tuple[float, ...]) -> None:
    assert stretched(Remark("frame", (0, 0, 400, 300)), side, 1000, 1000) == rect


def test_the_context_menu_of_a_note_offers_what_fits(open_view: Open, qtbot) -> None:
    view, _, _ = open_view(with_remarks(note=Remark("note", (500, 300, 200, 96), "n")))
    at = view.mapFromScene(QPointF(600, 350))

    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(QPoint(at)))
    )

    (menu,) = [each for each in view.findChildren(QMenu) if each.isVisible() and each.parent() is view]
    texts = [row.text() for row in menu.actions()]
    assert "Write\tF2" in texts
    assert "Delete note\tDel" in texts
    assert view.selected_remarks() == {"note"}
    menu.close()


def test_a_frame_goes_round_the_selected_notes_too(open_view: Open) -> None:
    view, history, _ = open_view(with_remarks(note=Remark("note", (900, 300, 200, 96), "Ask")))
    view.select(["a"], (), ["note"])

    QTest.keyClick(view, Qt.Key.Key_G, CTRL)

    left, top, width, height = history.document.layout.remarks["frame_2"].rect
    assert left < 120
    assert top < 0
    assert left + width > 1100
    assert top + height > 396
