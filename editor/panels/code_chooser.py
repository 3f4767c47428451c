"""The list of all code of a graph, to choose what is shown. Part of the code panel.

A graph of 5,000 nodes has as many rows: they are a model's, so that an edit makes no widget's items, and what an edit
leaves alone is not listed anew.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from editor.document.document import Document
from editor.panels.code_target import CodeTarget, TargetList
from editor.theme.icons import icon


class CodeChooser(QComboBox):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Rows(self)
        self._targets = TargetList()
        self.setModel(self._rows)
        self.setAccessibleName("Which code is shown")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def listed(self) -> tuple[CodeTarget, ...]:
        return self._rows.targets

    def follow(self, document: Document) -> None:
        """List what this document has. Say afterwards which row is shown."""
        wanted = self._targets.of(document)
        if wanted != self._rows.targets:
            self.blockSignals(True)
            self._rows.show(wanted)
            self.blockSignals(False)

    def row_of(self, target: CodeTarget) -> int:
        """-1 if it is not listed."""
        key, node = target.key(), target.node
        rows = enumerate(self._rows.targets)
        return next((row for row, each in rows if each.node == node and each.key() == key), -1)


class _Rows(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.targets: tuple[CodeTarget, ...] = ()

    def show(self, targets: tuple[CodeTarget, ...]) -> None:
        self.beginResetModel()
        self.targets = targets
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.targets)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.targets):
            return None
        target = self.targets[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{target.title}   {target.reference}" if target.reference else target.title
            case Qt.ItemDataRole.DecorationRole:
                return icon("state" if target.is_state else "router" if target.is_router else "node", role="quiet")
            case Qt.ItemDataRole.UserRole:
                return target
            case _:
                return None
