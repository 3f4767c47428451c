"""The start of a window: what a crash left behind is offered, and the file that the start names is opened.

Each graph gets a window of its own. All is asked first, in the window that starts, and then recovered. Called by
``wiring`` only.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from editor.app.background import in_thread
from editor.app.dialogs import ask
from editor.app.open_document import is_same_file
from editor.document.recovery import Unsaved, dismiss, find_unsaved
from editor.document.recovery_log import recovery_folder

if TYPE_CHECKING:
    from editor.app.wiring import Editor

RECOVER, THROW_AWAY, LATER = "Recover", "Throw away", "Later"


async def begin(first: Editor, path: Path | None) -> None:
    """``path``: the file that the start names, which is opened unless its own edits were recovered."""
    wanted = await what_to_recover(first.window)
    for unsaved in wanted:
        await _empty_window(first).files.recover(unsaved)
    if path is not None and not any(is_same_file(editor.files.path, path) for editor in first.windows.editors):
        await (_empty_window(first) if wanted else first).open_and_wait(path)


async def what_to_recover(window: QWidget) -> tuple[Unsaved, ...]:
    """What the user wants of all that was left behind, the newest first. "Later" and Escape keep it.

    Of one file only the newest edits are offered: two windows on it would be two documents. The others come at the next
    start.
    """
    found: dict[Path, Unsaved] = {}
    for unsaved in await in_thread(find_unsaved, recovery_folder()):
        found.setdefault(unsaved.path or unsaved.journal, unsaved)
    wanted = []
    for place, unsaved in enumerate(found.values(), start=1):
        title = f"Recover {unsaved.path.name if unsaved.path is not None else 'the new graph'}?"
        answer = await ask(window, title, _words(unsaved, len(found) - place), (RECOVER, THROW_AWAY), cancel=LATER)
        if answer == THROW_AWAY:
            dismiss(unsaved)
        if answer == RECOVER:
            wanted.append(unsaved)
    return tuple(wanted)


def _words(unsaved: Unsaved, others: int) -> str:
    when = datetime.fromtimestamp(unsaved.edited_at_s).strftime("%d %B, %H:%M")
    edits = "one edit" if unsaved.edits == 1 else f"{unsaved.edits} edits"
    where = str(unsaved.path) if unsaved.path is not None else "a graph that was never saved"
    text = f"The editor ended on {when} with {edits} not saved, in {where}."
    if others == 0:
        return text
    return f"{text} {'Another graph was' if others == 1 else f'{others} more graphs were'} left so; asked about next."


def _empty_window(first: Editor) -> Editor:
    empty = (editor for editor in first.windows.editors if not editor.files.has_document)
    return next(empty, None) or first.windows.open_another(first)
