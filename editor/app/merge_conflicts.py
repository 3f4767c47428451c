"""A graph file that git left unmerged: shows the conflicts, and opens the graph as one side has it. Writes nothing.

What is opened counts as not saved; the file keeps its markers until the user saves. Asked by ``document_files``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextEdit, QWidget

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.app.external_editor import show_in_editor
from editor.app.shown_code import code_to_show
from editor.document.conflict_sides import ConflictSides, Part
from editor.theme.theme import current_tokens, theme
from editor.widgets.buttons import text_button
from editor.widgets.code_view import CodeView
from editor.widgets.labels import role_label

CANCEL, OURS, THEIRS, READ_AGAIN = 0, 1, 2, 3
"""The result codes."""
LONGEST_NAME = 24
LINES_ABOVE = 3


class ConflictDialog(QDialog):
    def __init__(self, parent: QWidget | None, path: Path, text: str, sides: ConflictSides) -> None:
        super().__init__(parent)
        self.setObjectName("conflict")
        self.setWindowTitle("Unresolved merge conflicts")
        self._path, self._sides = path, sides
        self._lines = [number for number, part in enumerate(sides.parts, start=1) if part is not Part.COMMON]
        self.code = CodeView("json", "The file with its conflicts")
        self.code.setProperty("flat", False)
        self.code.setMinimumSize(QSize(720, 300))
        self.code.set_code(code_to_show(text))
        self._told = role_label("", "error", wrap=True)
        self._told.hide()
        whole = dialog_column(self)
        whole.addLayout(self._headline())
        whole.addWidget(self.code, 1)
        whole.addWidget(self._told)
        whole.addLayout(self._buttons())
        self._mark()
        theme().theme_changed.connect(self._mark)

    def _headline(self) -> QHBoxLayout:
        count = self._sides.count
        title = f"{self._path.name} has {'one unresolved conflict' if count == 1 else f'{count} unresolved conflicts'}"
        text = (
            "Git could not merge two versions of this graph. Open it as one side has it, or settle the marked lines "
            "in a text editor or with your merge tool and read it again. The file stays as it is until you save."
        )
        if not self._sides.is_whole:
            text = (
                "Git could not merge two versions of this graph, and the markers are not complete any more. Settle the "
                "marked lines in a text editor, or restore the file with git, and read it again."
            )
        words = (role_label(title, "title", wrap=True), role_label(text, "quiet", wrap=True))
        return headline("warning", "next", words)

    def _buttons(self) -> QHBoxLayout:
        show = text_button("Show in text editor", self._show_in_editor, kind="quiet")
        again = text_button("Read again", lambda: self.done(READ_AGAIN), kind="quiet")
        cancel = text_button("Cancel", self.reject)
        answers = [cancel]
        if self._sides.is_whole:
            for code, name, whose in (
                (OURS, self._sides.ours_name, "first"),
                (THEIRS, self._sides.theirs_name, "second"),
            ):
                button = text_button(f"Open {_short(name)}", partial(self.done, code))
                button.setToolTip(f"The {whose} side of every conflict: {name}")
                answers.append(button)
        cancel.setDefault(True)  # to give one side up by Enter would be too quick
        return answer_row(answers, (show, again))

    def _show_in_editor(self) -> None:
        why_not = show_in_editor(self._path, self._lines[0])
        self._told.setText(why_not)
        self._told.setVisible(bool(why_not))

    def _mark(self, *_themes: object) -> None:
        """Grounds for the lines of both sides; the markers that name them stand between, so colour is not alone."""
        tokens = current_tokens()
        grounds = {
            Part.OURS: tokens.added_quiet,
            Part.THEIRS: tokens.changed_quiet,
            Part.BASE: tokens.surface_sunken,
            Part.MARKER: tokens.surface_sunken,
        }
        marks = []
        for line in self._lines:
            block = self.code.document().findBlockByNumber(line - 1)
            if not block.isValid():
                break  # beyond what is shown of a very long file
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(block)
            mark.format.setBackground(QColor(grounds[self._sides.parts[line - 1]]))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.code.setExtraSelections(marks)
        first = self.code.document().findBlockByNumber(max(0, self._lines[0] - 1 - LINES_ABOVE))
        self.code.verticalScrollBar().setValue(first.firstLineNumber() if first.isValid() else 0)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
