"""Options of nodes in words and in fields, without a window."""

from __future__ import annotations

from typing import Any

import pytest

from editor.panels.option_fields import FIELDS, all_in_one, summary, text_of, with_typed
from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    FallbackSpec,
    OptionSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("retry", (RetrySpec(),), "3 times, from 0.5 s"),
        ("retry", (RetrySpec(1, 2, retry_on=("OSError",)),), "1 time, from 2 s, on OSError"),
        ("retry", (RetrySpec(), RetrySpec()), "2 policies"),
        ("retry", (), ""),
        ("cache", CacheSpec(), "while the runner lives"),
        ("cache", CacheSpec(60), "for 60 s"),
        ("timeout", TimeoutSpec(30, 2.5), "30 s, 2.5 s idle"),
        ("timeout", TimeoutSpec(idle=2.5), "2.5 s idle"),
        ("circuit_breaker", BreakerSpec(), "30 s pause after 5 failures"),
        ("rate_limit", RateLimitSpec(10), "10 in 1 s"),
        ("fallback", (FallbackSpec("n:a"), FallbackSpec("n:b")), "n:a, then n:b"),
        ("destinations", ("__end__", "a"), "END, a"),
        ("error_handler", "n:handle", "n:handle"),
        ("metadata", {"owner": 1, "limit": 2}, "owner, limit"),
        ("metadata", {}, ""),
    ],
)
def test_an_option_is_told_in_one_line(option: str, value: Any, words: str) -> None:
    assert summary(option, value) == words


def test_all_options_are_told_in_one_line() -> None:
    assert all_in_one({"retry": (RetrySpec(),), "cache": None, "timeout": TimeoutSpec(5)}) == (
        "Retry: 3 times, from 0.5 s · Timeout: 5 s"
    )
    assert all_in_one({"retry": (), "metadata": {}}) == "none"


ALL: tuple[OptionSpec, ...] = (
    RetrySpec(5, 0.25, 1.5, 60, False, ("OSError", "errors:Busy")),
    CacheSpec(60, "n:key"),
    TimeoutSpec(30, 2.5),
    BreakerSpec(2, 5.5, ("OSError",)),
    RateLimitSpec(3, 60, 0),
    FallbackSpec("n:f", ("OSError",)),
)


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: type(spec).__name__)
def test_what_a_field_shows_gives_the_same_value_again(spec: OptionSpec) -> None:
    for field in FIELDS[type(spec)]:
        if "yes" not in field.kind.value and "heartbeat" not in field.kind.value:
            assert with_typed(spec, field, text_of(spec, field)) == spec


def typed(spec: OptionSpec, name: str, text: str) -> Any:
    (field,) = [each for each in FIELDS[type(spec)] if each.name == name]
    return getattr(with_typed(spec, field, text), name)


def test_an_empty_field_is_the_default_of_the_engine() -> None:
    assert typed(RetrySpec(7), "max_attempts", " ") == 3
    assert typed(CacheSpec(60), "ttl", "") is None
    assert typed(RetrySpec(retry_on=("OSError",)), "retry_on", "") == ()


@pytest.mark.parametrize(
    ("spec", "name", "text", "words"),
    [
        (RetrySpec(), "max_attempts", "some", "whole number, such as 3"),
        (RetrySpec(), "max_attempts", "2.5", "whole number"),
        (RetrySpec(), "max_attempts", "0", "whole number from 1"),
        (RetrySpec(), "initial_interval", "nan", "a number"),
        (RetrySpec(), "initial_interval", "1e400", "a number"),
        (RetrySpec(), "retry_on", "OSError, Bussy", "'Bussy' is no error"),
        (CacheSpec(), "key", "key", "does not have the form"),
        (TimeoutSpec(5), "run", "", "needs a time"),
        (RateLimitSpec(5), "calls", "", "cannot be left empty"),
        (FallbackSpec("n:f"), "fn", "", "cannot be left empty"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(spec: OptionSpec, name: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        typed(spec, name, text)

    assert str(caught.value).endswith(".")
