"""Texts on the canvas: sizes by zoom, kept fonts and widths, cutting what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from editor.theme.fonts import mono_font, ui_font

MOST_LETTERS = 200
"""No card is wide enough for more; measuring a name of a million letters would freeze the window."""


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Font sizes in scene px, and the baselines below the card's top that go with them."""

    title: int
    title_y: int
    quiet: int
    quiet_y: int
    label: int


NEAR_SIZES = TextSizes(title=13, title_y=23, quiet=11, quiet_y=41, label=12)
MIDDLE_SIZES = TextSizes(title=16, title_y=25, quiet=13, quiet_y=44, label=14)
"""A whole graph in a window is mostly seen at 50 to 80 %: larger letters keep it readable."""
NEAR_FROM = 0.8


def measure_label(text: str) -> float:
    """Width of a branch's label in the largest size that it is drawn in, as the shapes need it."""
    return text_metrics(MIDDLE_SIZES.label, "medium").horizontalAdvance(text[:MOST_LETTERS])


def sizes_at(zoom: float) -> TextSizes:
    return NEAR_SIZES if zoom >= NEAR_FROM else MIDDLE_SIZES


def draw_text(painter: QPainter, text: str, x: float, baseline: float, width: float, size: int, weight: str) -> None:
    """One line, its end cut off if it is wider than ``width``."""
    painter.drawText(QPointF(x, baseline), elided(text, int(width), size, weight))


@lru_cache(maxsize=32)
def label_font(size: int, weight: str) -> QFont:
    return ui_font(size, bold=weight == "bold", medium=weight == "medium")


@lru_cache(maxsize=8)
def mono_label_font(size: int) -> QFont:
    return mono_font(size)


@lru_cache(maxsize=32)
def text_metrics(size: int, weight: str) -> QFontMetricsF:
    return QFontMetricsF(mono_label_font(size) if weight == "mono" else label_font(size, weight))


@lru_cache(maxsize=20000)
def fitting_size(text: str, width: int, largest: int, smallest: int, weight: str) -> int:
    """The largest size in which the text fits; the smallest if it fits in none."""
    fitting = (
        size
        for size in range(largest, smallest, -1)
        if text_metrics(size, weight).horizontalAdvance(text[:MOST_LETTERS]) <= width
    )
    return next(fitting, smallest)


@lru_cache(maxsize=20000)
def elided(text: str, width: int, size: int, weight: str) -> str:
    return text_metrics(size, weight).elidedText(text[:MOST_LETTERS], Qt.TextElideMode.ElideRight, width)
