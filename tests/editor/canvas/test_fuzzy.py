"""What fits what was typed, and how well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.canvas.fuzzy import LOOSE, fit


def best(wanted: str, *texts: str) -> str:
    found = {text: fitting for text in texts if (fitting := fit(wanted, text)) is not None}
    return min(found, key=lambda text: found[text])


@pytest.mark.parametrize(
    ("wanted", "texts", "first"),
    [
        ("query", ("generate_query", "requery"), "generate_query"),  # a word's begin beats its middle
        ("gq", ("grow_quickly_again", "aggregate_q"), "grow_quickly_again"),  # begins of words beat any letters
        ("ans", ("format_answer", "answer"), "answer"),  # the front beats the end
        ("plan", ("plan_search", "plan"), "plan"),  # the shorter text
    ],
)
def test_the_better_fit_comes_first(wanted: str, texts: tuple[str, ...], first: str) -> None:
    assert best(wanted, *texts) == first


def test_words_may_come_in_any_order_and_case() -> None:
    found = fit("Billing ANSWER", "answer_billing")

    assert found is not None
    assert found.misses == 0
    assert found.lit == tuple(set(range(14)) - {6})


def test_a_word_that_is_not_there_does_not_fit() -> None:
    assert fit("answer xyz", "answer_billing") is None


def test_the_letters_lit_are_those_at_the_begin_of_a_word() -> None:
    found = fit("er", "answer_error")

    assert found is not None
    assert (found.misses, found.lit) == (0, (7, 8))


def test_letters_in_order_fit_loosely() -> None:
    found = fit("sfd", "summarise_findings")

    assert found is not None
    assert found.misses >= LOOSE


@given(st.text(max_size=12), st.text(max_size=30))
def test_lit_letters_are_places_in_the_text(wanted: str, text: str) -> None:
    found = fit(wanted, text)

    if found is not None:
        assert all(0 <= place < len(text) for place in found.lit)
        assert list(found.lit) == sorted(set(found.lit))


@given(st.text(min_size=1, max_size=20))
def test_every_text_fits_itself(text: str) -> None:
    assert fit(text, text) is not None
