"""Which theme is on now: the one object that remembers it and tells when it changes.

``palette.apply_theme`` is the only writer. Whoever paints by itself reads ``current_tokens()`` at paint time and
repaints on ``theme().theme_changed``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor.theme.tokens import LIGHT, Tokens


class Theme(QObject):
    theme_changed = Signal(object, object)
    """(old: Tokens, new: Tokens), after palette and stylesheet are in place."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT

    def set_tokens(self, tokens: Tokens) -> None:
        """Called by ``palette.apply_theme`` only."""
        old, self.tokens = self.tokens, tokens
        if old is not tokens:
            self.theme_changed.emit(old, tokens)


_theme: Theme | None = None


def theme() -> Theme:
    """The application's theme."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def current_tokens() -> Tokens:
    """The tokens of the theme that is on."""
    return theme().tokens
