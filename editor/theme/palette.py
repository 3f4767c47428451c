"""Puts a theme on the application: Fusion, the palette, the stylesheet and the font, also while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QDir, QObject, QSize, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from editor.theme.fonts import ui_font
from editor.theme.icons import GLYPHS, draw_icon
from editor.theme.stylesheet import IMAGES, stylesheet
from editor.theme.theme import Theme, current_tokens, theme
from editor.theme.tokens import Mode, Tokens, tokens_for

__all__ = ["Theme", "apply_theme", "current_tokens", "palette_of", "theme"]

Choice = Literal["light", "dark", "system"]


def apply_theme(app: QApplication, choice: Choice) -> None:
    """Show the whole application in this theme. "system" follows the desktop, also when it changes later."""
    _SystemFollower.of(app).is_following = choice == "system"
    _apply(app, tokens_for(_system_mode(app) if choice == "system" else choice))


def palette_of(tokens: Tokens) -> QPalette:
    """The palette for what the stylesheet does not reach."""
    role = QPalette.ColorRole
    palette = QPalette()
    for colour_role, colour in (
        (role.Window, tokens.window),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.window),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text_quiet),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.failed),
        (role.ToolTipBase, tokens.surface_raised),
        (role.ToolTipText, tokens.text),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Light, tokens.surface_raised),
        (role.Midlight, tokens.hover),
        (role.Mid, tokens.border),
        (role.Dark, tokens.border_strong),
        (role.Shadow, tokens.card_shadow),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(tokens.text_disabled))
    return palette


def _apply(app: QApplication, tokens: Tokens) -> None:
    _SystemFollower.of(app).set_style_once()
    app.setFont(ui_font(tokens.font_body_px))
    app.setPalette(palette_of(tokens))
    app.setStyleSheet(stylesheet(tokens, _SystemFollower.of(app).images(tokens)))
    theme().set_tokens(tokens)


def _system_mode(app: QApplication) -> Mode:
    return "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


class _SystemFollower(QObject):
    """Lives as long as the application: follows the desktop's choice and keeps the stylesheet's pictures on disk."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme follower")
        self.is_following = False
        self._app = app
        self._has_style = False
        self._folder = QTemporaryDir(QDir.tempPath() + "/stepgraph-theme-XXXXXX")
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @staticmethod
    def of(app: QApplication) -> _SystemFollower:
        found = app.findChild(_SystemFollower, "theme follower", Qt.FindChildOption.FindDirectChildrenOnly)
        return found if found is not None else _SystemFollower(app)

    def set_style_once(self) -> None:
        """Fusion. A second time would polish every widget for nothing: 0.3 s for 1,600 of them, measured."""
        if not self._has_style:
            self._has_style = True
            self._app.setStyle("Fusion")

    def images(self, tokens: Tokens) -> dict[str, str]:
        """Write the pictures that a stylesheet can only take from files; give their paths."""
        paths = {}
        for name, (icon_name, token, size_px, share) in IMAGES.items():
            path = Path(self._folder.path()) / f"{tokens.mode}-{name}.png"
            if not path.exists():
                for scale, ending in ((1, ".png"), (2, "@2x.png")):
                    picture = _picture(icon_name, getattr(tokens, token), size_px * scale, share)
                    picture.save(str(path.with_name(f"{tokens.mode}-{name}{ending}")))
            paths[name] = path.as_posix()
        return paths

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        if self.is_following:
            _apply(self._app, tokens_for(_system_mode(self._app)))


def _picture(icon_name: str, colour: str, size_px: int, share: float) -> QPixmap:
    """The glyphs of the family have wide margins, which small pictures cannot afford: ``share`` is often above 1."""
    assert icon_name in GLYPHS, "IMAGES names only icons of the family"
    pixmap = QPixmap(QSize(size_px, size_px))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    spill = round(size_px * (share - 1) / 2)
    draw_icon(painter, icon_name, pixmap.rect().adjusted(-spill, -spill, spill, spill), colour)
    painter.end()
    return pixmap
