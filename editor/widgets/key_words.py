"""Keys in sentences, as the user has them: a text names the usual key in braces, ``Press {F5} to run``.

The window's registry is the only one that says which keys hold (``use``). A sentence that stays on the screen is kept
right by ``keep_said``; one that is made anew each time asks ``said``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

NO_KEY = "its row in the menu"
"""Where the user took the key away."""


class KeyWords(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._instead: Callable[[str], str] = str

    def use(self, instead: Callable[[str], str]) -> None:
        """``instead``: for a key of the table the one that does the same now, as menus write it; "" for none."""
        self._instead = instead
        self.changed.emit()

    def said(self, text: str) -> str:
        """The text with the keys that hold now."""
        return re.sub(r"\{([^{}]+)\}", lambda found: self._instead(found[1]) or NO_KEY, text)


class _Kept(QObject):
    """A child of what shows the text, so that it ends with that."""

    def __init__(self, owner: QObject, text: str, show: Callable[[str], object]) -> None:
        super().__init__(owner)
        self._text, self._show = text, show
        key_words().changed.connect(self.say)
        self.say()

    def say(self) -> None:
        self._show(said(self._text))


_words: KeyWords | None = None


def key_words() -> KeyWords:
    """The application's."""
    global _words
    if _words is None:
        _words = KeyWords()
    return _words


def keep_said(owner: QObject, text: str, show: Callable[[str], object]) -> None:
    """Shows the text now, and again whenever the keys in it are others, as long as the owner lives."""
    _Kept(owner, text, show)


def said(text: str) -> str:
    """``key_words().said``."""
    return key_words().said(text)
