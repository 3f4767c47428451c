"""Sentences name the keys that the user has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject

from editor.debugger.run_state import Phase
from editor.panels.state_text import nothing_yet
from editor.widgets.kept_words import keep_said
from editor.widgets.key_words import KeyWords, key_words


@pytest.fixture
def words() -> Iterator[KeyWords]:
    yield key_words()
    key_words().use(str)


def test_the_usual_keys_are_said_until_there_are_others(words: KeyWords) -> None:
    assert words.said("Press {F5}, or {Ctrl+.}.") == "Press F5, or Ctrl+.."
    told: list[bool] = []
    unsubscribe = words.subscribe(lambda: told.append(True))

    words.use(lambda key: {"F5": "Ctrl+R", "F10": ""}.get(key, key))  # other sentences may be on the screen

    unsubscribe()
    assert told == [True]
    assert words.said("Press {F5} or {F10}; {") == "Press Ctrl+R or its row in the menu; {"
    assert nothing_yet(Phase.NO_RUN)[1].startswith("Press Ctrl+R to run")


def test_a_sentence_on_the_screen_is_kept_right_as_long_as_its_widget_lives(words: KeyWords, qapp: Any) -> None:
    owner, shown = QObject(), []
    keep_said(owner, "Press {F5}", shown.append)

    words.use(lambda key: {"F5": "F2"}.get(key, key))
    shiboken6.delete(owner)
    words.use(lambda key: {"F5": "F3"}.get(key, key))

    assert shown == ["Press F5", "Press F2"]
