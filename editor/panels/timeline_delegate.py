"""Draws the timeline's rows: lanes as in a git log, the kind's icon, words, and what goes on from the head.

Reads ``timeline_model`` at paint time; decides nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from editor.debugger.run_state import CheckpointRow
from editor.panels.timeline_model import Column, TimelineModel
from editor.panels.timeline_text import RowKind, kind_of_row, pending_text
from editor.theme.theme import current_tokens
from editor.widgets.row_hover import RowHover
from editor.widgets.row_painter import Piece, draw_ground, draw_pieces, draw_pieces_right

ROW_HEIGHT_PX = 28
LANE_PX = 16
MOST_LANES = 6  # further lanes are drawn on the last place: a wider gutter would push the words out
DOT_PX = 4.5

_ICON_OF_KIND = {RowKind.INPUT: "input", RowKind.UPDATE: "edit", RowKind.FORK: "fork"}
_LANE_COLOURS = ("accent", "running", "waiting", "done", "next")
"""Neighbouring lanes differ; the place tells them apart too, so colour is only a second sign."""

Index = QModelIndex | QPersistentModelIndex


def gutter_width(lanes: int) -> int:
    return 12 + LANE_PX * max(1, min(lanes, MOST_LANES))


class TimelineDelegate(QStyledItemDelegate):
    def __init__(self, model: TimelineModel, hover: RowHover, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._hover = hover

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, ROW_HEIGHT_PX)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        name = self._model.writing.value
        field = QLineEdit(parent)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._hover.light(option, index.row())
        draw_ground(painter, option)
        if index.column() == Column.LANES:
            self._paint_lanes(painter, option.rect, index.row())
            return
        rect = option.rect.adjusted(8, 0, -8, 0)
        row = self._model.checkpoint(index.row())
        dim = not self._model.is_alive(index.row())
        if index.column() == Column.CHANGED and self._model.is_head(index.row()):
            rect = draw_pieces_right(painter, rect, _pending(row))
        note = self._model.note_of(index.row()) if index.column() == Column.CHANGED else ""
        pieces = _pieces(row, Column(index.column()), index.data() or "", note)
        chip = self._model.branch_chip(index.row()) if index.column() == Column.RAN else ""
        if chip:
            pieces.insert(0, Piece(chip, "accent", "caption", chip="accent_quiet"))
        draw_pieces(painter, rect, pieces, dim=dim)

    def _paint_lanes(self, painter: QPainter, rect: QRect, row: int) -> None:
        place = self._model.place(row)
        lane_row = self._model.lanes.rows[place]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        middle = rect.center().y() + 0.5
        if self._model.is_filtered:  # what lies between two rows is hidden, so no line joins them
            self._paint_dot(painter, QPointF(_lane_x(rect, lane_row.lane), middle), lane_row.lane, row)
            painter.restore()
            return
        for lane, above, below in self._model.lanes.passing(place):
            x = _lane_x(rect, lane)
            painter.setPen(_lane_pen(lane))
            if lane == lane_row.lane:
                # A lane's first row has its line come from the parent's lane as a curve, not from above.
                if above and lane_row.from_lane is None:
                    painter.drawLine(QPointF(x, rect.top()), QPointF(x, middle))
                if below:
                    painter.drawLine(QPointF(x, middle), QPointF(x, rect.bottom() + 1))
            elif above and below:
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom() + 1))
            elif below:
                self._paint_leaving(painter, rect, x, lane_row.lane)
        if lane_row.from_lane is not None:
            self._paint_arriving(painter, rect, lane_row.lane, middle)
        self._paint_dot(painter, QPointF(_lane_x(rect, lane_row.lane), middle), lane_row.lane, row)
        painter.restore()

    def _paint_leaving(self, painter: QPainter, rect: QRect, x: float, from_lane: int) -> None:
        """In the parent's row: a curve from its dot down into the new lane."""
        middle = rect.center().y() + 0.5
        start = _lane_x(rect, from_lane)
        path = QPainterPath(QPointF(start, middle))
        path.cubicTo(QPointF(x, middle), QPointF(x, middle), QPointF(x, rect.bottom() + 1))
        painter.drawPath(path)

    def _paint_arriving(self, painter: QPainter, rect: QRect, lane: int, middle: float) -> None:
        x = _lane_x(rect, lane)
        painter.setPen(_lane_pen(lane))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, middle))

    def _paint_dot(self, painter: QPainter, at: QPointF, lane: int, row: int) -> None:
        """The head is filled, its past a ring, an abandoned checkpoint a dim ring."""
        tokens = current_tokens()
        colour = QColor(getattr(tokens, _lane_colour(lane)))
        painter.setBrush(QColor(tokens.surface))
        if self._model.is_head(row):
            painter.setBrush(colour)
            painter.setPen(QPen(colour, 2))
            painter.drawEllipse(at, DOT_PX, DOT_PX)
        elif self._model.is_alive(row):
            painter.setPen(QPen(colour, 2))
            painter.drawEllipse(at, DOT_PX - 0.5, DOT_PX - 0.5)
        else:
            painter.setPen(QPen(QColor(tokens.text_quiet), 1.5, Qt.PenStyle.DotLine))
            painter.drawEllipse(at, DOT_PX - 0.5, DOT_PX - 0.5)


def _lane_x(rect: QRect, lane: int) -> float:
    return rect.left() + 12 + LANE_PX * min(lane, MOST_LANES - 1) + 0.5


def _lane_colour(lane: int) -> str:
    return _LANE_COLOURS[lane % len(_LANE_COLOURS)]


def _lane_pen(lane: int) -> QPen:
    return QPen(QColor(getattr(current_tokens(), _lane_colour(lane))), 1.5)


def _pieces(row: CheckpointRow, column: Column, text: str, note: str) -> list[Piece]:
    match column:
        case Column.STEP:
            return [Piece(text, "text_quiet", "mono")]
        case Column.RAN:
            icon = _ICON_OF_KIND.get(kind_of_row(row), "")
            return [Piece(text, icon=icon)]
        case Column.BRANCH:
            return [
                Piece(label, "router", "caption", chip="router_quiet", gap=4) for label in text.split(", ") if label
            ]
        case Column.CHANGED:
            noted = [Piece(tag, "accent", "caption", chip="accent_quiet", gap=4) for tag in row.tags]
            noted += [Piece(note, "next", "caption", chip="next_quiet")] if note else []
            return [*noted, Piece(text, "text_quiet", "mono")] if text else noted
        case Column.TIME:
            return [Piece(text, "text_quiet", "mono")]
        case _:
            return []


def _pending(row: CheckpointRow) -> list[Piece]:
    words, tone = pending_text(row)
    return [Piece(words, tone, "caption", chip=f"{tone}_quiet")] if words else []
