"""Where the drawing stands on the screen while the parts of the window come and go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from editor.canvas.graph_view import GraphView
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document, loop

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot, qapp) -> tuple[QWidget, QFrame, GraphView]:
    """A canvas below a banner that is hidden."""
    apply_theme(qapp, "light")
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    banner, view = QFrame(), GraphView(UndoHistory(loop()))
    banner.setFixedHeight(40)
    banner.hide()
    column.addWidget(banner)
    column.addWidget(view, 1)
    qtbot.addWidget(window)
    window.resize(1200, 700)
    window.show()
    view.fit_all()
    view.setFocus()
    return window, banner, view


def place_of(view: GraphView, name: str) -> QPoint:
    """Of a card's corner, on the screen."""
    return view.viewport().mapToGlobal(view.mapFromScene(view.node_rect(name).topLeft()))


@pytest.mark.parametrize("held", [ALT, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.MetaModifier])
@pytest.mark.parametrize("key", ["Left", "Right", "Up", "Down", "PageUp", "PageDown", "Home", "End"])
def test_no_key_scrolls_the_canvas_by_accident(window, key: str, held: Qt.KeyboardModifier) -> None:
    _, _, view = window
    view.select([END])
    before = place_of(view, "a")

    QTest.keyClick(view, Qt.Key[f"Key_{key}"], held)

    assert place_of(view, "a") == before


def test_the_drawing_stays_where_it_is_when_a_banner_comes_and_goes(window, qapp) -> None:
    _, banner, view = window
    before = place_of(view, "a")

    banner.show()
    qapp.processEvents()
    corner_moved = view.viewport().mapToGlobal(QPoint(0, 0))
    with_banner = place_of(view, "a")
    banner.hide()
    qapp.processEvents()

    assert corner_moved != view.viewport().mapToGlobal(QPoint(0, 0))
    assert with_banner == before
    assert place_of(view, "a") == before


def test_moving_the_window_moves_the_drawing_with_it(window, qapp) -> None:
    window_, _, view = window
    before = view.mapToScene(QPoint(0, 0))

    window_.move(window_.pos() + QPoint(60, 40))
    qapp.processEvents()

    assert view.mapToScene(QPoint(0, 0)) == before


def test_a_fitted_drawing_fits_again_in_a_much_smaller_window(window, qapp) -> None:
    window_, _, view = window
    old_zoom = view.zoom

    window_.resize(600, 400)
    qapp.processEvents()

    visible = view.mapToScene(view.viewport().rect()).boundingRect()
    assert view.zoom < old_zoom
    assert all(visible.contains(view.node_rect(name)) for name in (START, "a", "b", "c", END))


def test_a_view_that_the_user_moved_is_left_alone_in_another_size(window, qapp) -> None:
    window_, _, view = window
    view.scroll_by(30, 0)
    before, zoom = place_of(view, "a"), view.zoom

    window_.resize(600, 400)
    qapp.processEvents()

    assert (place_of(view, "a"), view.zoom) == (before, zoom)


def test_a_fitted_drawing_still_fits_again_after_a_banner_came(window, qapp) -> None:
    window_, banner, view = window
    zoom = view.zoom

    banner.show()
    qapp.processEvents()
    window_.resize(500, 400)
    qapp.processEvents()

    assert view.zoom < zoom
    visible = view.mapToScene(view.viewport().rect()).boundingRect()
    assert visible.contains(QPointF(view.node_rect(END).center()))


def test_an_edit_does_not_move_the_view(qtbot) -> None:
    history = UndoHistory(document({START: (0, 0), "a": (200, 0), END: (600, 0)}))
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.fit_all()
    before = place_of(view, "a")

    view.select(["a"])
    view.delete_selection()
    history.undo()

    assert place_of(view, "a") == before


def wheel(view: GraphView, held: Qt.KeyboardModifier) -> None:
    """One notch away from the user, in the middle of the view."""
    place = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        place,
        QPointF(view.viewport().mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize(
    ("held", "moved", "zooms"),
    [
        (Qt.KeyboardModifier.NoModifier, QPoint(0, 60), False),
        (Qt.KeyboardModifier.ShiftModifier, QPoint(60, 0), False),
        (Qt.KeyboardModifier.ControlModifier, None, True),
    ],
)
def test_the_wheel_scrolls_if_the_user_likes_that(window, held, moved: QPoint | None, zooms: bool) -> None:
    _, _, view = window
    view.wheel_scrolls = True
    before, zoom = place_of(view, "a"), view.zoom

    wheel(view, held)

    assert (view.zoom != zoom) is zooms
    assert moved is None or place_of(view, "a") - before == moved
