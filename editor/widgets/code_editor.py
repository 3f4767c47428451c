"""A text field for Python: numbers, colours, indentation, brackets, comments, find, zoom. Knows no file and no graph.

It has no undo of its own: every change is told at once by ``text_edited`` and kept by whoever owns the text, who shows
an undone text by ``take_text``. What the keys do is decided in ``code_text``. Used by ``code_pane``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip

from editor.document.module_text import UNSHOWABLE
from editor.document.source_text import changed_part
from editor.theme.theme import current_tokens, theme
from editor.widgets import code_text
from editor.widgets.code_text import TextEdit
from editor.widgets.code_view import CodeView

LONGEST_LINE = 10_000
"""Characters. A line of 1 MB freezes a text field for seconds, measured."""
SMALLEST_PX, LARGEST_PX = 8, 32
MARK_PX = 8

Line = int
"""Of the module, from 1."""


class CodeEditor(CodeView):
    text_edited = Signal()
    """The user changed the text."""
    letter_typed = Signal(str)
    """After ``text_edited``: what the key wrote."""
    caret_moved = Signal()
    entered = Signal()
    left = Signal()
    """The focus went elsewhere."""
    refused = Signal(str)
    """What the user tried cannot be done; a sentence."""
    help_wanted = Signal(int, QPoint)
    """The mouse rests on this place of the text, at this point of the screen."""

    def __init__(self, name: str) -> None:
        super().__init__("python", name)
        self._kept: tuple[tuple[int, int], str] = ((-1, -1), "")
        self._is_ours = False
        self._problems: Mapping[Line, str] = {}
        self._found: tuple[tuple[int, int], ...] = ()
        self._size_px = current_tokens().font_mono_px
        self._extra_keys: Callable[[QKeyEvent], bool] = lambda _event: False
        self.setUndoRedoEnabled(False)
        self.setReadOnly(False)
        self.setTabChangesFocus(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.setAccessibleDescription("Tab indents. Control and F6 goes to the next part of the window.")
        self.setCursorWidth(2)
        self.textChanged.connect(self._on_text)
        self.cursorPositionChanged.connect(self._on_caret)
        theme().theme_changed.connect(self._on_theme)
        self._show_size()

    # ---- the text

    def text(self) -> str:
        """As it is in the field, exactly: ``toPlainText`` would turn hard blanks into soft ones."""
        now = (self.document().revision(), self.document().characterCount())
        if self._kept[0] != now:
            self._kept = (now, self.document().toRawText().replace("\u2029", "\n"))
        return self._kept[1]

    def set_text(self, text: str, first_line: Line) -> None:
        """Another text altogether, with the number of its first line."""
        self._is_ours = True
        self.set_code(text, first_line)
        self._is_ours = False
        self._found = ()
        self._decorate()

    def take_text(self, text: str, first_line: Line) -> None:
        """The same text after an edit elsewhere, an undo for instance: the caret goes to where it differs."""
        start, end, new = changed_part(self.text(), text)
        self._first_line = first_line
        if start == end and not new:
            self._make_room()
            return
        self._is_ours = True
        self.apply(TextEdit(start, end, new, start + len(new), start + len(new)))
        self._is_ours = False
        self._make_room()

    def apply(self, edit: TextEdit) -> None:
        """As if the user had typed it."""
        text = self.text()
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.setPosition(units(text, edit.start))
        cursor.setPosition(units(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(edit.new)
        cursor.endEditBlock()
        self.select(edit.anchor, edit.caret)

    def selection(self) -> tuple[int, int]:
        """(anchor, caret) in characters of the text."""
        text, cursor = self.text(), self.textCursor()
        return characters(text, cursor.anchor()), characters(text, cursor.position())

    def select(self, anchor: int, caret: int) -> None:
        text, cursor = self.text(), self.textCursor()
        cursor.setPosition(units(text, anchor))
        cursor.setPosition(units(text, caret), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def line(self) -> Line:
        """Where the caret is, as the module counts."""
        return self._first_line + self.textCursor().blockNumber()

    def go_to_line(self, line: Line) -> None:
        block = self.document().findBlockByNumber(max(0, line - self._first_line))
        cursor = self.textCursor()
        cursor.setPosition(block.position() + len(block.text()) - len(block.text().lstrip()))
        self.setTextCursor(cursor)
        self.centerCursor()

    # ---- marks

    def show_problems(self, problems: Mapping[Line, str]) -> None:
        """Lines with what is wrong there: underlined, with a mark beside the number."""
        if problems != self._problems:
            self._problems = dict(problems)
            self._decorate()
            self.viewport().update()
            if self._numbers is not None:
                self._numbers.update()

    def show_found(self, places: tuple[tuple[int, int], ...]) -> None:
        """What a search found: (start, end) of each."""
        self._found = places
        self._decorate()

    def problem_at(self, line: Line) -> str:
        return self._problems.get(line, "")

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        super().paint_numbers(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_tokens().failed))
        for line in self._problems:
            block = self.document().findBlockByNumber(line - self._first_line)
            if block.isValid() and block.isVisible():
                rect = self.blockBoundingGeometry(block).translated(self.contentOffset())
                middle = round(rect.top() + rect.height() / 2)
                painter.drawEllipse(QPoint(2 + MARK_PX // 2, middle), MARK_PX // 2 - 1, MARK_PX // 2 - 1)

    # ---- zoom

    def zoom(self, steps: int) -> None:
        """Larger or smaller letters; 0: as large as at first."""
        wish = self._size_px + steps if steps else current_tokens().font_mono_px
        self._size_px = max(SMALLEST_PX, min(LARGEST_PX, wish))
        self._show_size()

    # ---- keys

    def set_extra_keys(self, take: Callable[[QKeyEvent], bool]) -> None:
        """Whoever owns a popup sees each key first, and says whether it took it."""
        self._extra_keys = take

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()  # the document's undo, by the key of the window
                return False
            if _is_zoom(event) or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self._tell_about(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._extra_keys(event):
            event.accept()
            return
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
            return
        if _is_zoom(event):
            steps = {Qt.Key.Key_0: 0, Qt.Key.Key_Minus: -1}.get(Qt.Key(event.key()), 1)
            self.zoom(steps)
            return
        edit = None if self.isReadOnly() else self._edit_for(event)
        if edit is not None:
            self.apply(edit)
        elif event.key() == Qt.Key.Key_Home and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._go_home(keep=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)
        if event.text() and event.text().isprintable() and not self.isReadOnly():
            self.letter_typed.emit(event.text())

    def toggle_comment(self) -> None:
        if not self.isReadOnly():
            self.apply(code_text.toggle_comment(self.text(), *self.selection()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._decorate()
        self.entered.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text().replace("\r\n", "\n").replace("\r", "\n")
        if UNSHOWABLE.search(text):
            self.refused.emit(
                "The text has characters that cannot stand in a Python module here, so it was not pasted."
            )
        elif max(map(len, text.split("\n"))) > LONGEST_LINE:
            self.refused.emit(f"A line of the text has more than {LONGEST_LINE:,} characters, so it was not pasted.")
        else:
            self.insertPlainText(text)

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toRawText().replace("\u2029", "\n"))
        return data

    # ---- inside

    def _edit_for(self, event: QKeyEvent) -> TextEdit | None:
        text, (anchor, caret) = self.text(), self.selection()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if held:
            return None
        match Qt.Key(event.key()):
            case Qt.Key.Key_Backtab:
                return code_text.dedent(text, anchor, caret)
            case Qt.Key.Key_Tab:
                return code_text.dedent(text, anchor, caret) if shift else code_text.indent(text, anchor, caret)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                start, end = sorted((anchor, caret))
                edit = code_text.break_line(text[:start] + text[end:], start)
                return TextEdit(start, edit.end + end - start, edit.new, edit.anchor, edit.caret)
            case Qt.Key.Key_Backspace if anchor == caret:
                return code_text.delete_back(text, caret)
            case _:
                return None

    def _go_home(self, *, keep: bool) -> None:
        anchor, caret = self.selection()
        home = code_text.home_of(self.text(), caret)
        self.select(anchor if keep else home, home)

    def _on_text(self) -> None:
        self._make_room()
        if not self._is_ours:
            self._found = ()
            self.text_edited.emit()

    def _on_caret(self) -> None:
        self._decorate()
        self.caret_moved.emit()

    def _tell_about(self, event: QHelpEvent) -> bool:
        place = self.viewport().mapFromGlobal(event.globalPos())
        cursor = self.cursorForPosition(place)
        sentence = self.problem_at(self._first_line + cursor.blockNumber())
        if sentence:
            QToolTip.showText(event.globalPos(), sentence, self)
        elif place.x() >= 0 and place.x() <= self.cursorRect(cursor).right() + 8:
            self.help_wanted.emit(characters(self.text(), cursor.position()), event.globalPos())
        else:
            QToolTip.hideText()
        return True

    def _decorate(self) -> None:
        tokens, text = current_tokens(), self.text()
        marks: list[QTextEdit.ExtraSelection] = []
        if not self.isReadOnly() and self.hasFocus():
            line = _mark(self, self.textCursor().position(), self.textCursor().position(), background=tokens.hover)
            line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(line)
        for start, end in self._found[:1000]:
            marks.append(_mark(self, units(text, start), units(text, end), background=tokens.changed_quiet))
        pair = code_text.other_bracket(text, self.selection()[1]) if len(text) < 200_000 and self.hasFocus() else None
        for place in pair or ():
            marks.append(_mark(self, units(text, place), units(text, place + 1), background=tokens.accent_quiet))
        for number in self._problems:
            block = self.document().findBlockByNumber(number - self._first_line)
            if block.isValid():
                indent = len(block.text()) - len(block.text().lstrip())
                start = block.position() + indent
                end = min(max(start + 1, block.position() + block.length() - 1), self.document().characterCount() - 1)
                start = min(start, end)
                marks.append(_mark(self, start, end, wave=tokens.failed))
        self.setExtraSelections(marks)

    def _on_theme(self, _old: object, _new: object) -> None:
        self._decorate()

    def _show_size(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(self._size_px)
        self.setFont(font)
        self.setStyleSheet(f"QPlainTextEdit {{ font-size: {self._size_px}px; }}")
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * code_text.STEP)
        self._make_room()


def units(text: str, place: int) -> int:
    """A place in characters, as Qt counts it: in units of UTF-16."""
    return place if text.isascii() else len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, place: int) -> int:
    """The inverse of ``units``."""
    if text.isascii():
        return place
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "ignore"))


def _mark(
    editor: QPlainTextEdit, start: int, end: int, *, background: str = "", wave: str = ""
) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    form = QTextCharFormat()
    if background:
        form.setBackground(QColor(background))
    if wave:
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(QColor(wave))
    mark.cursor, mark.format = cursor, form
    return mark


def _is_zoom(event: QKeyEvent) -> bool:
    keys = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0)
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return held == Qt.KeyboardModifier.ControlModifier and event.key() in keys
