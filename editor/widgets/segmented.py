"""A row of words of which one is chosen, such as Diff | State. Left and right arrows move the choice."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor.theme.theme import current_tokens, theme
from editor.widgets.row_painter import font_of

PADDING_PX = 12


class Segmented(QWidget):
    chosen = Signal(str)
    """The word that is now on; only after the user's doing."""

    def __init__(self, words: tuple[str, ...], name: str) -> None:
        super().__init__()
        self._words = words
        self._index = 0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().theme_changed.connect(self._repaint)

    @property
    def word(self) -> str:
        return self._words[self._index]

    def choose(self, word: str) -> None:
        """Show this word as chosen without telling anybody."""
        self._index = self._words.index(word)
        self.setAccessibleDescription(self.word)
        self.update()

    def rect_of(self, word: str) -> QRectF:
        """Where a word stands, in the widget's own px. Also for tests that click."""
        x = 0.0
        for other in self._words:
            wide = self._width_of(other)
            if other == word:
                return QRectF(x, 0, wide, self.height())
            x += wide
        raise KeyError(word)

    def sizeHint(self) -> QSize:
        return QSize(round(sum(map(self._width_of, self._words))), current_tokens().control_height_px)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index, word in enumerate(self._words):
            if self.rect_of(word).contains(event.position()):
                self._take(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._take(max(0, min(len(self._words) - 1, self._index + step)))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.border), 1))
        painter.setBrush(QColor(tokens.surface_sunken))
        painter.drawRoundedRect(frame, tokens.radius_m_px, tokens.radius_m_px)
        for word in self._words:
            self._draw_word(painter, word)
        painter.end()

    def _draw_word(self, painter: QPainter, word: str) -> None:
        tokens = current_tokens()
        rect = self.rect_of(word)
        on = word == self.word
        if on:
            painter.setPen(QPen(QColor(tokens.border_strong), 1))
            painter.setBrush(QColor(tokens.surface_raised))
            painter.drawRoundedRect(rect.adjusted(2.5, 2.5, -2.5, -2.5), tokens.radius_s_px, tokens.radius_s_px)
        painter.setFont(font_of("strong" if on else "body"))
        painter.setPen(QColor(tokens.text if on else tokens.text_quiet))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, word)

    def _width_of(self, word: str) -> float:
        return round(QFontMetricsF(font_of("strong")).horizontalAdvance(word)) + 2 * PADDING_PX

    def _take(self, index: int) -> None:
        if index != self._index:
            self.choose(self._words[index])
            self.chosen.emit(self.word)

    def _repaint(self, _old: object, _new: object) -> None:
        self.update()
