"""One button for each template: its picture and its name. On the welcome page and in the dialog for a new graph."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from editor.app.graph_picture import graph_picture
from editor.app.templates import Template, all_templates
from editor.document.files import open_document
from editor.theme.theme import theme
from editor.widgets.buttons import ToolButton

PICTURE_SIZE = QSize(156, 64)
GAP_PX = 8


class TemplateCards(QWidget):
    chosen = Signal(object)
    """A ``Template``."""

    def __init__(self, columns: int, *, checkable: bool = False) -> None:
        """``checkable``: one of them is always the chosen one."""
        super().__init__()
        self._buttons = {template: self._button(template, checkable) for template in all_templates()}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP_PX)
        for number, button in enumerate(self._buttons.values()):
            grid.addWidget(button, number // columns, number % columns)
        self._has_pictures = False
        theme().theme_changed.connect(self._on_theme)

    def check(self, template: Template) -> None:
        self._buttons[template].setChecked(True)

    def _button(self, template: Template, checkable: bool) -> QToolButton:
        button = QToolButton() if checkable else ToolButton()  # to choose one is not to be done with the dialog
        button.setText(template.title)
        button.setAccessibleName(template.title)
        button.setAccessibleDescription(template.about)
        button.setToolTip(template.about)
        button.setProperty("kind", "card")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(PICTURE_SIZE)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setCheckable(checkable)
        button.setAutoExclusive(checkable)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(template))
        return button

    def showEvent(self, event: QShowEvent) -> None:
        """Who opens a graph at once never sees the pictures, and need not wait for them."""
        if not self._has_pictures:
            self._paint_pictures()
        super().showEvent(event)

    def _on_theme(self, _old: object, _new: object) -> None:
        self._has_pictures = False
        if self.isVisible():
            self._paint_pictures()

    def _paint_pictures(self) -> None:
        self._has_pictures = True
        for template, button in self._buttons.items():
            document = open_document(template.graph_path).document
            button.setIcon(QIcon(graph_picture(document, PICTURE_SIZE, self.devicePixelRatioF())))
