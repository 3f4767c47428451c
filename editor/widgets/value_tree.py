"""A lazy item model over previews of values: rows are made when a branch is opened, further items come on demand.

Holds previews only, never a live value. Whoever owns the model answers ``more_wanted`` by calling ``add_items``.
Shown by ``value_view``. Columns: name, value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from editor.widgets.message_look import message_of
from editor.widgets.preview_node import Path, PreviewItem, PreviewNode, short_path_text, size_text

Index = QModelIndex | QPersistentModelIndex

NODE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's PreviewNode; None in the last row that offers more."""
PATH_ROLE = Qt.ItemDataRole.UserRole + 2
MARK_ROLE = Qt.ItemDataRole.UserRole + 3
"""The word of the row's mark, "" for none."""


HOW_TO_EDIT = "Enter or double-click to edit"


@dataclass(slots=True)
class _Entry:
    """One row. `children` is None until the branch is looked at."""

    parent: int
    row: int
    key: str
    path: Path
    node: PreviewNode | None
    more: int = 0
    children: list[int] | None = field(default=None)
    asked: bool = False


class ValueTreeModel(QAbstractItemModel):
    more_wanted = Signal(object, int)
    """(path, start): the next items of the value at this path are to be shown."""

    def __init__(self, parent: QObject | None = None, *, hint: str = f"{HOW_TO_EDIT}, Space to view") -> None:
        super().__init__(parent)
        self._hint = hint
        self._entries: list[_Entry] = []
        self._marks: Mapping[Path, str] = {}
        self._build(())

    # ---- filling

    def set_items(self, items: Sequence[PreviewItem]) -> None:
        """Show these top-level rows instead of all that was there."""
        self.beginResetModel()
        self._build(items)
        self.endResetModel()

    def set_marks(self, marks: Mapping[Path, str]) -> None:
        """Words to stand beside some values, such as "edited"."""
        self._marks = marks
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 1))

    def add_items(self, path: Path, items: Sequence[PreviewItem], more: int) -> None:
        """The answer to ``more_wanted``: the items come in place of the row that offered them."""
        owner = self._entry_at(path)
        if owner is None or self._entries[owner].children is None:
            return
        children = self._children(owner)
        parent = self._index_of(owner)
        if children and self._entries[children[-1]].node is None:
            self.beginRemoveRows(parent, len(children) - 1, len(children) - 1)
            children.pop()
            self.endRemoveRows()
        added = len(items) + (1 if more else 0)
        if added:
            self.beginInsertRows(parent, len(children), len(children) + added - 1)
            self._append(owner, items, more)
            self.endInsertRows()

    def _build(self, items: Sequence[PreviewItem]) -> None:
        root = PreviewNode("dict", "", len(items), tuple(items))
        self._entries = [_Entry(-1, 0, "", (), root)]

    # ---- what Qt asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 (Qt's default)
        owner = self._id_of(parent)
        children = self._children(owner)
        if not 0 <= row < len(children) or not 0 <= column < 2 or parent.column() > 0:
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 (Qt overloads)
        if not child.isValid():
            return QModelIndex()
        return self._index_of(self._entries[child.internalId()].parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self._children(self._id_of(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 2

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        if parent.column() > 0:
            return False
        node = self._entries[self._id_of(parent)].node
        return node is not None and (bool(node.items) or node.more > 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.internalId()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return _text_of(entry, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                if entry.node is None:
                    return None
                return "\n".join(filter(None, (f"{short_path_text(entry.path)}: {size_text(entry.node)}", self._hint)))
            case role if role == NODE_ROLE:
                return entry.node
            case role if role == PATH_ROLE:
                return entry.path
            case role if role == MARK_ROLE:
                return self._marks.get(entry.path, "")
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Key", "Value")[section]
        return None

    # ---- further items

    def ask_for_more(self, index: Index) -> bool:
        """Whether this row is the one that offers more; if so the items are asked for, once."""
        entry = self._entries[index.internalId()] if index.isValid() else None
        if entry is None or entry.node is not None:
            return False
        if not entry.asked:
            entry.asked = True
            self.more_wanted.emit(entry.path, entry.row)
        return True

    def index_of_path(self, path: Path) -> QModelIndex:
        entry = self._entry_at(path)
        return QModelIndex() if entry is None else self._index_of(entry)

    # ---- entries

    def _children(self, owner: int) -> list[int]:
        entry = self._entries[owner]
        if entry.children is None:
            entry.children = []
            if entry.node is not None:
                self._append(owner, entry.node.items, entry.node.more)
        return entry.children

    def _append(self, owner: int, items: Sequence[PreviewItem], more: int) -> None:
        children = self._entries[owner].children
        assert children is not None, "only a branch that was opened gets rows"
        new = [(item.key, item.path, item.node, 0) for item in items]
        rest: list[tuple[str, Path, PreviewNode | None, int]] = (
            [("", self._entries[owner].path, None, more)] if more else []
        )
        for key, path, node, left in [*new, *rest]:
            children.append(len(self._entries))
            self._entries.append(_Entry(owner, len(children) - 1, key, path, node, left))

    def _id_of(self, index: Index) -> int:
        return index.internalId() if index.isValid() else 0

    def _index_of(self, entry: int) -> QModelIndex:
        return QModelIndex() if entry <= 0 else self.createIndex(self._entries[entry].row, 0, entry)

    def known_part(self, path: Path) -> Path:
        """So much of a path as there are rows for."""
        return self._entries[self._last_on_the_way(path)].path

    def _entry_at(self, path: Path) -> int | None:
        entry = self._last_on_the_way(path)
        return entry if len(self._entries[entry].path) == len(path) else None

    def _last_on_the_way(self, path: Path) -> int:
        entry = 0
        for step in path:
            found = [i for i in self._children(entry) if self._entries[i].node and self._entries[i].path[-1] == step]
            if not found:
                break
            entry = found[0]
        return entry


def _text_of(entry: _Entry, column: int) -> str:
    if entry.node is None:
        return f"{entry.more:,} more" if column == 0 else ""
    if column == 0:
        return entry.key
    look = message_of(entry.node)
    return entry.node.text if look is None else look.text
