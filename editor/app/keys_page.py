"""The keys of all actions as a table, and a field that takes other ones. A page of the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.app.actions import action, shown_key
from editor.app.key_bindings import KeyBindings, why_not_key
from editor.app.main_menus import MENUS, actions_in, name_of
from editor.app.shortcut_sheet import native
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label
from editor.widgets.search_box import SearchBox

ID_ROLE = Qt.ItemDataRole.UserRole + 1
KEYS_WIDTH_PX = 190


class KeysPage(QWidget):
    changed = Signal(object)
    """The ``KeyBindings`` as they are wanted now."""

    def __init__(self, bindings: KeyBindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._filter = SearchBox("Find an action or a key")
        self.table = QTreeWidget()
        self.table.setAccessibleName("Actions and their keys")
        self.table.setHeaderLabels(["Action", "Keys"])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().resizeSection(1, KEYS_WIDTH_PX)
        self.recorder = QKeySequenceEdit()
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setClearButtonEnabled(True)
        self.recorder.setAccessibleName("New key")
        self._use = text_button("Use", self._on_use, kind="primary")
        self._none = text_button("No key", self._on_none)
        self._reset = text_button("Reset", self._on_reset, tip="The key it has by default")
        self._reset_all = text_button("Reset all", self._on_reset_all, tip="Every action has its default keys again")
        self.message = role_label("", "quiet", wrap=True)
        self._lay_out()
        self._fill()
        self._filter.searched.connect(self._on_filter)
        self.table.currentItemChanged.connect(self._on_current)
        self.table.itemActivated.connect(lambda _item: self.recorder.setFocus())
        self.recorder.keySequenceChanged.connect(self._enable)
        self.select(MENUS[0][1][0])

    def select(self, id: str) -> None:
        """Makes this action the current row."""
        self.table.setCurrentItem(self._item(id))

    def _id(self) -> str:
        item = self.table.currentItem()
        return str(item.data(0, ID_ROLE)) if item is not None else ""

    def _item(self, id: str) -> QTreeWidgetItem:
        rows = (self.table.topLevelItem(i) for i in range(self.table.topLevelItemCount()))
        return next(item for item in rows if item is not None and item.data(0, ID_ROLE) == id)

    def _fill(self) -> None:
        for title, ids in MENUS:
            for id in actions_in(ids):
                text = f"{title.replace('&', '')}: {name_of(id)}"
                item = QTreeWidgetItem([text, ""])
                item.setData(0, ID_ROLE, id)
                self.table.addTopLevelItem(item)
        self._show_keys()

    def _show_keys(self) -> None:
        for i in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(i)
            assert item is not None, "the row was counted"
            id = str(item.data(0, ID_ROLE))
            item.setText(1, "   ".join(shown_key(native(key)) for key in self._bindings.of(id)))
            font = item.font(1)
            font.setBold(self._bindings.is_changed(id))
            item.setFont(1, font)
            item.setToolTip(1, "Not as it is by default" if self._bindings.is_changed(id) else "")

    def _on_filter(self, text: str) -> None:
        words = text.lower().split()
        found: QTreeWidgetItem | None = None
        for i in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(i)
            assert item is not None, "the row was counted"
            line = f"{item.text(0)} {item.text(1)}".lower()
            item.setHidden(not all(word in line for word in words))
            found = item if found is None and not item.isHidden() else found
        current = self.table.currentItem()
        if current is not None and not current.isHidden():
            return
        if found is not None:  # else the key would go to an action that nobody sees
            self.table.setCurrentItem(found)
        else:
            self.table.selectionModel().clear()

    def _on_current(self) -> None:
        self.recorder.clear()
        self._enable()

    def _recorded(self) -> str:
        return self.recorder.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _enable(self) -> None:
        """Says what the recorded key would do, before it does it."""
        id, key = self._id(), self._recorded()
        self._none.setEnabled(bool(id and self._bindings.of(id)))
        self._reset_all.setEnabled(bool(self._bindings.chosen))
        self._reset.setEnabled(bool(id and self._bindings.is_changed(id)))
        refusal = why_not_key(key, action(id).scope) if id and key else ""
        owner = self._bindings.owner(key) if key and not refusal else None
        is_taken = owner is not None and owner != id
        self._use.setEnabled(bool(id and key) and not refusal)
        self._use.setText("Take it" if is_taken else "Use")
        words = " "
        if owner is not None and is_taken:
            words = f"{shown_key(native(key))} belongs to “{action(owner).text}”, which then has it no more."
        self.message.setText(refusal or words)

    def _on_use(self) -> None:
        self._change(self._bindings.give(self._id(), self._recorded()))

    def _on_none(self) -> None:
        self._change(self._bindings.without_keys(self._id()))

    def _on_reset(self) -> None:
        self._change(self._bindings.reset(self._id()))

    def _on_reset_all(self) -> None:
        self._change(KeyBindings())

    def _change(self, bindings: KeyBindings) -> None:
        self._bindings = bindings
        self._show_keys()
        self.recorder.clear()
        self._enable()
        self.changed.emit(bindings)

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.recorder, 1)
        for button in (self._use, self._none, self._reset, self._reset_all):
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._filter)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        column.addWidget(self.message)
