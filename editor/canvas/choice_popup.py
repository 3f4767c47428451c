"""A small card over the canvas: a field to type into and, below it, what fits. Arrows choose, Enter takes, Esc closes.

Knows no graph: it asks its source for offers and hands back the one that was taken. One at a time, owned by the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.canvas.node_offers import Offer
from editor.theme.fonts import ui_font
from editor.theme.icons import draw_icon, icon
from editor.theme.shadow import raise_above
from editor.theme.theme import current_tokens
from editor.widgets.buttons import set_kind

WIDTH_PX, ROW_PX, MOST_ROWS_SHOWN = 400, 32, 8
MARGIN_PX = 8
_OFFER = int(Qt.ItemDataRole.UserRole) + 1
_ONLY_AWAY = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)

Index = QModelIndex | QPersistentModelIndex
Source = Callable[[str], Sequence[Offer]]


class ChoicePopup(QFrame):
    """Lives until something is taken, Esc, or a click elsewhere; then removes itself."""

    aimed = Signal(object)
    """The offer that Enter would take now, or None."""
    closed = Signal()

    def __init__(
        self, canvas: QWidget, source: Source, take: Callable[[Offer], bool], *, title: str, hint: str, name: str
    ) -> None:
        """``take`` says whether the offer was taken; if not, the popup stays. ``title`` may be empty."""
        super().__init__(canvas)
        self._canvas = canvas
        self._source = source
        self._take = take
        self._corner = QPoint()
        self._is_closed = False
        self.setObjectName("choice popup")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = _Field(self)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.field.addAction(icon("search", role="quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self.refresh)
        self.field.key_pressed.connect(self._on_key)
        self.field.left.connect(self.leave)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # else a click on a row would give the focus to the canvas
        self.setFocusProxy(self.field)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setProperty("flat", True)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(f"{name}: what fits")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take_row)
        self.list.selectionModel().currentChanged.connect(self._tell_aim)
        self._empty = QLabel("Nothing fits")
        self._empty.setProperty("role", "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFixedHeight(ROW_PX)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        column.setSpacing(6)
        if title:
            caption = QLabel(title)
            caption.setProperty("role", "caption")
            caption.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(caption)
        for widget in (self.field, self.list, self._empty):
            column.addWidget(widget)

    def open_at(self, corner: QPoint) -> None:
        """Show it with its corner there, as far as it fits into the canvas."""
        self._corner = corner
        raise_above(self)
        self.refresh()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """Ask the source again; the row chosen stays chosen if it is still there."""
        self.field.show_refused(False)
        offers = self._source(self.field.text())
        self._model.clear()
        for offer in offers:
            self._model.appendRow(_row_of(offer))
        self._choose(0)
        self._place()
        self._tell_aim()

    def offers(self) -> list[Offer]:
        """What is shown, from top to bottom."""
        return [self._model.item(row).data(_OFFER) for row in range(self._model.rowCount())]

    def chosen(self) -> Offer | None:
        index = self.list.currentIndex()
        return index.data(_OFFER) if index.isValid() else None

    def leave(self) -> None:
        """Close without taking anything."""
        if self._is_closed:
            return
        self._is_closed = True
        had_focus = self.field.hasFocus()
        self.hide()
        self.deleteLater()
        self.closed.emit()
        if had_focus:
            self._canvas.setFocus()

    def _on_key(self, key: Qt.Key) -> None:
        row = self.list.currentIndex().row()
        match key:
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take_row(self.list.currentIndex())
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._choose(row + 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._choose(row - 1)
            case Qt.Key.Key_PageDown:
                self._choose(min(row + MOST_ROWS_SHOWN, self._model.rowCount() - 1))
            case Qt.Key.Key_PageUp:
                self._choose(max(row - MOST_ROWS_SHOWN, 0))

    def _choose(self, row: int) -> None:
        if count := self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row % count, 0))

    def _take_row(self, index: Index) -> None:
        offer: Offer | None = index.data(_OFFER) if index.isValid() else None
        if offer is None or self._is_closed:
            return
        if self._take(offer):
            self.leave()
        else:
            self.field.show_refused(True)

    def _tell_aim(self, *_rows: object) -> None:
        self.aimed.emit(self.chosen())

    def _place(self) -> None:
        """As high as the rows need. Its place is chosen for a full list, so that it stays while the user types."""
        rows = min(MOST_ROWS_SHOWN, self._model.rowCount())
        self.list.setVisible(rows > 0)
        self._empty.setVisible(rows == 0)
        self.list.setFixedHeight(max(1, rows) * ROW_PX + 2)
        width = min(WIDTH_PX, self._canvas.width() - 2 * MARGIN_PX)
        height = self._column.totalSizeHint().height()
        tallest = height + (MOST_ROWS_SHOWN - max(1, rows)) * ROW_PX
        x = max(MARGIN_PX, min(self._corner.x(), self._canvas.width() - width - MARGIN_PX))
        y = max(MARGIN_PX, min(self._corner.y(), self._canvas.height() - tallest - MARGIN_PX))
        self.setGeometry(x, y, width, height)


class _Field(QLineEdit):
    """Keeps all keys from the window's shortcuts, and gives those that choose to the popup."""

    key_pressed = Signal(object)
    left = Signal()

    _CHOOSING = (
        Qt.Key.Key_Escape,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_PageUp,
    )

    def show_refused(self, refused: bool) -> None:
        set_kind(self, "invalid", refused)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in self._CHOOSING:
            self.key_pressed.emit(Qt.Key(event.key()))
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _ONLY_AWAY:
            self.left.emit()


def _row_of(offer: Offer) -> QStandardItem:
    item = QStandardItem(offer.title)
    item.setData(offer, _OFFER)
    item.setData(f"{offer.title}, {offer.detail}", Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip(offer.detail)
    item.setEditable(False)
    return item


class _RowPainter(QStyledItemDelegate):
    """One row: icon, title with the typed letters lit, and the detail in what room is left."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTH_PX - 4 * MARGIN_PX, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = current_tokens()
        rect: QRect = option.rect
        offer: Offer = index.data(_OFFER)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_quiet if is_chosen else tokens.hover))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), tokens.radius_m_px, tokens.radius_m_px)
        middle = rect.center().y()
        colour = tokens.text_disabled if offer.is_refused else tokens.accent if is_chosen else tokens.text_quiet
        draw_icon(painter, offer.icon, QRect(rect.left() + 8, middle - 7, 16, 16), colour)
        left, right = rect.left() + 32, rect.right() - 8
        end = _paint_title(painter, offer, QRect(left, rect.top(), right - left, rect.height()))
        font = ui_font(tokens.font_caption_px)
        room = right - end - 12
        if room > 30 and offer.detail:
            painter.setFont(font)
            painter.setPen(QColor(tokens.failed if offer.is_refused else tokens.text_quiet))
            words = QFontMetrics(font).elidedText(offer.detail, Qt.TextElideMode.ElideRight, room)
            place = QRect(end + 12, rect.top(), room, rect.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        painter.restore()


def _paint_title(painter: QPainter, offer: Offer, room: QRect) -> int:
    """Returns its right end."""
    tokens = current_tokens()
    plain, bold = ui_font(tokens.font_body_px), ui_font(tokens.font_body_px, bold=True)
    widest = room.width() if not offer.detail else max(120, room.width() - 90)
    title = QFontMetrics(plain).elidedText(offer.title, Qt.TextElideMode.ElideMiddle, widest)
    lit = set(offer.lit) if title == offer.title else set()
    x = room.left()
    for is_lit, letters in _runs(title, lit):
        font = bold if is_lit else plain
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_disabled if offer.is_refused else tokens.accent if is_lit else tokens.text))
        painter.drawText(QRect(x, room.top(), room.width(), room.height()), Qt.AlignmentFlag.AlignVCenter, letters)
        x += QFontMetrics(font).horizontalAdvance(letters)
    return x


def _runs(title: str, lit: set[int]) -> list[tuple[bool, str]]:
    runs: list[tuple[bool, str]] = []
    for place, letter in enumerate(title):
        is_lit = place in lit
        if runs and runs[-1][0] == is_lit:
            runs[-1] = (is_lit, runs[-1][1] + letter)
        else:
            runs.append((is_lit, letter))
    return runs
