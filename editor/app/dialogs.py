"""How dialogs are asked: opened, never executed, and awaited. ``exec()`` inside a coroutine would hang other tasks.

Holds the two small questions every editor asks (save or not, replace or not) and the file dialogs.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label

GRAPH_FILTER = "Graphs (*.graph.json);;All files (*)"


async def answer_of(dialog: QDialog) -> int:
    """Opens the dialog on its parent and waits for its result code. The dialog deletes itself afterwards."""
    finished: asyncio.Future[int] = asyncio.get_event_loop().create_future()

    def on_finished(code: int) -> None:
        if not finished.done():
            finished.set_result(code)

    dialog.finished.connect(on_finished)
    _begin_at_default_button(dialog)
    dialog.open()
    try:
        return await finished
    finally:
        if isValid(dialog):  # not if the window went first
            dialog.deleteLater()


def _begin_at_default_button(dialog: QDialog) -> None:
    """The keyboard begins where Enter does what is expected, unless the dialog begins with a field or a list.

    Where nothing has the focus, Qt would give it to the first widget, such as Copy report, and Enter presses that.
    """
    default = next((button for button in dialog.findChildren(QPushButton) if button.isDefault()), None)
    focus = cast("QWidget | None", dialog.focusWidget())  # the stub of PySide 6.11 leaves None out
    if default is not None and (focus is None or focus is dialog or isinstance(focus, QPushButton)):
        default.setFocus()


class QuestionDialog(QDialog):
    """A headline, one or two sentences, a button for each answer. The result code is the answer's place, or CANCEL."""

    CANCEL = -1

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        answers: tuple[str, ...],
        *,
        icon: str = "question",
        cancel: str = "Cancel",
    ):
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName("question")
        self.text_label = role_label(text, "quiet", wrap=True)
        self.text_label.setMinimumWidth(340)
        words = (role_label(title, "title", wrap=True), self.text_label)
        codes = (*reversed(range(len(answers))),)
        buttons = (self._button(cancel, self.CANCEL), *(self._button(answers[code], code) for code in codes))
        whole = dialog_column(self, 20)
        whole.addLayout(headline(icon, "accent" if icon == "question" else "next", words, 8))
        whole.addLayout(answer_row(buttons))
        whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    def reject(self) -> None:
        self.done(self.CANCEL)

    def _button(self, text: str, code: int) -> QPushButton:
        button = text_button(text, lambda: self.done(code), kind="primary" if code == 0 else "")
        button.setDefault(code == 0)
        return button


async def ask(
    parent: QWidget,
    title: str,
    text: str,
    answers: tuple[str, ...],
    *,
    icon: str = "question",
    cancel: str = "Cancel",
) -> str | None:
    """The chosen answer; None for Cancel and Escape."""
    code = await answer_of(QuestionDialog(parent, title, text, answers, icon=icon, cancel=cancel))
    return answers[code] if 0 <= code < len(answers) else None


async def ask_for_graph_to_open(parent: QWidget, folder: Path) -> Path | None:
    dialog = QFileDialog(parent, "Open graph", str(folder), GRAPH_FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await chosen_file(dialog)


async def ask_where_to_save(parent: QWidget, proposal: Path) -> Path | None:
    dialog = QFileDialog(parent, "Save graph as", str(proposal.parent), GRAPH_FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("graph.json")
    dialog.selectFile(proposal.name)
    chosen = await chosen_file(dialog)
    if chosen is None:
        return None
    path = with_graph_ending(chosen)
    if path != chosen and path.exists():  # the file dialog asked only about the name as it was typed
        text = "It is there already; saving replaces what it holds."
        if await ask(parent, f"Replace {path.name}?", text, ("Replace",), icon="warning") is None:
            return None
    return path


def with_graph_ending(path: Path) -> Path:
    """``plan``, ``plan.json`` and ``plan.graph.json`` all become ``plan.graph.json``."""
    if path.name.endswith(".graph.json"):
        return path
    return path.with_name(path.name.removesuffix(".json").removesuffix(".graph") + ".graph.json")


async def chosen_file(dialog: QFileDialog) -> Path | None:
    """The file that was chosen; None for Cancel."""
    chosen: list[str] = []
    dialog.fileSelected.connect(chosen.append)
    accepted = await answer_of(dialog)
    return Path(chosen[0]) if accepted and chosen else None
