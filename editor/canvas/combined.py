"""Several edits as one row of the undo list, each made for the document that the one before leaves. Pure."""

from __future__ import annotations

from collections.abc import Callable

from editor.document.changes import Change, apply_changes
from editor.document.command import Command
from editor.document.document import Document


def combined(document: Document, label: str, *steps: Callable[[Document], Command]) -> Command:
    """All steps or, if one raises, none. Without a label it has that of the last step."""
    changes: tuple[Change, ...] = ()
    last = ""
    for step in steps:
        made = step(document)
        document = apply_changes(document, made.changes)
        changes += made.changes
        last = made.label
    return Command(label or last, changes)
