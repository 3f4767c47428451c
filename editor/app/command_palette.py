"""Finds anything by typing part of its name, and does it: actions (Ctrl+Shift+P), nodes (Ctrl+P). Escape closes it.

Lies over the window's upper middle. Knows only ``Choice``s; ``action_choices`` makes them of what the registry has, so
it can do nothing that a menu cannot. Matching is in ``fuzzy_rank`` (pure).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.app.action_registry import ActionRegistry
from editor.app.actions import ACTIONS, shown_key
from editor.app.main_menus import MENUS, SUBMENUS, actions_in
from editor.theme.fonts import ui_font
from editor.theme.icons import icon
from editor.theme.theme import current_tokens, theme

WIDTH_PX = 520
ROW_PX = 34
MOST_ROWS_SHOWN = 9
SHADOW_PX = 32
PALETTES = ("view.palette", "view.go_to_node")
_CHOICE = int(Qt.ItemDataRole.UserRole) + 1
_RIGHT = _CHOICE + 1

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Choice:
    """One row: what is found and what then happens."""

    id: str
    text: str
    do: Callable[[], object]
    context: str = ""
    """More words to find it by, such as its menu."""
    icon: QIcon = field(default_factory=QIcon)
    right: str = ""
    """At the right end: the key, for instance."""
    tip: str = ""
    is_enabled: bool = True


NOTHING_FITS = Choice("", "Nothing is called so", do=lambda: None, is_enabled=False)
"""The row that stands where there would be none."""


def action_choices(registry: ActionRegistry) -> tuple[Choice, ...]:
    """All actions but the palettes themselves, as they are now."""
    return tuple(_choice_of(registry[row.id]) for row in ACTIONS if row.id not in PALETTES)


class CommandPalette(QFrame):
    """Made once for the window; ``open_with`` shows it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._choices: tuple[Choice, ...] = ()
        self._focus_before: QWidget | None = None
        self.setObjectName("palette")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = QLineEdit()
        self.field.addAction(icon("search", role="quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setProperty("flat", True)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Found")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        window.installEventFilter(self)
        self._lift()
        theme().theme_changed.connect(self._lift)
        self.hide()

    def open_with(self, choices: Sequence[Choice], question: str) -> None:
        """Shows these choices, with the question in the empty field."""
        self._choices = tuple(choices)
        self.field.setPlaceholderText(question)
        self.field.setAccessibleName(question)
        self._focus_before = self.window().focusWidget()
        self.field.clear()
        self._filter("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_palette(self) -> None:
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus()

    def found(self) -> list[str]:
        """The ids shown, best first."""
        return [self._model.item(row).data(_CHOICE).id for row in range(self._model.rowCount())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event.key())
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        row = self.list.currentIndex().row()
        match key:
            case Qt.Key.Key_Escape:
                self.close_palette()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._do(self.list.currentIndex())
            case Qt.Key.Key_Down:
                self._select(row + 1)
            case Qt.Key.Key_Up:
                self._select(row - 1)
            case Qt.Key.Key_PageDown:
                self._select(min(row + MOST_ROWS_SHOWN, self._model.rowCount() - 1))
            case Qt.Key.Key_PageUp:
                self._select(max(row - MOST_ROWS_SHOWN, 0))
            case _:
                return False
        return True

    def _select(self, row: int) -> None:
        if count := self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row % count, 0))

    def _filter(self, text: str) -> None:
        ranked = []
        for place, choice in enumerate(self._choices):
            rank = fuzzy_rank(text, f"{choice.text} {choice.context}")
            if rank is not None:
                ranked.append((not choice.is_enabled, rank, place))
        self._model.clear()
        for _, _, place in sorted(ranked):
            self._model.appendRow(_item(self._choices[place]))
        if not ranked:
            self._model.appendRow(_item(NOTHING_FITS))
        self._select(0)
        self._place()

    def _do(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        choice: Choice = index.data(_CHOICE)
        if choice.is_enabled:
            self.close_palette()
            choice.do()

    def _lift(self, _old: object = None, _new: object = None) -> None:
        """A shadow that sets it off from what lies below."""
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(SHADOW_PX)
        shadow.setOffset(0, SHADOW_PX / 4)
        shadow.setColor(QColor(current_tokens().border_strong))
        self.setGraphicsEffect(shadow)

    def _place(self) -> None:
        window = self.window()
        rows = max(1, min(MOST_ROWS_SHOWN, self._model.rowCount()))
        self.list.setFixedHeight(rows * ROW_PX + 2)
        width = min(WIDTH_PX, window.width() - 32)
        self.setGeometry((window.width() - width) // 2, 72, width, self.sizeHint().height())


def fuzzy_rank(wanted: str, text: str) -> tuple[int, int, int] | None:
    """How well the text fits what was typed, smaller is better; None if it does not hold its letters in order.

    Each typed word must be found. Starts of words count most, then where the match begins, then how long the text is.
    """
    text = text.casefold()
    misses = begins = 0
    for word in wanted.casefold().split():
        at = text.find(word)
        if at >= 0:
            misses += 0 if at == 0 or not text[at - 1].isalnum() else 1
            begins += at
        elif _in_order(word, text):
            misses += 4
        else:
            return None
    return misses, begins, len(text) if wanted.strip() else 0  # nothing typed: the order in which they were given


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _menu_of(id: str) -> str:
    return next((title.replace("&", "") for title, ids in MENUS if id in actions_in(ids)), "")


def _choice_of(action: QAction) -> Choice:
    keys = action.shortcuts()
    id = action.objectName()
    return Choice(
        id=id,
        text=next((f"{menu.text}: {action.text()}" for menu in SUBMENUS.values() if id in menu.ids), action.text()),
        do=action.trigger,
        context=_menu_of(id),
        icon=action.icon(),
        right=shown_key(keys[0].toString()) if keys else "",
        tip=action.toolTip(),
        is_enabled=action.isEnabled(),
    )


def _item(choice: Choice) -> QStandardItem:
    item = QStandardItem(choice.text)
    item.setIcon(choice.icon)
    item.setData(choice, _CHOICE)
    item.setData(choice.right, _RIGHT)
    item.setEnabled(choice.is_enabled)
    item.setToolTip(choice.tip)
    return item


class _RowPainter(QStyledItemDelegate):
    """One row: icon, text, and the key at the right end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTH_PX, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = current_tokens()
        rect: QRect = option.rect
        is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_quiet))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), tokens.radius_m_px, tokens.radius_m_px)
        mode = QIcon.Mode.Normal if is_enabled else QIcon.Mode.Disabled
        index.data(Qt.ItemDataRole.DecorationRole).paint(
            painter, QRect(rect.left() + 10, rect.center().y() - 7, 16, 16), mode=mode
        )
        painter.setFont(ui_font(tokens.font_body_px))
        painter.setPen(QColor(tokens.text if is_enabled else tokens.text_disabled))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(36, 0, -120, 0), middle, str(index.data()))
        painter.setFont(ui_font(tokens.font_caption_px))
        painter.setPen(QColor(tokens.text_quiet if is_enabled else tokens.text_disabled))
        painter.drawText(rect.adjusted(0, 0, -12, 0), middle | Qt.AlignmentFlag.AlignRight, str(index.data(_RIGHT)))
        painter.restore()
