"""A sentence with keys that stays on the screen, said anew when the user chose other keys. See ``key_words``."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from editor.widgets.key_words import key_words, said


def keep_said(owner: QObject, text: str, show: Callable[[str], object]) -> None:
    """Shows the text now, and again whenever the keys in it are others, as long as the owner lives."""

    def say() -> None:
        show(said(text))

    unsubscribe = key_words().subscribe(say)
    owner.destroyed.connect(lambda _gone=None: unsubscribe())
    say()
