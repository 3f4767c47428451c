"""What an edit is: a label and the changes that belong together; and what it means that one is not possible.

Made by ``commands`` and ``clipboard``, carried out by ``UndoHistory.do``.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from editor.document.changes import Change, ModuleRead


class CommandError(ValueError):
    """The edit is not possible. The text is a sentence that can be shown as it is."""


@dataclass(frozen=True, slots=True)
class Command:
    """Changes that belong together: one row of the undo list."""

    label: str
    """What it does, as the undo menu shows it: "Rename 'plan' to 'draft'"."""
    changes: tuple[Change, ...]
    merge_key: Hashable | None = None
    """Commands with the same key that follow each other at once become one row: the many moves of a key held down."""
    reads: tuple[ModuleRead, ...] = ()
    """Modules that this edit is the first to touch. Reading them is no edit, and undo does not take it back."""


def refuse(reason: str | None) -> None:
    """Raises for a reason, as ``why_not`` and its like give it; does nothing for None."""
    if reason is not None:
        raise CommandError(reason)
