"""The way of a panel's field to the document: does a command, or says at the field why it cannot be done.

The one place in the panels that calls ``history.do``.
"""

from __future__ import annotations

from collections.abc import Callable

from editor.document.command import Command, CommandError
from editor.document.undo_history import UndoHistory
from editor.widgets.inline_field import InlineField


def commit(history: UndoHistory, field: InlineField, make: Callable[[], Command]) -> bool:
    """Do the command that `make` gives. If it is refused the field keeps its text and shows the reason."""
    if history.locked_reason:
        field.go_back()
        field.setToolTip(history.locked_reason)
        return False
    try:
        command = make()
    except CommandError as error:
        field.show_problem(str(error))
        return False
    return history.do(command)
