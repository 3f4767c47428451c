"""Lists in the payload of a question that read better than JSON: a talk of messages, a table of records.

Which lists these are is decided without Qt, by ``talk_of`` and ``table_of``. Used by ``question_form``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from editor.widgets.labels import role_label

SPEAKERS = {"human": "user", "user": "user", "ai": "assistant", "assistant": "assistant", "system": "system",
            "developer": "system", "tool": "tool", "function": "tool"}  # fmt: skip
MOST_MESSAGES, LONGEST_MESSAGE = 20, 600
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200, 12, 200
MOST_TABLE_PX, ROW_PX = 168, 28


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """"" where a record lacks the key."""


def talk_of(value: Any) -> tuple[tuple[str, str], ...]:
    """(who, what) of each message, the last ones; () if the value is no list of messages."""
    parts = value if isinstance(value, list) else [value]
    said = tuple(_message(part) for part in parts)
    found = tuple(each for each in said if each is not None)
    return found[-MOST_MESSAGES:] if found and len(found) == len(parts) else ()


def table_of(value: Any) -> Table | None:
    """A list of two or more records that share their keys; None for anything else."""
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(each, Mapping) and each for each in value):
        return None
    columns = tuple(dict.fromkeys(str(key) for record in value for key in record))
    if len(columns) > MOST_COLUMNS or sum(map(len, value)) * 2 < len(columns) * len(value):
        return None
    rows = tuple(tuple(_cell(record[key]) if key in record else "" for key in columns) for record in value[:MOST_ROWS])
    return Table(columns, rows)


def list_widget(label: str, value: Any) -> QWidget | None:
    """The talk or the table; None if the value is shown best as it is."""
    if talk := talk_of(value):
        return _talk_widget(label, talk)
    table = table_of(value)
    return _table_widget(label, table) if table is not None else None


def _message(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, Mapping) or "content" not in value:
        return None
    who = SPEAKERS.get(str(value.get("role") or value.get("type") or ""))
    content = value["content"]
    if who is None:
        return None
    if isinstance(content, list):
        blocks = [block.get("text", "") for block in content if isinstance(block, Mapping)]
        content = "\n".join(text for text in blocks if isinstance(text, str) and text) or f"{len(content)} blocks"
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    calls = [call for call in value.get("tool_calls") or () if isinstance(call, Mapping)]
    names = ", ".join(str(call.get("name") or "a tool") for call in calls)
    text = "\n".join(filter(None, (text.strip(), f"calls {names}" if names else "")))
    return who, text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _cell(value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _talk_widget(label: str, talk: tuple[tuple[str, str], ...]) -> QWidget:
    box, grid = QFrame(), QGridLayout()
    box.setAccessibleName(label or "Messages")
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    first = 0
    if label:
        grid.addWidget(role_label(label, "caption"), 0, 0, 1, 2)
        first = 1
    for row, (who, text) in enumerate(talk, first):
        words = role_label(text, wrap=True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(role_label(who, "quiet"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, row, 1)
    box.setLayout(grid)
    return box


def _table_widget(label: str, table: Table) -> QWidget:
    box, grid = QFrame(), QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    if label:
        grid.addWidget(role_label(label, "caption"), 0, 0)
    view = QTableWidget(len(table.rows), len(table.columns))
    view.setAccessibleName(label or "What the question is about")
    view.setHorizontalHeaderLabels(list(table.columns))
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(ROW_PX)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setWordWrap(False)
    for at, row in enumerate(table.rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            view.setItem(at, column, item)
    header = view.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    view.resizeColumnsToContents()
    header.setStretchLastSection(True)
    view.setFixedHeight(min(MOST_TABLE_PX, (len(table.rows) + 1) * ROW_PX + 8))
    grid.addWidget(view, 1, 0)
    box.setLayout(grid)
    return box
