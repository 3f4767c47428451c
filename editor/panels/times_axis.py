"""The axis of the Times tab: round times at even distances, and on each fold how long nothing worked, and why.

What to write is decided without Qt (``ticks``, ``fold_words``); ``paint_axis`` draws it. Used by ``times_view``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.panels.timeline_text import duration_text
from editor.panels.times_bars import Axis, Bar, Piece, until_s
from editor.theme.theme import current_tokens
from editor.widgets.row_painter import font_of

AXIS_PX = 24
LEAST_TICK_PX = 80
_STEPS = (1.0, 2.0, 5.0)
_MINUTE_STEPS_S = (60.0, 120.0, 300.0, 600.0, 1_800.0)
_HOUR_STEPS_S = (3_600.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0)


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    """In drawn seconds of the axis."""
    words: str


def tick_step(px_per_s: float, least_px: float = LEAST_TICK_PX) -> float:
    """The shortest round time that takes at least so many px: 1, 2 or 5 times a power of ten, or whole minutes."""
    least_s = least_px / max(px_per_s, 1e-12)
    if least_s > 50.0:
        return next((step for step in (*_MINUTE_STEPS_S, *_HOUR_STEPS_S) if step >= least_s), least_s)
    power = 10.0 ** math.floor(math.log10(max(least_s, 1e-9)))
    return next((power * step for step in _STEPS if power * step >= least_s * 0.999), power * 10.0)


def tick_text(since_s: float, step_s: float) -> str:
    """ "0", "0.2 s", "40 ms", "2 min 30 s": as exact as the distance between two ticks, no more."""
    if since_s <= 0.0:
        return "0"
    if since_s >= 60.0:
        whole = round(since_s)
        hours, minutes, seconds = whole // 3_600, whole // 60 % 60, whole % 60
        words = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0 and step_s < 3_600)
        return " ".join([*words, *([f"{seconds} s"] * (step_s < 60 and seconds > 0))])
    if step_s < 0.01:
        return f"{since_s * 1_000:.{_decimals(step_s * 1_000)}f} ms"
    return f"{since_s:.{_decimals(step_s)}f} s"


def ticks(axis: Axis, px_per_s: float, first: float, last: float) -> Iterator[Tick]:
    """Of the drawn time between ``first`` and ``last``, outside the folds."""
    step = tick_step(px_per_s)
    for piece in axis.pieces:
        if piece.is_fold or piece.at > last or piece.at + piece.shown < first:
            continue
        begin = max(0.0, first - piece.at) + piece.start_s - axis.start_s
        end = min(piece.length_s, last - piece.at) + piece.start_s - axis.start_s
        for number in range(math.ceil(begin / step - 1e-6), math.floor(end / step + 1e-6) + 1):
            since_s = number * step
            yield Tick(axis.place(axis.start_s + since_s), tick_text(since_s, step))


def fold_words(piece: Piece, bars: Iterable[Bar]) -> str:
    """ "2 h for you", if it waited for an answer, or "0.6 s idle"."""
    length = duration_text(piece.length_s)
    middle = piece.start_s + piece.length_s / 2
    is_waited = any(
        bar.start_s - bar.waited_s <= middle <= bar.start_s or bar.end_s <= middle <= until_s(bar) for bar in bars
    )
    return f"{length} for you" if is_waited else f"{length} idle"


def fold_tip(words: str) -> str:
    """In full, for the tooltip over a fold."""
    if words.endswith(" for you"):
        return f"For {words.removesuffix(' for you')} the run waited for you. This piece is not drawn to scale."
    return f"For {words.removesuffix(' idle')} nothing worked. This piece is not drawn to scale."


def paint_axis(
    painter: QPainter, axis: Axis, x_of: Callable[[float], float], left_px: int, right_px: int, words: dict[int, str]
) -> None:
    """``words``: of the folds, by their place among the pieces. Between two px of the painter's device."""
    tokens = current_tokens()
    painter.fillRect(0, 0, right_px, AXIS_PX, QColor(tokens.window))
    painter.setPen(QPen(QColor(tokens.border), 1))
    painter.drawLine(0, AXIS_PX - 1, right_px, AXIS_PX - 1)
    if not axis.pieces:
        return
    painter.setFont(font_of("caption"))
    metrics = painter.fontMetrics()
    taken: list[tuple[float, float]] = []

    def write(at: float, text: str, colour: str) -> None:
        wide = metrics.horizontalAdvance(text) + 8
        left = min(max(left_px + 2.0, at - wide / 2), right_px - wide)
        if all(left > end or left + wide < start for start, end in taken):
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(left, 0, wide, AXIS_PX), Qt.AlignmentFlag.AlignCenter, text)
            taken.append((left, left + wide))

    # The folds come first, the longest before the others: they are why a distance is no distance.
    folds = [(i, axis.pieces[i]) for i in words]
    for i, piece in sorted(folds, key=lambda fold: -fold[1].length_s):
        left, right = x_of(piece.at), x_of(piece.at + piece.shown)
        if right >= left_px and left <= right_px:
            write((max(left, left_px) + min(right, right_px)) / 2, words[i], tokens.text)
    px_per_s = x_of(1.0) - x_of(0.0)
    first = (left_px - x_of(0.0)) / px_per_s
    for tick in ticks(axis, px_per_s, first, first + (right_px - left_px) / px_per_s):
        x = x_of(tick.place)
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(QLineF(x, AXIS_PX - 5, x, AXIS_PX - 1))
        write(x, tick.words, tokens.text_quiet)


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))
