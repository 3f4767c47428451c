"""Icons by what they mean, all from one family (Phosphor), tinted by the theme each time they are painted.

Because an icon asks for its colour when it is painted, one made before a change of theme looks right after it; nobody
has to make icons anew. The font file comes with qtawesome and is loaded straight: importing qtawesome would load twelve
fonts (0.3 s at start).
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QIcon,
    QIconEngine,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPixmap,
)

from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens

GLYPHS = {
    # debugging
    "run": "play-fill",
    "continue": "play-fill",
    "step": "arrow-bend-down-right-bold",
    "step_over": "skip-forward",
    "step_into": "arrow-down",
    "step_out": "arrow-up",
    "back": "arrow-u-up-left-bold",
    "pause": "pause-fill",
    "stop": "stop-fill",
    "restart": "arrow-clockwise",
    "breakpoint": "circle-fill",
    "breakpoint_off": "circle",
    "breakpoint_if": "record-fill",
    "breakpoint_log": "diamond-fill",
    "fork": "git-fork",
    "branch": "git-branch",
    "now": "skip-forward-fill",
    "past": "clock-counter-clockwise",
    "timeline": "clock-counter-clockwise",
    "first": "skip-back-fill",
    "previous": "caret-left",
    "following": "caret-right",
    "bug": "bug",
    "pin": "push-pin",
    "watch": "eye",
    "times": "chart-bar-horizontal",
    "coverage": "check-square",
    # state of a node
    "next": "caret-right-fill",
    "running": "spinner-gap",
    "done": "check",
    "waiting": "question-bold",
    "failed": "warning-circle-fill",
    "not_run": "prohibit",
    "disabled": "prohibit",
    "kept": "check-circle",
    "cached": "copy",
    "stale": "warning-fill",
    "question": "chat-circle-dots",
    "answer": "paper-plane-right-fill",
    # editing
    "undo": "arrow-u-up-left",
    "redo": "arrow-u-up-right",
    "add": "plus",
    "remove": "minus",
    "edit": "pencil-simple",
    "copy": "copy",
    "cut": "scissors",
    "paste": "clipboard-text",
    "trash": "trash",
    "tag": "tag",
    "search": "magnifying-glass",
    "link": "link",
    "subgraph": "stack",
    "lock": "lock-simple",
    "tidy": "tree-structure",
    # files
    "new": "file-plus",
    "open": "folder-open",
    "save": "floppy-disk",
    "save_as": "floppy-disk-back",
    "export": "export",
    "file": "file",
    "code": "code",
    "graph": "flow-arrow",
    "node": "square",
    "router": "share-network",
    "input": "sign-in",
    "state": "brackets-curly",
    "output": "terminal-window",
    "problems": "warning",
    "inspector": "sliders-horizontal",
    "outline": "list-dashes",
    # view
    "fit": "corners-out",
    "zoom_in": "magnifying-glass-plus",
    "zoom_out": "magnifying-glass-minus",
    "minimap": "map-trifold",
    "theme": "circle-half",
    "light": "sun",
    "dark": "moon",
    "settings": "gear",
    "help": "question",
    "keyboard": "keyboard",
    "menu": "list",
    "more": "dots-three",
    "close": "x",
    "float": "arrow-square-out",
    "expand": "caret-down",
    "collapse": "caret-right",
    "up": "caret-up",
    # tidings
    "info": "info",
    "warning": "warning",
    "error": "x-circle",
    "check": "check",
    "success": "check-circle",
    "trust": "shield-check",
    "untrusted": "shield-warning",
    "busy": "spinner-gap",
    "dot": "circle-fill",
}
"""Icon name -> glyph of the family."""

ROLES = {
    "text": "text",
    "quiet": "text_quiet",
    "disabled": "text_disabled",
    "accent": "accent",
    "on_accent": "on_accent",
    "danger": "failed",
    "warning": "next",
    "success": "done",
    "next": "next",
    "running": "running",
    "done": "done",
    "waiting": "waiting",
    "failed": "failed",
    "kept": "done",
    "breakpoint": "breakpoint",
    "past": "past",
    "router": "router",
}
"""Role -> the token that colours it."""


@cache
def icon(name: str, *, role: str = "text") -> QIcon:
    """The icon of this meaning, in the colour of this role, at any size. An unknown name or role is a KeyError.

    WORKAROUND PySide6 6.11: kept for ever. An icon with an engine of ours that dies within a garbage collection
    crashes the process, since the engine may be gone before it.
    """
    return QIcon(_GlyphEngine(_character(GLYPHS[name]), ROLES[role]))


def icon_pixmap(name: str, size_px: int, *, role: str = "text", device_pixel_ratio: float = 1.0) -> QPixmap:
    """The icon as a picture for a label or a canvas. Does not follow the theme by itself."""
    return icon(name, role=role).pixmap(QSize(size_px, size_px), device_pixel_ratio)


def draw_icon(painter: QPainter, name: str, rect: QRect, colour: str) -> None:
    """Paint the icon straight, as a glyph, in a given colour."""
    _draw_glyph(painter, _character(GLYPHS[name]), rect, QColor(colour))


class _GlyphEngine(QIconEngine):
    """Paints one glyph in the colour that its role has at this moment."""

    def __init__(self, character: str, token: str) -> None:
        super().__init__()
        self._character = character
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        tokens = current_tokens()
        _draw_glyph(painter, self._character, rect, QColor(self._colour(tokens, mode)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if pixmap.isNull():  # no room for an icon, in a field that was squeezed to nothing
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._character, self._token)

    def _colour(self, tokens: Tokens, mode: QIcon.Mode) -> str:
        return tokens.text_disabled if mode == QIcon.Mode.Disabled else str(getattr(tokens, self._token))


def _draw_glyph(painter: QPainter, character: str, rect: QRect, colour: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(_family())
    font.setPixelSize(max(1, min(rect.width(), rect.height())))
    if painter.paintEngine().type() == QPaintEngine.Type.SVG:  # who looks at it has not this font
        painter.fillPath(_outline(character, font, rect), colour)
    else:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, character)
    painter.restore()


def _outline(character: str, font: QFont, rect: QRect) -> QPainterPath:
    """The glyph as a shape, its em square in the middle of the rectangle, as text would stand."""
    metrics = QFontMetricsF(font)
    path = QPainterPath()
    left = rect.x() + (rect.width() - metrics.horizontalAdvance(character)) / 2
    path.addText(left, rect.y() + (rect.height() - metrics.height()) / 2 + metrics.ascent(), font, character)
    return path


def _character(glyph: str) -> str:
    return chr(int(_charmap()[glyph], 16))


@cache
def _family() -> str:
    font_id = QFontDatabase.addApplicationFont(str(_font_file(".ttf")))
    return QFontDatabase.applicationFontFamilies(font_id)[0]


@cache
def _charmap() -> dict[str, str]:
    text = _font_file(".json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _font_file(ending: str) -> Path:
    spec = importlib.util.find_spec("qtawesome")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(Path(folders[0], "fonts").glob(f"phosphor-*{ending}")) if folders else []
    if not found:
        raise RuntimeError(
            "The icon font is missing: qtawesome is not installed whole. Run `python3 dev.py run` again."
        )
    return found[-1]
