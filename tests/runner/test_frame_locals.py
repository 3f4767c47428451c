"""The variables of the frame that failed: what they were, bounded, and nothing of what they do when looked at."""

from __future__ import annotations

import json

from engine.runner.failure import facts_of
from engine.runner.frame_locals import HIDDEN, MOST_NAMES, VALUE_CHARS
from engine.runner.run_events import ErrorFacts, LocalFacts


def facts(failing: object, *args: object) -> ErrorFacts:
    try:
        failing(*args)  # type: ignore[operator]  # a function of this test
    except Exception as error:
        return facts_of(error, node="a")
    raise AssertionError("it did not fail")


def told(error: ErrorFacts) -> dict[str, str]:
    return {each.name: each.text for each in error.locals}


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("do not look")


def divide(total: int, count: int) -> float:
    share = {"total": total, "people": [1, 2]}
    return share["total"] / count  # type: ignore[operator]  # on purpose


def test_the_innermost_frame_of_the_user_is_shown_with_its_variables() -> None:
    def outer(state: dict[str, int]) -> float:
        return divide(state["total"], 0)

    error = facts(outer, {"total": 7})

    assert error.locals == (
        LocalFacts("total", "7"), LocalFacts("count", "0"), LocalFacts("share", "{'total': 7, 'people': [1, 2]}")
    )  # fmt: skip
    assert error.locals_of.startswith("divide in test_frame_locals.py, line ")


def test_a_failure_below_the_users_code_shows_the_users_frame() -> None:
    def parse(text: str) -> object:
        return json.loads(text)

    assert told(facts(parse, "{")) == {"text": "'{'"}


def test_large_and_many_values_are_bounded() -> None:
    def large() -> None:
        huge = "x" * 10_000_000
        deep: list[object] = []
        for _ in range(10_000):
            deep = [deep]
        raise ValueError(len(huge), len(deep))

    names: dict[str, object] = {}
    exec("def many():\n" + "".join(f"    name_{n} = {n}\n" for n in range(100)) + "    raise ValueError", names)

    assert set(told(facts(large))) == {"huge", "deep", "_"}
    assert all(len(text) <= VALUE_CHARS for text in told(facts(large)).values())
    assert len(facts(names["many"]).locals) == MOST_NAMES + 1
    assert facts(names["many"]).locals[-1] == LocalFacts("…", "60 more")


def test_a_value_that_cannot_be_shown_and_a_secret_are_told_as_such() -> None:
    def call(api_key: str) -> None:
        odd = Hostile()
        raise ValueError(odd.__class__.__name__, api_key[:0])

    shown = told(facts(call, "sk-123"))

    assert shown["api_key"] == HIDDEN
    assert "sk-123" not in repr(shown)
    assert "Hostile" in shown["odd"] or "cannot be shown" in shown["odd"]


def test_modules_and_functions_are_left_out() -> None:
    def fail() -> None:
        import math

        half = math.pi / 2

        def helper() -> float:
            return half

        raise ValueError(helper())

    assert set(told(facts(fail))) == {"half"}
