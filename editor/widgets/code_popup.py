"""What stands beside the caret of a code editor: a list of choices, and a tip with the arguments of a call.

The focus stays in the editor, which hands its keys on (``take_key``). Both are children of the window, so that they may
reach beyond the editor. Used by ``code_pane``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from editor.theme.fonts import mono_font
from editor.theme.icons import icon
from editor.theme.shadow import raise_above
from editor.theme.theme import current_tokens
from editor.widgets.code_editor import CodeEditor
from editor.widgets.labels import role_label

WIDTH_PX, ROW_PX, MOST_ROWS = 320, 24, 8
GAP_PX = 4

_ICONS = {
    "function": "code",
    "class": "state",
    "module": "file",
    "keyword": "following",
    "param": "input",
    "instance": "node",
    "property": "node",
    "statement": "node",
}


@dataclass(frozen=True, slots=True)
class CodeChoice:
    name: str
    kind: str
    """As jedi calls it: "function", "class", "module", "instance", ..."""


class ChoiceList(QFrame):
    taken = Signal(str)
    """This name is to stand where the word before the caret is."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._all: tuple[CodeChoice, ...] = ()
        self._is_aside = False
        """Nobody asked for it: none is chosen until an arrow is pressed."""
        self.setObjectName("choice popup")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = QListWidget()
        self.list.setAccessibleName("Completions")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setProperty("flat", True)
        self.list.itemClicked.connect(lambda _item: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.list)
        self.hide()

    def offer(self, choices: Sequence[CodeChoice], typed: str) -> None:
        """Shows those that begin with what was typed; hides itself if none does, or nothing is left to complete."""
        self._all, self._is_aside = tuple(choices), False
        self.narrow(typed)

    def offer_aside(self, choices: Sequence[CodeChoice], typed: str) -> None:
        """As ``offer``, while the user goes on typing: Enter breaks the line until an arrow has chosen one."""
        self._all, self._is_aside = tuple(choices), True
        self.narrow(typed)

    def narrow(self, typed: str) -> None:
        begin = typed.lower()
        fitting = [choice for choice in self._all if choice.name.lower().startswith(begin)]
        fitting.sort(key=lambda choice: (not choice.name.startswith(typed), choice.name.startswith("_")))
        if not fitting or (len(fitting) == 1 and fitting[0].name == typed):
            self.close_list()
            return
        self.list.clear()
        for choice in fitting:
            item = QListWidgetItem(icon(_ICONS.get(choice.kind, "node"), role="quiet"), choice.name)
            item.setSizeHint(QSize(WIDTH_PX, ROW_PX))
            item.setToolTip(choice.kind)
            self.list.addItem(item)
        self.list.setCurrentRow(-1 if self._is_aside else 0)
        self._place(len(fitting), typed)

    def close_list(self) -> None:
        self._all = ()
        self.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """Arrows choose, Enter and Tab take, Esc closes. Tab takes the first one if none is chosen yet."""
        if not self.isVisible():
            return False
        row, page = self.list.currentRow(), MOST_ROWS - 1
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        match Qt.Key(event.key()):
            case Qt.Key.Key_Down | Qt.Key.Key_Up | Qt.Key.Key_PageDown | Qt.Key.Key_PageUp as key:
                self._is_aside = False
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row + steps[key])))
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if row < 0:
                self.close_list()
                return False
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._take()
                return True
            case Qt.Key.Key_Escape:
                self.close_list()
                return True
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Home | Qt.Key.Key_End:
                self.close_list()
                return False
            case _:
                return False

    def _take(self) -> None:
        item = self.list.item(max(0, self.list.currentRow()))
        self.close_list()
        if item is not None:
            self.taken.emit(item.text())

    def _place(self, rows: int, typed: str) -> None:
        _set_mono(self.list)
        window = self._editor.window()
        if self.parent() is not window:
            self.setParent(window)
        height = min(rows, MOST_ROWS) * ROW_PX + 10
        self.resize(WIDTH_PX, height)
        left = self._editor.fontMetrics().horizontalAdvance(typed)
        _put(self, self._editor, QPoint(-left - 28, 0))
        raise_above(self)
        self.show()
        self.raise_()


class CallTip(QFrame):
    """The name of what is called and its arguments, the present one strong."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.label = role_label("")
        self.label.setTextFormat(Qt.TextFormat.RichText)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.label)
        self.hide()

    def show_call(self, name: str, parameters: Sequence[str], index: int | None) -> None:
        tokens = current_tokens()
        shown = [
            f'<b style="color:{tokens.accent}">{_html(text)}</b>' if i == index else _html(text)
            for i, text in enumerate(parameters)
        ]
        self.label.setText(f'<span style="color:{tokens.text}">{_html(name)}({", ".join(shown)})</span>')
        self.setAccessibleName(f"{name}({', '.join(parameters)})")
        window = self._editor.window()
        if self.parent() is not window:
            self.setParent(window)
        self.adjustSize()
        _put(self, self._editor, QPoint(0, 0), above=True)
        raise_above(self)
        self.show()
        self.raise_()


def _set_mono(widget: QListWidget) -> None:
    tokens = current_tokens()
    widget.setFont(mono_font(tokens.font_mono_px))
    widget.setStyleSheet(f"QListWidget {{ font-size: {tokens.font_mono_px}px; border: 0; background: transparent; }}")


def _put(popup: QWidget, editor: CodeEditor, by: QPoint, *, above: bool = False) -> None:
    """Below the caret's line, or above it where there is no room; never out of the window."""
    window, caret = editor.window(), editor.cursorRect()
    top = editor.viewport().mapTo(window, caret.topLeft())
    below = editor.viewport().mapTo(window, caret.bottomLeft())
    x = max(GAP_PX, min(below.x() + by.x(), window.width() - popup.width() - GAP_PX))
    y_below, y_above = below.y() + GAP_PX, top.y() - popup.height() - GAP_PX
    wants_above = above or y_below + popup.height() > window.height()
    popup.move(x, y_above if wants_above and y_above > 0 else y_below)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
