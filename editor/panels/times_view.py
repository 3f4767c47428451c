"""Draws the times of a run: a row for each node, a bar for each task where it worked, hatched where it waited for you.

Paints only what is in sight, and of bars narrower than a pixel one. Wheel and arrow keys move and zoom; a click or
Enter tells which task is meant. Decides nothing: see ``times_bars``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from editor.panels.times_axis import AXIS_PX, fold_tip, fold_words, paint_axis
from editor.panels.times_bars import Axis, Bar, NodeBars, until_s
from editor.panels.times_text import bar_mark, bar_words, since_text
from editor.theme.theme import current_tokens, theme
from editor.widgets.row_painter import Piece as TextPiece
from editor.widgets.row_painter import draw_pieces

LABEL_PX = 148
LANE_PX = 16
GAP_PX = 8
LEAST_BAR_PX = 2.0
MOST_ZOOM = 100_000.0
STEP_OF_ZOOM = 1.25

_TONES = {"running": "running", "failed": "failed", "waiting": "waiting"}


@dataclass(frozen=True)
class _Row:
    bars: NodeBars
    top: int
    height: int


class TimesView(QAbstractScrollArea):
    chosen = Signal(object)
    """A ``Bar``: show its node and its step."""

    def __init__(self) -> None:
        super().__init__()
        self._axis = Axis(())
        self._rows: list[_Row] = []
        self._in_order: list[Bar] = []
        self._by_id: dict[tuple[str, str, float], Bar] = {}
        self._current: tuple[str, str, float] | None = None
        """(checkpoint, task) of the bar that the keyboard is on."""
        self._zoom = 1.0
        self._left = 0.0
        """Drawn time at the left edge, in seconds of the axis."""
        self._folds: dict[int, str] = {}
        """Words of the folded pieces, by their place on the axis."""
        self._pointer_x: int | None = None
        self._drag_from: tuple[int, float] | None = None
        self.setProperty("flat", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Times of the tasks")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setMouseTracking(True)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        theme().theme_changed.connect(self._repaint)

    def show_bars(self, axis: Axis, rows: Sequence[NodeBars]) -> None:
        """Newer ones; zoom and place stay, unless all of it was in sight."""
        self._axis = axis
        self._rows = []
        top = AXIS_PX
        for row in rows:
            height = row.lane_count * LANE_PX + GAP_PX
            self._rows.append(_Row(row, top, height))
            top += height
        self._in_order = sorted((bar for row in rows for bar in row.bars), key=lambda bar: (bar.start_s, bar.task_id))
        self._by_id = {(bar.checkpoint_id, bar.task_id, bar.start_s): bar for bar in self._in_order}
        waits = [bar for bar in self._in_order if bar.waited_s or bar.waits_until_s is not None]
        self._folds = {i: fold_words(piece, waits) for i, piece in enumerate(axis.pieces) if piece.is_fold}
        self._fit_scroll_bars()
        self.viewport().update()

    def fit(self) -> None:
        """All of the run in sight."""
        self._zoom, self._left = 1.0, 0.0
        self._fit_scroll_bars()
        self.viewport().update()

    def zoom_at(self, factor: float, x: int) -> None:
        """Larger or smaller; what is drawn at this x stays there."""
        place = self._place_at(x)
        self._zoom = min(MOST_ZOOM, max(1.0, self._zoom * factor))
        self._left = place - (x - LABEL_PX) / self._scale()
        self._fit_scroll_bars()
        self.viewport().update()

    def select(self, bar: Bar | None) -> None:
        """The keyboard goes on from this bar; it comes into sight."""
        self._current = None if bar is None else (bar.checkpoint_id, bar.task_id, bar.start_s)
        self.setAccessibleDescription("" if bar is None else self.words(bar).replace("\n", ", "))
        if bar is not None:
            x = self._x(self._axis.place(bar.start_s))
            if not LABEL_PX <= x <= self.viewport().width() - 8:
                self._left = self._axis.place(bar.start_s) - (self.viewport().width() - LABEL_PX) / 2 / self._scale()
                self._fit_scroll_bars()
        self.viewport().update()

    @property
    def current(self) -> Bar | None:
        return None if self._current is None else self._by_id.get(self._current)

    def rect_of(self, bar: Bar) -> QRectF:
        """Where the bar is drawn, in px of the viewport. Also for tests that click."""
        for row in self._rows:
            if row.bars.node == bar.node:
                return self._bar_rect(row, row.bars.bars.index(bar))
        return QRectF()

    def bar_at(self, at: QPoint) -> Bar | None:
        for row in self._rows:
            top = self._y(row)
            if top <= at.y() < top + row.height and at.y() >= AXIS_PX:
                for i in self._in_sight(row.bars):
                    if self._bar_rect(row, i).adjusted(-2, -1, 2, 1).contains(QPointF(at)):
                        return row.bars.bars[i]
        return None

    def words(self, bar: Bar) -> str:
        """The bar in words, for its tooltip and for screen readers."""
        return bar_words(bar, self._axis.start_s)

    def _words_of_fold(self, x: int) -> str:
        place, pieces = self._place_at(x), self._axis.pieces
        here = [i for i in self._folds if pieces[i].at <= place <= pieces[i].at + pieces[i].shown]
        return fold_tip(self._folds[here[0]]) if here else ""

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()

    # ---- geometry

    def _scale(self) -> float:
        """Px for one second of the axis."""
        room = max(1, self.viewport().width() - LABEL_PX - 12)
        return room * self._zoom / max(self._axis.length, 1e-9)

    def _x(self, place: float) -> float:
        return LABEL_PX + (place - self._left) * self._scale()

    def _place_at(self, x: int) -> float:
        return self._left + (x - LABEL_PX) / self._scale()

    def _y(self, row: _Row) -> int:
        return row.top - self.verticalScrollBar().value()

    def _bar_rect(self, row: _Row, i: int) -> QRectF:
        bar = row.bars.bars[i]
        left, right = self._x(self._axis.place(bar.start_s)), self._x(self._axis.place(bar.end_s))
        top = self._y(row) + GAP_PX / 2 + row.bars.lanes[i] * LANE_PX + 1
        return QRectF(left, top, max(LEAST_BAR_PX, right - left), LANE_PX - 2)

    def _in_sight(self, row: NodeBars) -> range:
        first_s = self._axis.time(self._left) - row.longest_s
        last_s = self._axis.time(self._place_at(self.viewport().width()))
        return range(bisect_left(row.starts, first_s), bisect_right(row.starts, last_s))

    def _fit_scroll_bars(self) -> None:
        room = max(1, self.viewport().width() - LABEL_PX - 12)
        most_left = self._axis.length * (1 - 1 / self._zoom)
        self._left = min(max(0.0, self._left), max(0.0, most_left))
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.blockSignals(True)
        across.setPageStep(room)
        across.setRange(0, min(round(room * (self._zoom - 1)), 2**30))
        across.setValue(round(self._left * self._scale()))
        across.blockSignals(False)
        whole = self._rows[-1].top + self._rows[-1].height if self._rows else 0
        down.setRange(0, max(0, whole - self.viewport().height()))
        down.setPageStep(self.viewport().height())

    def _on_scrolled(self, value: int) -> None:
        self._left = value / self._scale()
        self.viewport().update()

    def _since_start(self, time_s: float) -> str:
        return since_text(time_s, self._axis.start_s)

    # ---- mouse and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.zoom_at(STEP_OF_ZOOM**steps, round(event.position().x()))
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            bar = self.bar_at(event.position().toPoint())
            if bar is not None:
                self.select(bar)
                self.chosen.emit(bar)
            else:
                self._drag_from = (round(event.position().x()), self._left)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer_x = round(event.position().x())
        if self._drag_from is not None:
            self._left = self._drag_from[1] - (self._pointer_x - self._drag_from[0]) / self._scale()
            self._fit_scroll_bars()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer_x = None
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.bar_at(event.pos())
            words = self.words(bar) if bar is not None else self._words_of_fold(event.pos().x())
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        middle = LABEL_PX + (self.viewport().width() - LABEL_PX) // 2
        match key:
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self._go(1)
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self._go(-1)
            case Qt.Key.Key_Home:
                self._go(-len(self._in_order))
            case Qt.Key.Key_End:
                self._go(len(self._in_order))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_at(STEP_OF_ZOOM**2, middle)
            case Qt.Key.Key_Minus:
                self.zoom_at(STEP_OF_ZOOM**-2, middle)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self.current is not None:
                self.chosen.emit(self.current)
            case _:
                super().keyPressEvent(event)

    def _go(self, by: int) -> None:
        if self._in_order:
            current = self.current
            place = self._in_order.index(current) + by if current is not None else 0
            self.select(self._in_order[min(max(0, place), len(self._in_order) - 1)])

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(tokens.surface))
        painter.setClipRect(LABEL_PX, AXIS_PX, self.viewport().width() - LABEL_PX, self.viewport().height() - AXIS_PX)
        self._paint_folds(painter)
        for row in self._rows:
            if self._y(row) < self.viewport().height() and self._y(row) + row.height > AXIS_PX:
                self._paint_row(painter, row)
        painter.setClipping(False)
        self._paint_labels(painter)
        self._paint_axis(painter)
        painter.end()

    def _paint_row(self, painter: QPainter, row: _Row) -> None:
        tokens = current_tokens()
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(
            LABEL_PX, self._y(row) + row.height - 1, self.viewport().width(), self._y(row) + row.height - 1
        )
        bars, sight = row.bars.bars, self._in_sight(row.bars)
        lane_count = row.bars.lane_count
        painted_to = [float("-inf")] * lane_count
        i = sight.start
        while i < sight.stop:
            rect, lane = self._bar_rect(row, i), row.bars.lanes[i]
            if rect.right() > painted_to[lane] + 1.0:  # else no pixel of it would be seen
                painted_to[lane] = rect.right()
                self._paint_bar(painter, rect, bars[i])
            i += 1
            if lane_count == 1:  # of those that begin within the same pixel only the last may reach out of it
                time_s = self._axis.time(self._left + (painted_to[0] - LABEL_PX) / self._scale())
                i = max(i, bisect_left(row.bars.starts, time_s, i, sight.stop) - 1)
        for i in row.bars.marked[bisect_left(row.bars.marked, sight.start) : bisect_left(row.bars.marked, sight.stop)]:
            self._paint_wait(painter, self._bar_rect(row, i), bars[i])
            self._paint_bar(painter, self._bar_rect(row, i), bars[i])
        current = self.current
        if current is not None and current.node == row.bars.node:
            self._paint_frame(painter, self.rect_of(current))

    def _paint_frame(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(QColor(current_tokens().text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(-2, -2, 2, 2))

    def _paint_bar(self, painter: QPainter, rect: QRectF, bar: Bar) -> None:
        tone = _TONES.get(bar.state, "accent")
        painter.fillRect(rect, QColor(getattr(current_tokens(), tone)))
        words = bar_mark(bar)
        inside = rect.toRect().adjusted(4, 0, -2, 0)
        if words and inside.width() > 24:
            draw_pieces(painter, inside, [TextPiece(words, "surface", "caption")])
        elif bar.state == "failed" or bar.attempt > 1:  # a mark beside it: colour alone says nothing to some
            beside = QRect(round(rect.right()) + 3, round(rect.top()), 90, round(rect.height()))
            draw_pieces(painter, beside, [TextPiece(words, tone, "caption")])

    def _paint_wait(self, painter: QPainter, rect: QRectF, bar: Bar) -> None:
        """Hatched: a person was waited for."""
        spans = [(bar.start_s - bar.waited_s, bar.start_s)] if bar.waited_s else []
        if bar.waits_until_s is not None:
            spans.append((bar.end_s, until_s(bar)))
        colour = QColor(current_tokens().waiting)
        for start_s, end_s in spans:
            left, right = self._x(self._axis.place(start_s)), self._x(self._axis.place(end_s))
            wait = QRectF(left, rect.top() + 2, max(right - left, 6.0), rect.height() - 4)
            painter.fillRect(wait, QBrush(colour, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(colour, 1))
            painter.drawRect(wait)

    def _paint_folds(self, painter: QPainter) -> None:
        tokens = current_tokens()
        for piece in self._axis.pieces:
            left, right = self._x(piece.at), self._x(piece.at + piece.shown)
            if piece.is_fold and right >= LABEL_PX and left <= self.viewport().width():
                painter.fillRect(
                    QRectF(left, AXIS_PX, right - left, self.viewport().height()), QColor(tokens.surface_sunken)
                )

    def _paint_labels(self, painter: QPainter) -> None:
        tokens = current_tokens()
        painter.fillRect(0, 0, LABEL_PX, self.viewport().height(), QColor(tokens.window))
        painter.setClipRect(0, AXIS_PX, LABEL_PX, self.viewport().height())
        for row in self._rows:
            top = self._y(row)
            if -row.height < top < self.viewport().height():
                draw_pieces(
                    painter, QRect(12, top, LABEL_PX - 16, row.height), [TextPiece(row.bars.node, font="strong")]
                )
        painter.setClipping(False)

    def _paint_axis(self, painter: QPainter) -> None:
        paint_axis(painter, self._axis, self._x, LABEL_PX, self.viewport().width(), self._folds)
        painter.setPen(QPen(QColor(current_tokens().border), 1))
        painter.drawLine(LABEL_PX - 1, 0, LABEL_PX - 1, self.viewport().height())
        self._paint_pointer(painter)

    def _paint_pointer(self, painter: QPainter) -> None:
        """The time under the pointer."""
        x = self._pointer_x
        if x is None or x < LABEL_PX or not self._rows:
            return
        tokens = current_tokens()
        painter.setPen(QPen(QColor(tokens.text_quiet), 1, Qt.PenStyle.DashLine))
        painter.drawLine(x, AXIS_PX, x, self.viewport().height())
        words = self._since_start(self._axis.time(self._place_at(x)))
        wide = painter.fontMetrics().horizontalAdvance(words) + 12
        rect = QRectF(min(x - wide / 2, self.viewport().width() - wide), 3, wide, AXIS_PX - 6)
        painter.fillRect(rect, QColor(tokens.text))
        painter.setPen(QColor(tokens.surface))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
