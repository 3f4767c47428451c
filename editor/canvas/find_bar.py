"""Find and go to: a small bar in the canvas's corner. Typing goes to the best node at once; Enter to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit

from editor.canvas.node_offers import names_found
from editor.theme.icons import icon
from editor.theme.shadow import raise_above
from editor.widgets.buttons import icon_button, set_kind

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

MARGIN_PX = 12
FIELD_PX = 220
_NEXT = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3, Qt.Key.Key_Down)


class FindBar(QFrame):
    """Made once for a view; ``open`` shows it with the text of the last time, ready to be typed over."""

    def __init__(self, view: GraphView) -> None:
        super().__init__(view)
        self._view = view
        self._found: list[str] = []
        self._at = 0
        self.setObjectName("find bar")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = _FindField(self)
        self.field.setPlaceholderText("Find a node")
        self.field.setAccessibleName("Find a node")
        self.field.setFixedWidth(FIELD_PX)
        self.field.addAction(icon("search", role="quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._search)
        self.count = QLabel()
        self.count.setProperty("role", "caption")
        self.count.setMinimumWidth(54)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back = icon_button("up", "Previous node found", lambda: self.step(-1), tip="Previous (Shift+Enter)")
        self.next = icon_button("expand", "Next node found", lambda: self.step(1), tip="Next (Enter)")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(4)
        for widget in (self.field, self.count, self.back, self.next):
            row.addWidget(widget)
        row.addWidget(icon_button("close", "Close the search", self.close_bar, tip="Close (Esc)"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.field)
        self.hide()

    def open(self) -> None:
        raise_above(self)
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._show_count()

    def close_bar(self) -> None:
        """The node found stays selected."""
        self.hide()
        self._view.setFocus()

    def step(self, by: int) -> None:
        """Go to the next node found, or the one before; round and round."""
        self._found = self._matches()  # the graph may have changed since
        if self._found:
            current = next(iter(self._view.selected_nodes()), None)
            if current in self._found:
                self._at = self._found.index(current)
                self._at = (self._at + by) % len(self._found)
            else:
                self._at = 0
            self._go()
        self._show_count()

    def place(self) -> None:
        size = self.sizeHint()
        self.setGeometry(self._view.width() - size.width() - MARGIN_PX, MARGIN_PX, size.width(), size.height())

    def _search(self, _text: str) -> None:
        self._found, self._at = self._matches(), 0
        if self._found:
            self._go()
        self._show_count()

    def _matches(self) -> list[str]:
        text = self.field.text().strip()
        return names_found(text, self._view.document) if text else []

    def _go(self) -> None:
        name = self._found[self._at]
        self._view.select([name])
        self._view.reveal(name, right_px=self.width() + 2 * MARGIN_PX)

    def _show_count(self) -> None:
        is_asked, is_found = bool(self.field.text().strip()), bool(self._found)
        self.count.setText("" if not is_asked else f"{self._at + 1} of {len(self._found)}" if is_found else "None")
        set_kind(self.field, "invalid", is_asked and not is_found)
        for button in (self.back, self.next):
            button.setEnabled(len(self._found) > 1)


class _FindField(QLineEdit):
    """Keeps all keys from the window's shortcuts."""

    def __init__(self, bar: FindBar) -> None:
        super().__init__(bar)
        self._bar = bar

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _NEXT:
            self._bar.step(-1 if is_shifted else 1)
        elif event.key() == Qt.Key.Key_Up:
            self._bar.step(-1)
        elif event.key() == Qt.Key.Key_Escape:
            self._bar.close_bar()
        else:
            super().keyPressEvent(event)
