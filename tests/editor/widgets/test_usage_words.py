"""Tokens and cost in words."""

from __future__ import annotations

import pytest

from editor.debugger.run_state import UsageFacts
from editor.widgets.usage_words import money, short_count, short_usage, usage_words


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0k"),
        (1_234, "1.2k"),
        (9_949, "9.9k"),
        (9_950, "10k"),
        (34_400, "34k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (2_500_000_000, "2.5G"),
        (1_500_000_000_000, "1,500G"),
    ],
)
def test_a_count_is_as_short_as_a_card_needs_it(count: int, text: str) -> None:
    assert short_count(count) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0, "$0.00"),
        (0.0021, "$0.0021"),
        (0.00002, "$0.00002"),
        (0.0999, "$0.1"),
        (0.21, "$0.21"),
        (1234.5, "$1,234.50"),
    ],
)
def test_a_price_has_two_digits_that_say_something(usd: float, text: str) -> None:
    assert money(usd) == text


def test_what_is_not_known_is_a_dash_and_no_number() -> None:
    assert short_usage(None) == "– tok"
    assert short_usage(UsageFacts(cost_usd=0.5)) == "$0.50"
    assert usage_words(UsageFacts(cost_usd=0.5)) == "– tokens, $0.50"


def test_what_is_known_is_said() -> None:
    assert short_usage(UsageFacts(1100, 134, 1234)) == "1.2k tok"
    assert usage_words(UsageFacts(1100, 134, 1234, 0.0021)) == "1,234 tokens (1,100 in, 134 out), $0.0021"
    assert usage_words(UsageFacts(None, 7, None)) == "7 tokens (7 out)"
    assert usage_words(UsageFacts(None, None, 1)) == "1 token"
