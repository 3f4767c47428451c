"""Read-only code with line numbers and colours, unwrapped, in the monospaced font. Knows no file and no graph."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens, theme
from editor.widgets.code_colours import CodeColours

NUMBER_PADDING_PX = 12


class CodeView(QPlainTextEdit):
    def __init__(self, language: str, name: str, *, numbers: bool = True) -> None:
        super().__init__()
        self._first_line = 1
        self._numbers: _LineNumbers | None = None
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setProperty("flat", True)
        self.setAccessibleName(name)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_mono(self)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._colours = CodeColours(self.document(), language)
        if numbers:
            self._numbers = _LineNumbers(self)
            self.updateRequest.connect(self._scroll_numbers)
            self._make_room()
        theme().theme_changed.connect(self._repaint)

    def set_code(self, code: str, first_line: int = 1) -> None:
        """`first_line` is the number of the first line in its file."""
        self._first_line = first_line
        self._colours.forget()
        self.setPlainText(code)
        self._make_room()

    def text_height(self) -> int:
        """How high the widget must be to show all its lines, for panels that grow with the code."""
        return self.fontMetrics().lineSpacing() * self.blockCount() + 36

    def number_width(self) -> int:
        digits = len(str(self._first_line + self.blockCount()))
        return self.fontMetrics().horizontalAdvance("0") * digits + 2 * NUMBER_PADDING_PX

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Called by the strip beside the code."""
        tokens = current_tokens()
        painter.fillRect(area, QColor(tokens.surface))
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text_quiet))
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= area.bottom():
            height = self.blockBoundingRect(block).height()
            rect = QRect(0, round(top), area.width() - NUMBER_PADDING_PX, round(height))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight, str(self._first_line + block.blockNumber()))
            block, top = block.next(), top + height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._numbers is not None:
            inside = self.contentsRect()
            self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.number_width(), inside.height()))

    def _make_room(self) -> None:
        if self._numbers is not None:
            self.setViewportMargins(self.number_width(), 0, 0, 0)
            self._numbers.setFixedWidth(self.number_width())

    def _scroll_numbers(self, rect: QRect, dy: int) -> None:
        if self._numbers is not None:
            self._numbers.scroll(0, dy) if dy else self._numbers.update()

    def _repaint(self, _old: object, _new: object) -> None:
        if self._numbers is not None:
            self._numbers.update()


class _LineNumbers(QWidget):
    def __init__(self, code: CodeView) -> None:
        super().__init__(code)
        self._code = code

    def sizeHint(self) -> QSize:
        return QSize(self._code.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._code.paint_numbers(painter, self.rect())
        painter.end()


def set_mono(widget: QPlainTextEdit) -> None:
    """The monospaced font. Its size is a rule of the stylesheet, too, since that sets one for all widgets."""
    widget.setFont(mono_font(current_tokens().font_mono_px))
    widget.setProperty("mono", True)
