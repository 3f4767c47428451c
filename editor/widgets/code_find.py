"""Find and replace in a code editor: a bar above it. Typing goes to the first place at once; F3 and Enter go on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from editor.theme.icons import icon
from editor.widgets.buttons import icon_button, set_kind, text_button, toggle_button
from editor.widgets.code_editor import CodeEditor
from editor.widgets.code_text import TextEdit
from editor.widgets.labels import role_label

MOST_FOUND = 1_000


class CodeFind(QFrame):
    """Hidden until it is opened. Looks in what the editor shows, without regard to case unless asked to."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__()
        self._editor = editor
        self._found: tuple[tuple[int, int], ...] = ()
        self.setObjectName("code find")
        self.field = _field("Find in the code", "search")
        self.replacement = _field("Replace by", "edit")
        self.count = role_label("", "caption")
        self.count.setMinimumWidth(64)
        self.case = toggle_button("theme", "Match upper and lower case", lambda _on: self.search())
        self.case.setText("Aa")
        self.case.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        first = QHBoxLayout()
        first.setSpacing(4)
        for widget in (
            self.field,
            self.count,
            self.case,
            icon_button("up", "Previous place", lambda: self.step(-1), tip="Previous (Shift+F3)"),
            icon_button("expand", "Next place", lambda: self.step(1), tip="Next (F3)"),
            icon_button("close", "Close the search", self.close_bar, tip="Close (Esc)"),
        ):
            first.addWidget(widget, 1 if widget is self.field else 0)
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(4)
        second.addWidget(self.replacement, 1)
        second.addWidget(text_button("Replace", self.replace_one))
        second.addWidget(text_button("All", self.replace_all, tip="Replaces all that were found, as one step"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self._second)
        self.field.textChanged.connect(lambda _text: self.search())
        for field in (self.field, self.replacement):
            field.installEventFilter(self)
        self.hide()

    def open(self, *, replacing: bool = False) -> None:
        """With what is selected in the editor, if that is part of a line."""
        anchor, caret = self._editor.selection()
        selected = self._editor.text()[min(anchor, caret) : max(anchor, caret)]
        if selected and "\n" not in selected:
            self.field.setText(selected)
        self._second.setVisible(replacing and not self._editor.isReadOnly())
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.search()

    def close_bar(self) -> None:
        self.hide()
        self._found = ()
        self._editor.show_found(())
        self._editor.setFocus()

    def search(self) -> None:
        """What was typed, from the caret on."""
        self._look()
        if self._found:
            start = min(self._editor.selection())
            self._go_to(next((place for place in self._found if place[0] >= start), self._found[0]))
        set_kind(self.field, "invalid", bool(self.field.text()) and not self._found)

    def step(self, by: int) -> None:
        """To the next place, or the one before; round at the ends."""
        self._look()
        if not self._found:
            return
        start, end = sorted(self._editor.selection())
        if by > 0:
            target = next((place for place in self._found if place[0] >= end), self._found[0])
        else:
            target = next((place for place in reversed(self._found) if place[1] <= start), self._found[-1])
        self._go_to(target)

    def replace_one(self) -> None:
        """The place that is selected; then the next is."""
        place = tuple(sorted(self._editor.selection()))
        if self._editor.isReadOnly() or place not in self._found:
            self.step(1)
            return
        new = self.replacement.text()
        after = place[0] + len(new)
        self._editor.apply(TextEdit(place[0], place[1], new, after, after))
        self.step(1)

    def replace_all(self) -> None:
        self._look()
        if not self._found or self._editor.isReadOnly():
            return
        text, new, number = self._editor.text(), self.replacement.text(), len(self._found)
        start, end = self._found[0][0], self._found[-1][1]
        pieces, at = [], start
        for first, last in self._found:
            pieces += [text[at:first], new]
            at = last
        put = "".join(pieces)
        self._editor.apply(TextEdit(start, end, put, start + len(put), start + len(put)))
        self._look()
        self.count.setText(f"{number:,} replaced")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            match Qt.Key(event.key()):
                case Qt.Key.Key_Escape:
                    self.close_bar()
                    return True
                case Qt.Key.Key_F3:
                    self.step(-1 if back else 1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    if watched is self.replacement:
                        self.replace_one()
                    else:
                        self.step(-1 if back else 1)
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        self._found = _places(self._editor.text(), self.field.text(), exact=self.case.isChecked())
        self._editor.show_found(self._found)
        many = f"{MOST_FOUND:,}+" if len(self._found) == MOST_FOUND else f"{len(self._found):,}"
        self.count.setText("" if not self.field.text() else f"{many} found" if self._found else "not found")

    def _go_to(self, place: tuple[int, int]) -> None:
        self._editor.select(*place)
        number = self._found.index(place) + 1
        self.count.setText(f"{number:,} of {len(self._found):,}")


def _places(text: str, wanted: str, *, exact: bool) -> tuple[tuple[int, int], ...]:
    if not wanted:
        return ()
    if not exact and len(text.lower()) == len(text):  # the Turkish İ becomes two letters
        text, wanted = text.lower(), wanted.lower()
    found: list[tuple[int, int]] = []
    at = text.find(wanted)
    while at >= 0 and len(found) < MOST_FOUND:
        found.append((at, at + len(wanted)))
        at = text.find(wanted, at + len(wanted))
    return tuple(found)


def _field(name: str, icon_name: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    field.addAction(icon(icon_name, role="quiet"), QLineEdit.ActionPosition.LeadingPosition)
    return field
