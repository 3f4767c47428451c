"""Conditions of routers by syntax: what is none, what they read, how a key is renamed in them."""

from __future__ import annotations

import pytest

from engine.graph.conditions import CONDITION_FUNCTIONS, keys_read, mapped_key, why_not_condition, with_key_renamed
from engine.graph.spec import BranchSpec
from engine.runner.expressions import ALLOWED_BUILTINS


def test_conditions_may_call_what_the_runner_lets_them_call() -> None:
    assert set(ALLOWED_BUILTINS) == CONDITION_FUNCTIONS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write a condition"),
        (" ", "Write a condition"),
        ("a\nb", "one line"),
        ("a =", "no expression"),
        ("a = 1", "no expression"),
        ("(" * 500, "no expression"),
        ("a\0", "expression"),
        ("await a", "cannot wait"),
        ("x" * 10_001, "10,000 letters"),
    ],
)
def test_what_is_no_condition_is_said_in_a_sentence(text: str, words: str) -> None:
    reason = why_not_condition(text)

    assert reason is not None and words in reason and reason.endswith(".")


def test_a_condition_reads_the_names_that_are_neither_functions_nor_its_own() -> None:
    assert keys_read("len(items) > 3 and all(x.ok for x in items) or tries[0] < limit") == ("items", "tries", "limit")
    assert keys_read("a =") == ()


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("a > 1 and b.a < a", "key > 1 and b.a < key"),
        ("  'ä' in a", "  'ä' in key"),
        ("'a' == a['a']", "'a' == key['a']"),
        ("aa + b", "aa + b"),
        ("[a for a in b]", "[a for a in b]"),
        ("a =", "a ="),
    ],
)
def test_a_key_is_renamed_and_nothing_else(text: str, renamed: str) -> None:
    assert with_key_renamed(text, "a", "key") == renamed


def test_conditions_that_compare_one_key_are_a_map() -> None:
    whens = lambda *texts: [BranchSpec(str(i), None, text) for i, text in enumerate(texts)]  # noqa: E731

    assert mapped_key(whens("kind == 'bug'", "kind == 'idea'", None)) == "kind"
    assert mapped_key(whens("kind == 'bug'", "other == 'idea'")) is None
    assert mapped_key(whens("kind == 'bug'", "kind > 3")) is None
    assert mapped_key(whens("kind ==")) is None
