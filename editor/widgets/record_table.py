"""A list of records as rows and columns: which lists are tables, and what stands in their cells. Pure, no Qt.

Used by ``value_viewer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from editor.widgets.message_look import message_of
from editor.widgets.preview_node import PreviewItem, PreviewNode

MOST_COLUMNS = 24  # more than a person can compare; the tree has the rest
LEAST_FILLED = 0.5  # of all cells; records that share fewer keys are no table


@dataclass(frozen=True, slots=True)
class RecordTable:
    """`rows` have one cell for each column; None where the record lacks the key."""

    columns: tuple[str, ...]
    names: tuple[str, ...]
    """What stands before each row: its place in the list, or its key in the dict."""
    rows: tuple[tuple[PreviewItem | None, ...], ...]
    more: int = 0


def record_table(node: PreviewNode) -> RecordTable | None:
    """The list, or dict of records, as a table; None if its items are not records of one kind."""
    if not node.items or not all(item.node.items and item.node.type not in ("list", "tuple") for item in node.items):
        return None
    columns = columns_of(node.items)
    table = RecordTable(columns, tuple(item.key for item in node.items), rows_of(node.items, columns), node.more)
    filled = sum(cell is not None for row in table.rows for cell in row)
    return table if filled >= LEAST_FILLED * len(columns) * len(table.rows) else None


def columns_of(items: Sequence[PreviewItem]) -> tuple[str, ...]:
    """All keys in the order in which they first appear."""
    keys = dict.fromkeys(part.key for item in items for part in item.node.items)
    return tuple(keys)[:MOST_COLUMNS]


def rows_of(items: Sequence[PreviewItem], columns: Sequence[str]) -> tuple[tuple[PreviewItem | None, ...], ...]:
    rows = []
    for item in items:
        parts = {part.key: part for part in item.node.items}
        rows.append(tuple(parts.get(column) for column in columns))
    return tuple(rows)


def cell_text(cell: PreviewItem | None) -> str:
    """A text without its quotes, a message as who says what, anything else as it is written."""
    if cell is None:
        return ""
    if isinstance(cell.node.json, str):
        return " ".join(cell.node.json.split())
    look = message_of(cell.node)
    return look.text if look is not None else cell.node.text


def is_number(cell: PreviewItem | None) -> bool:
    return cell is not None and cell.node.type in ("int", "float")
