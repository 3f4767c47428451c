"""Sentences name the keys that the user has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from editor.debugger.run_state import Phase
from editor.panels.state_text import nothing_yet
from editor.widgets.key_words import KeyWords, key_words


@pytest.fixture
def words() -> Iterator[KeyWords]:
    yield key_words()
    key_words().use(str)


def test_the_usual_keys_are_said_until_there_are_others(words: KeyWords) -> None:
    assert words.said("Press {F5}, or {Ctrl+.}.") == "Press F5, or Ctrl+.."
    told: list[bool] = []
    words.changed.connect(lambda: told.append(True))

    words.use({"F5": "Ctrl+R", "F10": ""}.__getitem__)

    assert told == [True]
    assert words.said("Press {F5} or {F10}; {") == "Press Ctrl+R or its row in the menu; {"
    assert nothing_yet(Phase.NO_RUN)[1].startswith("Press Ctrl+R to run")
