"""Keys in sentences, as the user has them: a text names the usual key in braces, ``Press {F5} to run``. No Qt.

The window's registry is the only one that says which keys hold (``use``). A sentence that is made anew each time asks
``said``; one that stays on the screen is kept right by ``kept_words``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NO_KEY = "its row in the menu"
"""Where the user took the key away."""


class KeyWords:
    def __init__(self) -> None:
        self._instead: Callable[[str], str] = str
        self._listeners: list[Callable[[], object]] = []

    def use(self, instead: Callable[[str], str]) -> None:
        """``instead``: for a key of the table the one that does the same now, as menus write it; "" for none."""
        self._instead = instead
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Called whenever other keys hold. What is returned ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def said(self, text: str) -> str:
        """The text with the keys that hold now."""
        return re.sub(r"\{([^{}]+)\}", lambda found: self._instead(found[1]) or NO_KEY, text)


_words = KeyWords()


def key_words() -> KeyWords:
    """The application's."""
    return _words


def said(text: str) -> str:
    """``key_words().said``."""
    return _words.said(text)
