"""All keys at a glance, made from the table of actions, and the few gestures of the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from editor.app.actions import shown_key
from editor.app.dialog_parts import dialog_column
from editor.app.key_bindings import KeyBindings
from editor.app.main_menus import MENUS, actions_in, name_of
from editor.app.mouse_gestures import MOUSE_GESTURES
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label

FIXED_KEYS = (
    ("Walk to the next node, row or letter", "← → ↑ ↓"),
    ("Open what is selected, or confirm", "Enter"),
    ("End a gesture, then deselect; close", "Esc"),
)
"""Not to be changed: each list, field and dialog lives on them as the canvas does, and would keep them."""


class ShortcutSheet(QDialog):
    def __init__(self, parent: QWidget | None, bindings: KeyBindings) -> None:
        super().__init__(parent)
        self.setObjectName("keys")
        self.setWindowTitle("Keyboard shortcuts")
        grid_widget = QWidget()
        grid = QGridLayout(grid_widget)
        grid.setContentsMargins(4, 4, 16, 4)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        line = 0
        for title, ids in MENUS:
            listed = [id for id in actions_in(ids) if bindings.of(id)]
            grid.addWidget(role_label(title.replace("&", ""), "strong"), line, 0)
            line += 1
            for id in listed:
                keys = "   ".join(shown_key(native(key)) for key in bindings.of(id))
                grid.addWidget(role_label(name_of(id)), line, 0)
                grid.addWidget(role_label(keys, "chip"), line, 1, Qt.AlignmentFlag.AlignLeft)
                line += 1
            grid.setRowMinimumHeight(line, 8)
            line += 1
        grid.addWidget(role_label("The same everywhere", "strong"), line, 0)
        for what, how in FIXED_KEYS:
            line += 1
            grid.addWidget(role_label(what), line, 0)
            grid.addWidget(role_label(how, "chip"), line, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setRowMinimumHeight(line + 1, 8)
        line += 2
        grid.addWidget(role_label("Mouse on the canvas", "strong"), line, 0)
        for at, (what, how) in enumerate(MOUSE_GESTURES, line + 1):
            grid.addWidget(role_label(what), at, 0)
            grid.addWidget(role_label(how, "chip"), at, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setRowStretch(line + len(MOUSE_GESTURES) + 1, 1)
        area = QScrollArea()
        area.setWidget(grid_widget)
        area.setWidgetResizable(True)
        area.setProperty("flat", True)
        close = text_button("Close", self.accept, kind="primary")
        close.setDefault(True)
        whole = dialog_column(self)
        whole.addWidget(role_label("Keyboard shortcuts", "title"))
        whole.addWidget(area, 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(520, 620)


def native(key: str) -> str:
    """The key as this platform writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
