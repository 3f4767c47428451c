"""A row with a title and, at its end, what is below it in a few words; a click, Space or Enter opens what is below.

What is below may be made when it is opened for the first time: most folds of the inspector stay closed, and every
widget that exists costs time when a window is built and when the theme changes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens, theme
from editor.widgets.row_painter import font_of

ICON_PX = 12
GAP_PX = 8


class SummaryFold(QWidget):
    toggled = Signal(bool)
    """Whether the body is now shown; only after the user's doing."""
    opening = Signal()
    """The body, now made, is about to be shown: the moment to fill it."""

    def __init__(self, title: str, body: QWidget | Callable[[], QWidget], *, strong: bool = False) -> None:
        """``body``: the widget, or what makes it when it is opened for the first time."""
        super().__init__()
        self._header = _Header(title, strong)
        self._body: QWidget | None = None
        self._make = body if not isinstance(body, QWidget) else None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._header)
        self._header.clicked.connect(self._on_click)
        if isinstance(body, QWidget):
            self._put(body)

    @property
    def header(self) -> QAbstractButton:
        return self._header

    @property
    def is_open(self) -> bool:
        return self._header.is_open

    @property
    def summary(self) -> str:
        return self._header.summary

    def set_open(self, on: bool) -> None:
        if on and self._make is not None:
            self._put(self._make())
            self._make = None
        if on and not self.is_open:
            self.opening.emit()
        self._header.set_open(on)
        if self._body is not None:
            self._body.setVisible(on)

    def set_summary(self, text: str, *, is_set: bool, has_fault: bool = False) -> None:
        """``is_set``: stands out from what is none. ``has_fault``: in the colour of errors, with a sign."""
        self._header.set_summary(text, is_set=is_set, has_fault=has_fault)

    def _put(self, body: QWidget) -> None:
        self._body = body
        self._column.addWidget(body)
        body.setVisible(False)

    def _on_click(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)


class _Header(QAbstractButton):
    def __init__(self, title: str, strong: bool) -> None:
        super().__init__()
        self.setText(title)
        self.is_open = False
        self.summary = ""
        self._is_set = False
        self._has_fault = False
        self._strong = strong
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme().theme_changed.connect(self._repaint)

    def set_open(self, on: bool) -> None:
        self.is_open = on
        self._describe()

    def set_summary(self, text: str, *, is_set: bool, has_fault: bool) -> None:
        self.summary, self._is_set, self._has_fault = text, is_set, has_fault
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(160, current_tokens().control_height_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, current_tokens().control_height_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), tokens.radius_s_px, tokens.radius_s_px)
        middle = self.height() // 2
        chevron = QRect(4, middle - ICON_PX // 2, ICON_PX, ICON_PX)
        draw_icon(painter, "expand" if self.is_open else "collapse", chevron, tokens.text_quiet)
        left = chevron.right() + GAP_PX
        painter.setFont(font_of("strong" if self._strong else "body"))
        painter.setPen(QColor(tokens.text))
        title_width = min(painter.fontMetrics().horizontalAdvance(self.text()) + 1, self.width() - left - 4)
        title_at = QRect(left, 0, title_width, self.height())
        painter.drawText(title_at, Qt.AlignmentFlag.AlignVCenter, self.text())
        self._draw_summary(painter, title_at.right() + 2 * GAP_PX)
        painter.end()

    def _draw_summary(self, painter: QPainter, left: int) -> None:
        tokens = current_tokens()
        right = self.width() - GAP_PX
        painter.setFont(font_of("caption" if not self._is_set else "body"))
        colour = tokens.failed if self._has_fault else tokens.text if self._is_set else tokens.text_quiet
        painter.setPen(QColor(colour))
        room = right - left - (ICON_PX + 4 if self._has_fault else 0)
        shown = painter.fontMetrics().elidedText(self.summary, Qt.TextElideMode.ElideRight, max(0, room))
        wide = painter.fontMetrics().horizontalAdvance(shown)
        at = QRect(right - wide - 1, 0, wide + 1, self.height())
        painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, shown)
        if self._has_fault:
            icon_at = QRect(at.left() - ICON_PX - 4, (self.height() - ICON_PX) // 2, ICON_PX, ICON_PX)
            draw_icon(painter, "error", icon_at, tokens.failed)

    def _describe(self) -> None:
        state = "open" if self.is_open else "folded"
        fault = ", with an error" if self._has_fault else ""
        self.setAccessibleDescription(f"{self.summary}{fault}, {state}")
        self.setToolTip(self.summary if self._is_set else "")
        self.update()

    def _repaint(self, _old: object, _new: object) -> None:
        self.update()
