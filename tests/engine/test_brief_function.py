"""Which plain functions an asynchronous run calls on its loop: those that can be nothing but brief."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypedDict

import pytest

from engine import END, START, StateGraph
from engine.compiler.brief_function import LONGEST_TEXT, brief_function
from engine.runtime.thread_hops import ThreadHops

LIMIT = 3
REGISTRY: dict[str, Any] = {}


class Slow:
    """A value that may do anything when it is compared."""

    def __lt__(self, other: object) -> bool:
        raise AssertionError("compared")


SLOW = Slow()


class State(TypedDict, total=False):
    n: int
    seen: list[str]
    kind: str


def with_default(state: Any, more: int = 1) -> Any:
    return state["n"] < more


def loops(state: Any) -> Any:
    n = state["n"]
    while n < LIMIT:
        n = n + 1
    return n


def yields(state: Any) -> Any:
    yield state["n"]


def long_router(state: Any) -> Any:
    n = state.get("n", 0)
    if len(state["seen"]) > 2 and not state["kind"]:
        return END
    if state["kind"] in ("a", "b") or state.get("kind") is None:
        return ["a", "b", "c"]
    return "x" if 1 < n <= LIMIT else [END, "y"]


def matching(state: Any) -> Any:
    match state["kind"]:
        case "a":
            return "b"
        case _:
            return state["kind"] + "_x"


def enclosed() -> Callable[[Any], Any]:
    steps = 3
    return lambda state: "again" if state["n"] < steps else "stop"


GIVEN = {"n": 1, "seen": ["a"], "kind": "a"}


@pytest.mark.parametrize(
    "function",
    [
        lambda state: "again" if state["n"] < LIMIT else "stop",
        lambda state: END,
        lambda state: state.get("nothing"),
        lambda state: state["n"] - 1 == 0 and "a" in state["kind"],
        enclosed(),
        long_router,
        matching,
    ],
)
def test_looking_up_and_comparing_is_over_at_once(function: Any) -> None:
    brief = brief_function(function)

    assert brief is not None and brief.is_over_at_once(GIVEN)


@pytest.mark.parametrize(
    "function",
    [
        lambda state: max(state["n"], 1),
        lambda state: state["seen"].index("a"),
        lambda state: state["n"].real,
        lambda state: state["seen"][0],
        lambda state: len(state),
        lambda state: len(REGISTRY),
        lambda state: state[LIMIT],
        lambda state: state == GIVEN,
        lambda state: state["n"] ** 3,
        lambda state: state["n"] % 2,
        lambda state: [name + "x" for name in state["seen"]],
        lambda state: state.get("n", other=1),
        lambda state: state.pop("n"),
        lambda *state: 1,
        with_default,
        loops,
        yields,
        len,
        Slow,
    ],
)
def test_whatever_does_more_may_be_slow(function: Any) -> None:
    assert brief_function(function) is None


@pytest.mark.parametrize(
    "state",
    [{"n": SLOW}, {"n": [1]}, {"n": "x" * (LONGEST_TEXT + 1)}, SLOW, None],
    ids=["object", "list", "long text", "state object", "no state"],
)
def test_values_that_are_no_numbers_and_short_texts_may_be_slow(state: Any) -> None:
    brief = brief_function(lambda state: state["n"] < 3)

    assert brief is not None and not brief.is_over_at_once(state)


def test_values_from_outside_the_function_are_looked_at_too() -> None:
    steps: Any = SLOW
    from_globals = brief_function(lambda state: state["n"] < SLOW)
    from_around = brief_function(lambda state: state["n"] < steps)
    unknown = brief_function(lambda state: state["n"] < nowhere)  # type: ignore[name-defined] # noqa: F821

    assert from_globals is not None and not from_globals.is_over_at_once(GIVEN)
    assert from_around is not None and not from_around.is_over_at_once(GIVEN)
    assert unknown is not None and not unknown.is_over_at_once(GIVEN)
    steps = 3
    assert from_around.is_over_at_once(GIVEN)


def test_a_len_of_the_users_own_may_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    brief = brief_function(lambda state: len(state["seen"]) < 3)
    assert brief is not None and brief.is_over_at_once(GIVEN)
    assert not brief.is_over_at_once({"seen": SLOW})

    monkeypatch.setitem(globals(), "len", lambda value: 1)

    assert not brief.is_over_at_once(GIVEN)


def test_a_function_whose_code_was_replaced_is_not_known_any_more() -> None:
    def route(state: Any) -> Any:
        return state["n"] < 3

    brief = brief_function(route)
    assert brief is not None and brief.is_over_at_once(GIVEN)

    route.__code__ = loops.__code__

    assert not brief.is_over_at_once(GIVEN)


def looping(route: Any) -> Any:
    async def count(state: State) -> State:
        return {"n": state["n"] + 1}

    builder = StateGraph(State).add_node("count", count).add_edge(START, "count")
    return builder.add_conditional_edges("count", route).compile()


@pytest.mark.parametrize(
    ("route", "hops"),
    [
        (lambda state: "count" if state["n"] < 3 else END, 0),
        (lambda state: "count" if max(state["n"], 0) < 3 else END, 3),
    ],
    ids=["brief", "calls"],
)
def test_a_brief_router_needs_no_thread(route: Any, hops: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    call = ThreadHops.call

    async def counted(self: ThreadHops, function: Any, about: Any = None) -> Any:
        made.append(about)
        return await call(self, function, about)

    monkeypatch.setattr(ThreadHops, "call", counted)

    assert asyncio.run(looping(route).ainvoke({"n": 0})) == {"n": 3}
    assert len(made) == hops


def test_what_a_brief_router_raises_is_the_failure_of_its_node() -> None:
    with pytest.raises(KeyError, match="kind") as caught:
        asyncio.run(looping(lambda state: "count" if state["kind"] else END).ainvoke({"n": 0}))

    assert "During task with name 'count'" in caught.value.__notes__[0]
    assert caught.traceback[-1].name == "<lambda>"
