"""The first page: open, new, the example, templates, and the files opened last. Shown while there is no graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.app.action_registry import ActionRegistry
from editor.app.actions import action
from editor.app.template_cards import TemplateCards
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, IconLabel, role_label

WIDTH_PX = 720
COLUMNS = 4
MOST_SHOWN = 5
CHOICES = (("file.open_example", "primary"), ("file.open", ""), ("file.new", ""), ("help.tour", "quiet"))


class Welcome(QWidget):
    recent_chosen = Signal(object)
    """A ``Path`` from the list."""
    template_chosen = Signal(object)
    """A ``Template``."""

    def __init__(self, registry: ActionRegistry) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        page = QWidget()
        page.setFixedWidth(WIDTH_PX)
        column = QVBoxLayout(page)
        column.setSpacing(12)
        title = QHBoxLayout()
        title.setSpacing(12)
        title.addWidget(IconLabel("graph", "accent", 36))
        title.addWidget(role_label("Stepgraph", "headline"))
        title.addStretch(1)
        column.addLayout(title)
        column.addWidget(
            role_label(
                "Draw a state graph, run it, stop before any node, look at what changed, go back, fork.", "quiet"
            )
        )
        column.addSpacing(12)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for id, kind in CHOICES:
            row = action(id)
            button = text_button(row.text, registry[id].trigger, kind=kind, icon_name=row.icon, tip=row.tip)
            button.setMinimumHeight(34)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addSpacing(12)
        column.addWidget(role_label("New from a template", "strong"))
        cards = TemplateCards(COLUMNS)
        cards.chosen.connect(self.template_chosen)
        column.addWidget(cards)
        column.addSpacing(12)
        self._recent_title = role_label("Recent", "strong")
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        around = QHBoxLayout(self)
        around.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addWidget(page)
        middle.addStretch(3)
        around.addLayout(middle)
        around.addStretch(1)

    def show_recent(self, paths: Sequence[str]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in [Path(text) for text in paths[:MOST_SHOWN]]:
            self._recent.addWidget(self._row(path))
        self._recent_title.setVisible(bool(paths))

    def _row(self, path: Path) -> QFrame:
        row = QFrame()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        name = path.name.removesuffix(".graph.json")
        button = text_button(name, lambda: self.recent_chosen.emit(path), kind="quiet", icon_name="file", tip=str(path))
        across.addWidget(button)
        folder = ElidedLabel(str(path.parent), "caption", Qt.TextElideMode.ElideMiddle)
        across.addWidget(folder, 1)
        return row
