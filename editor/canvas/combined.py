"""Several edits as one row of the undo list, each made for the document that the one before leaves. Pure."""

from __future__ import annotations

from collections.abc import Callable

from editor.document.changes import Change, apply_changes
from editor.document.command import Command
from editor.document.document import Document


def combined(document: Document, label: str, *steps: Callable[[Document], Command]) -> Command:
    """All steps or, if one raises, none."""
    changes: tuple[Change, ...] = ()
    for step in steps:
        made = step(document).changes
        document = apply_changes(document, made)
        changes += made
    return Command(label, changes)
