"""The ground of a router's tab as a picture: looks like the drawn one, is drawn once, and is not kept when large."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from editor.canvas import router_painter
from editor.canvas.card_background import RADIUS
from editor.canvas.kept_picture import KEPT_UP_TO
from editor.canvas.shapes import Rect
from editor.theme.theme import current_tokens

TAB = Rect(20.0, 10.0, 90.25, 60.0)


def painted(scale: float, *, directly: bool) -> QImage:
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    tokens = current_tokens()
    if directly:
        body = Rect(TAB.left - RADIUS, TAB.top, TAB.width + RADIUS, TAB.height)
        router_painter._draw_ground(painter, tokens, body)
    else:
        router_painter._paint_ground(painter, tokens, TAB, scale)
    painter.end()
    return picture


def largest_difference(one: QImage, other: QImage) -> int:
    return max(abs(a - b) for a, b in zip(one.constBits(), other.constBits(), strict=True))


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_kept_ground_of_a_tab_looks_as_if_it_were_drawn(qapp: QApplication, scale: float) -> None:
    drawn = painted(scale, directly=True)

    assert largest_difference(painted(scale, directly=False), drawn) <= 4
    assert largest_difference(painted(scale, directly=False), painted(scale + 0.1, directly=True)) > 40, "it is seen"


def test_it_is_drawn_once_for_each_zoom_and_not_kept_when_large(qapp: QApplication) -> None:
    kept = router_painter._kept_ground
    kept.cache_clear()

    for scale in (1.0, 1.0, 1.5, KEPT_UP_TO + 0.1):
        painted(scale, directly=False)

    assert (kept.cache_info().currsize, kept.cache_info().hits) == (2, 1)
