"""The bar above the timeline: a search field, a node, a key, only failures. Tells one ``TimelineFilter``.

The lists of nodes and keys are asked for when they are opened, so that a long run costs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QWidget

from editor.panels.timeline_filter import TimelineFilter
from editor.widgets.labels import role_label
from editor.widgets.naming import named
from editor.widgets.search_box import SearchBox

LEAST_CHOICE_PX = 72
MOST_CHOICE_PX = 140


class TimelineBar(QWidget):
    filter_changed = Signal(object)

    def __init__(self, nodes: Callable[[], Iterable[str]], keys: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self.search = SearchBox("Filter the steps")
        self.node = Choice("Any node", "Show only steps of this node", nodes)
        self.key = Choice("Any key", "Show only steps that changed this key", keys)
        self.failed = named(QCheckBox("Failed"), "Show only steps with a failed node")
        self._count = role_label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        for part in (self.node, self.key, self.failed, self._count):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.search.searched.connect(self._tell)
        self.node.currentIndexChanged.connect(self._tell)
        self.key.currentIndexChanged.connect(self._tell)
        self.failed.toggled.connect(self._tell)

    def filter(self) -> TimelineFilter:
        return TimelineFilter(self.search.text().strip(), self.node.chosen, self.key.chosen, self.failed.isChecked())

    def show_count(self, shown: int, of_all: int) -> None:
        """How many rows are left; nothing is said while all are shown."""
        self._count.setText(f"{shown:,} of {of_all:,}" if self.filter().is_on else "")

    def clear(self) -> None:
        """Show everything again, as for another run."""
        for part in (self.search, self.node, self.key, self.failed):
            part.blockSignals(True)
        self.search.clear()
        self.node.setCurrentIndex(0)
        self.key.setCurrentIndex(0)
        self.failed.setChecked(False)
        for part in (self.search, self.node, self.key, self.failed):
            part.blockSignals(False)
        self._tell()

    def _tell(self, _changed: object = None) -> None:
        self.filter_changed.emit(self.filter())


class Choice(QComboBox):
    """A list whose first entry means all."""

    def __init__(self, all_text: str, name: str, entries: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._entries = entries
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.addItem(all_text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setMinimumWidth(LEAST_CHOICE_PX)
        self.setMaximumWidth(MOST_CHOICE_PX)

    @property
    def chosen(self) -> str:
        """ "" for all."""
        return self.currentText() if self.currentIndex() > 0 else ""

    def fill(self) -> None:
        """Bring the entries up to date; what is chosen stays."""
        chosen = self.chosen
        entries = sorted(self._entries())
        self.blockSignals(True)
        while self.count() > 1:
            self.removeItem(1)
        self.addItems(entries)
        self.setCurrentIndex(entries.index(chosen) + 1 if chosen in entries else 0)
        self.blockSignals(False)

    def showPopup(self) -> None:
        self.fill()
        super().showPopup()
