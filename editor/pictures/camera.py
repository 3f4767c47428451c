"""Hands that also take pictures: of the window with every menu, list and dialog that stands open above it.

Called by the scenes of ``screens``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from editor.app.hands import Hands
from editor.app.settings import ThemeChoice
from editor.app.wiring import Editor
from editor.theme.fonts import ui_font
from editor.theme.theme import current_tokens
from editor.theme.tokens import tokens_for

THEMES: tuple[ThemeChoice, ...] = ("light", "dark")
COLOURS = 64
EXACT_COLOURS = 24
"""The large grounds differ by one or two steps of a channel; these are kept as they are."""
LEAST_CHROMA = 40
TITLE_PX = 32
BEST_COMPRESSION = 0  # Qt's "quality" of a PNG: 0 is the smallest file


class Camera(Hands):
    def __init__(self, editor: Editor, folder: Path, scale: int) -> None:
        super().__init__(editor)
        self._folder, self._scale = folder, scale

    async def picture(self, name: str) -> None:
        """``name-light.png`` and ``name-dark.png``; at another scale than 100 % with the scale in the name."""
        scale = "" if self._scale == 1 else f"-{self._scale}00"
        for theme in THEMES:
            self.editor.choose_theme(theme)
            await self.settle()
            image = few_colours(self._whole(), _colours_of(theme))
            image.save(str(self._folder / f"{name}-{theme}{scale}.png"), "PNG", BEST_COMPRESSION)  # type: ignore[call-overload]  # the stubs want bytes
        self.editor.choose_theme(THEMES[0])
        await self.settle()

    def open_dialogs(self) -> list[QDialog]:
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]

    def _whole(self) -> QImage:
        """Menus and lists are windows of their own; they are painted where they stand."""
        picture = self.window.grab()
        corner = self.window.mapToGlobal(QPoint())
        painter = QPainter(picture)
        for above in self._above():
            place = above.mapToGlobal(QPoint()) - corner
            if isinstance(above, QDialog):
                place = self.window.rect().center() - above.rect().center() + QPoint(0, TITLE_PX // 2)
                _paint_title(painter, above, place)
            painter.drawPixmap(place, above.grab())
            if isinstance(above, QDialog):
                painter.setPen(QColor(current_tokens().border_strong))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(above.rect().translated(place).adjusted(-1, -1 - TITLE_PX, 0, 0))
        painter.end()
        return picture.toImage()

    def _above(self) -> list[QWidget]:
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not self.window]
        return sorted(shown, key=lambda each: not isinstance(each, QDialog))


def _paint_title(painter: QPainter, dialog: QDialog, place: QPoint) -> None:
    """The frame of a dialog is the desktop's; offscreen there is none."""
    tokens = current_tokens()
    bar = QRect(place.x(), place.y() - TITLE_PX, dialog.width(), TITLE_PX)
    painter.fillRect(bar, QColor(tokens.surface_sunken))
    painter.setFont(ui_font(13, medium=True))
    painter.setPen(QColor(tokens.text))
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())


def _colours_of(theme: ThemeChoice) -> list[int]:
    """All colours of the theme that are not grey: a tick of few pixels keeps its green."""
    tokens = tokens_for("dark" if theme == "dark" else "light")
    values = (getattr(tokens, name) for name in tokens.__dataclass_fields__)
    colours = (int(value[1:], 16) for value in values if isinstance(value, str) and value.startswith("#"))
    return [0xFF000000 | colour for colour in colours if _chroma(colour) >= LEAST_CHROMA]


def few_colours(image: QImage, wanted: Iterable[int]) -> QImage:
    """With a table of 64 colours: those wanted and the most frequent ones, then one of each group of similar ones."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(image.constBits()).cast("I"))
    frequent = counted.most_common()
    table = {colour: None for colour in wanted if colour in counted}
    table.update({colour: None for colour, _count in frequent[:EXACT_COLOURS]})
    groups: dict[int, list[int]] = {}
    for colour, count in frequent[EXACT_COLOURS:]:
        group = groups.setdefault(colour & 0xF8F8F8, [colour, 0])
        group[1] += count
    for colour, _count in sorted(groups.values(), key=_weight, reverse=True):
        if len(table) == COLOURS:
            break
        table[colour] = None
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, list(table), flags)


def _weight(group: list[int]) -> float:
    """How much a colour is missed: greys blend into their neighbours, a small green tick does not."""
    colour, count = group
    return count * (1 + _chroma(colour) / 8)


def _chroma(colour: int) -> int:
    """How far it is from grey, 0 to 255."""
    channels = (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    return max(channels) - min(channels)
