"""The scene's items of frames and notes, and how they are painted. Below all edges and nodes, deaf to the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.card_text import draw_text, label_font, text_metrics
from editor.canvas.remark_shape import TITLE_PX, rect_of
from editor.document.remark import COLOURS, Remark
from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens

Z_FRAME, Z_NOTE = -30.0, -20.0
RADIUS = 10.0
FILL_SHARE, BAR_SHARE = 0.07, 0.16
"""How much of a frame's tone its ground and its title bar have."""
TITLE_SIZE, LARGEST_TITLE_SIZE = 13, 24
NOTE_SIZE, NOTE_PADDING = 12, 10.0
FAR_TITLE_FROM_PX = 72
"""Narrower frames on the screen have no room for a title in the overview."""
MOST_SHOWN = 4_000
"""Letters of a note that are laid out; no note on a screen shows more."""


class RemarkItem(QGraphicsItem):
    def __init__(self, remark: Remark) -> None:
        super().__init__()
        self.remark = remark
        self.is_selected = False
        self.is_hovered = False
        self._lines: tuple[float, QTextLayout] | None = None
        """The wrapped text for a width. A layout points at its text's letters, so it is made anew with it."""
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._place()

    def set_remark(self, remark: Remark) -> None:
        if remark != self.remark:
            self.prepareGeometryChange()
            if remark.text != self.remark.text:
                self._lines = None
            self.remark = remark
            self._place()
            self.update()

    def set_selected(self, selected: bool) -> None:
        if selected != self.is_selected:
            self.is_selected = selected
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self.is_hovered:
            self.is_hovered = hovered
            self.update()

    def _place(self) -> None:
        self.setPos(self.remark.rect[0], self.remark.rect[1])
        area = self.remark.rect[2] * self.remark.rect[3]
        base = Z_FRAME if self.remark.kind == "frame" else Z_NOTE
        self.setZValue(base - area / 1e11)  # of two that overlap the smaller one is in front

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.remark.rect[2], self.remark.rect[3]).adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        tokens = current_tokens()
        scale = painter.worldTransform().m11()
        _, _, width, height = rect_of(self.remark)
        rect = QRectF(0.5, 0.5, width - 1, height - 1)
        if self.remark.kind == "frame":
            self._paint_frame(painter, tokens, rect, scale)
        else:
            self._paint_note(painter, tokens, rect, scale)
        if self.is_selected or self.is_hovered:
            colour = QColor(tokens.accent if self.is_selected else tokens.border_strong)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 2 if self.is_selected else 1))
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), RADIUS, RADIUS)

    def paint_far(self, painter: QPainter, scale: float) -> None:
        """For the overview: the ground, and a frame's title as large as on the screen at 100 % while it has room."""
        tokens = current_tokens()
        _, _, width, height = rect_of(self.remark)
        fill = QColor(tone_of(tokens, self.remark) if self.remark.kind == "frame" else tokens.note_border)
        fill.setAlphaF(BAR_SHARE if self.remark.kind == "frame" else 0.7)
        painter.fillRect(QRectF(0, 0, width, height), fill)
        if self.is_selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2 / scale))
            painter.drawRect(QRectF(0, 0, width, height))
        if self.remark.kind == "frame" and width * scale >= FAR_TITLE_FROM_PX:
            painter.scale(1 / scale, 1 / scale)
            painter.setFont(label_font(11, "medium"))
            painter.setPen(QColor(tokens.text))
            draw_text(painter, self.remark.text, 4, 13, width * scale - 8, 11, "medium")

    def _paint_frame(self, painter: QPainter, tokens: Tokens, rect: QRectF, scale: float) -> None:
        tone = tone_of(tokens, self.remark)
        fill, bar, line = QColor(tone), QColor(tone), QColor(tone)
        fill.setAlphaF(FILL_SHARE)
        bar.setAlphaF(BAR_SHARE)
        line.setAlphaF(0.55)
        painter.setPen(QPen(line, 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        painter.fillPath(_bar_path(rect), bar)
        size = round(min(LARGEST_TITLE_SIZE, max(TITLE_SIZE, 11 / scale)))
        painter.setFont(label_font(size, "medium"))
        painter.setPen(QColor(tokens.text))
        baseline = TITLE_PX / 2 + text_metrics(size, "medium").capHeight() / 2
        draw_text(painter, self.remark.text, 12, baseline, rect.width() - 24, size, "medium")

    def _paint_note(self, painter: QPainter, tokens: Tokens, rect: QRectF, scale: float) -> None:
        painter.setPen(QPen(QColor(tokens.note_border), 1))
        painter.setBrush(QColor(tokens.note))
        painter.drawRoundedRect(rect, 6, 6)
        if scale < 0.3:
            return
        room = rect.adjusted(NOTE_PADDING, NOTE_PADDING - 2, -NOTE_PADDING, -NOTE_PADDING + 4)
        painter.save()
        painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        if self.remark.text:
            painter.setPen(QColor(tokens.text))
            self._wrapped(room.width()).draw(painter, room.topLeft())
        else:
            painter.setFont(label_font(NOTE_SIZE, "regular"))
            painter.setPen(QColor(tokens.text_quiet))
            painter.drawText(room, "Double-click to write")
        painter.restore()

    def _wrapped(self, width: float) -> QTextLayout:
        if self._lines is not None and self._lines[0] == width:
            return self._lines[1]
        text = self.remark.text[:MOST_SHOWN].replace("\n", "\u2028")
        layout = QTextLayout(text, label_font(NOTE_SIZE, "regular"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while top < self.remark.rect[3] + 1_000 and (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top))
            top += line.height() * 1.15
        layout.endLayout()
        self._lines = (width, layout)
        return layout


def _bar_path(rect: QRectF) -> QPainterPath:
    """The title bar with its round corners. Not by a clip: many programs ignore those of an SVG."""
    corner = QRectF(rect.left(), rect.top(), 2 * RADIUS, 2 * RADIUS)
    path = QPainterPath(QPointF(rect.left(), rect.top() + TITLE_PX))
    path.arcTo(corner, 180, -90)
    path.arcTo(corner.translated(rect.width() - 2 * RADIUS, 0), 90, -90)
    path.lineTo(rect.right(), rect.top() + TITLE_PX)
    path.closeSubpath()
    return path


def tone_of(tokens: Tokens, remark: Remark) -> str:
    """The tone of a frame; grey for a colour that this version does not know."""
    name = remark.colour if remark.colour in COLOURS else COLOURS[0]
    return str(getattr(tokens, f"frame_{name}"))
