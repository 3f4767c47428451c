"""Every text that is or resembles a traceback is read to its end."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.widgets.traceback_lexer import TracebackLexer

CRASH = 'Fatal Python error: Aborted\n\n  File "/x/nodes.py", line 52 in answer\n  File "b", line 9 in <module>\n'
PIECES = (
    '  File "a.py", line 3',
    '  File "a',
    '", line 7 in b',
    ", in work",
    ", in ",
    "    x = 1",
    "    ~~^",
    "E: x",
    "é",
)


def read(text: str) -> str:
    """What the lexer makes of a text; it has more tokens than characters only if it stays at one place."""
    tokens = islice(TracebackLexer(stripnl=False).get_tokens(text), 10 * len(text) + 100)
    return "".join(value for _kind, value in tokens)


@pytest.mark.parametrize("text", [CRASH, f"ValueError: the child said\n{CRASH}", '  File "a.py", line 3!\n'])
def test_the_last_words_of_a_crash_are_read_to_their_end(text: str) -> None:
    assert read(text) == text


@given(st.lists(st.sampled_from((*PIECES, "\n", "Traceback (most recent call last):\n")), max_size=12).map("".join))
def test_what_resembles_a_traceback_is_read_to_its_end(text: str) -> None:
    assert read(text).rstrip("\n") == text.rstrip("\n")
