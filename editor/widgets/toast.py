"""A short message over the lower edge of a widget that goes away by itself. One at a time; a new one replaces it.

An overlay in the window, not a window of its own: those have trouble with stacking and with Wayland.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from editor.widgets.labels import IconLabel, role_label

SHOWN_MS_PER_LETTER = 60  # about 200 words a minute
SHOWN_LEAST_MS = 2_500
MARGIN_PX = 12
LEAST_PX = 120


class Toast(QFrame):
    """Made once for a widget; ``say`` shows a message over it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = IconLabel("info", "accent")
        self._label = role_label()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._label)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def say(self, text: str, icon_name: str = "info", role: str = "accent") -> None:
        self._icon.set_icon(icon_name, role)
        self._label.setText(text)
        self._label.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(max(SHOWN_LEAST_MS, SHOWN_MS_PER_LETTER * len(text)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Over the lower edge, as wide as the text or as there is room; a longer text is wrapped."""
        self._label.setWordWrap(False)
        room = max(LEAST_PX, self._over.width() - 2 * MARGIN_PX)
        wanted = self.sizeHint()
        if wanted.width() > room:
            self._label.setWordWrap(True)
            self.resize(room, self.heightForWidth(room))
        else:
            self.resize(wanted)
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - 24)
