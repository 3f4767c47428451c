"""The two font families: the system's UI font, and one monospaced font for code and values."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

# Where no desktop says which font it uses, Qt falls back to one of these; a better one is often installed.
_NO_CHOICE = {"", "Sans Serif", "sans-serif", "Sans", "DejaVu Sans", "Helvetica", "Bitstream Vera Sans"}
_GOOD_UI = ("Inter", "Cantarell", "Ubuntu", "Noto Sans", "Open Sans", "Roboto", "Liberation Sans")
_GOOD_MONO = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Consolas", "Ubuntu Mono", "DejaVu Sans Mono")

_LIGATURES = ("calt", "liga", "clig")
"""OpenType's names of what makes one sign of several letters."""


def ui_font(size_px: int = 13, *, bold: bool = False, medium: bool = False) -> QFont:
    """The system's UI font at a size in px."""
    font = QFont(_ui_family())
    font.setPixelSize(size_px)
    if bold or medium:
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Medium)
    return font


def mono_font(size_px: int = 12) -> QFont:
    """The monospaced font for code and values. It shows each letter that is there: "->" is no arrow."""
    font = QFont(_mono_family())
    font.setPixelSize(size_px)
    font.setStyleHint(QFont.StyleHint.Monospace)
    for tag in _LIGATURES:
        font.setFeature(QFont.Tag(tag), 0)
    return font


@cache
def _ui_family() -> str:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if system not in _NO_CHOICE:
        return system
    return _first_installed(_GOOD_UI) or system


@cache
def _mono_family() -> str:
    return _first_installed(_GOOD_MONO) or QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()


def _first_installed(families: tuple[str, ...]) -> str | None:
    installed = set(QFontDatabase.families())
    return next((family for family in families if family in installed), None)
