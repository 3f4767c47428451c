"""Questions, answers and breakpoints."""

from __future__ import annotations

import typing
from typing import Any, Literal

import pytest
import typing_extensions
from pydantic import BaseModel, ValidationError

from engine import Command, EmptyInputError, UnknownInterruptError, interrupt
from engine.errors import is_invalid_resume
from tests.engine.graphs import chain, parallel, saved, thread


def asks(*questions: str) -> Any:
    return lambda _state: {"log": [interrupt(question) for question in questions]}


def test_a_question_stops_the_run_and_an_answer_continues_it() -> None:
    runnable = saved(chain("ask", "b", ask=asks("q")))

    stopped = runnable.invoke({}, thread())
    answered = runnable.invoke(Command(resume="yes"), thread())

    assert [question.value for question in stopped["__interrupt__"]] == ["q"]
    assert answered == {"log": ["yes", "b"]}


def test_a_node_runs_again_from_its_first_line_and_gets_its_answers_in_order() -> None:
    starts: list[int] = []

    def ask(_state: Any) -> dict[str, Any]:
        starts.append(1)
        return {"log": [interrupt("first"), interrupt("second")]}

    runnable = saved(chain("ask", ask=ask))

    runnable.invoke({}, thread())
    runnable.invoke(Command(resume="1"), thread())
    result = runnable.invoke(Command(resume="2"), thread())

    assert (result["log"], len(starts)) == (["1", "2"], 3)


def test_a_question_cannot_be_swallowed_by_except_exception() -> None:
    def careless(_state: Any) -> dict[str, Any]:
        try:
            return {"log": [interrupt("q")]}
        except Exception:
            return {"log": ["swallowed"]}

    result = saved(chain("a", a=careless)).invoke({}, thread())

    assert result["__interrupt__"][0].value == "q"


def test_going_on_without_an_answer_asks_again_instead_of_reusing_the_last_one() -> None:
    runnable = saved(chain("ask", ask=asks("first", "second")))
    runnable.invoke({}, thread())
    runnable.invoke(Command(resume="A"), thread())

    again = runnable.invoke(None, thread())

    assert [question.value for question in again["__interrupt__"]] == ["second"]


def test_several_questions_need_ids_and_can_be_answered_one_by_one() -> None:
    runnable = saved(parallel("xyz", x=asks("x?"), y=asks("y?")))
    questions = {q.value: q.id for q in runnable.invoke({}, thread())["__interrupt__"]}

    with pytest.raises(RuntimeError, match="multiple pending interrupts"):
        runnable.invoke(Command(resume="?"), thread())
    first = runnable.invoke(Command(resume={questions["x?"]: "X"}), thread())
    last = runnable.invoke(Command(resume="Y"), thread())

    assert [question.value for question in first["__interrupt__"]] == ["y?"]
    assert last["log"] == ["X", "Y", "z"]


def test_while_it_waits_the_state_shows_what_finished_siblings_wrote() -> None:
    runnable = saved(parallel("xz", x=asks("x?")))
    runnable.invoke({}, thread())

    now = runnable.get_state(thread())

    assert (now.values, now.next) == ({"log": ["z"]}, ("x",))


def test_a_strict_resume_refuses_an_unknown_id_before_anything_is_written() -> None:
    runnable = saved(chain("ask", ask=asks("q")))
    runnable.invoke({}, thread())

    with pytest.raises(UnknownInterruptError) as refused:
        runnable.invoke(Command(resume={"0" * 32: "?"}), thread(__pregel_strict_resume=True))

    assert refused.value.reason == "not_pending"
    assert runnable.invoke(Command(resume="yes"), thread())["log"] == ["yes"]


def test_an_answer_is_checked_against_its_schema_and_may_be_given_again() -> None:
    class Decision(BaseModel):
        ok: bool

    runnable = saved(chain("ask", ask=lambda _: {"log": [interrupt("ok?", response_schema=Decision)]}))
    question = runnable.invoke({}, thread())["__interrupt__"][0]

    with pytest.raises(ValidationError) as wrong:
        runnable.invoke(Command(resume={"ok": "perhaps"}), thread())
    result = runnable.invoke(Command(resume={"ok": True}), thread())

    assert question.response_schema["title"] == "Decision"
    assert is_invalid_resume(wrong.value)
    assert result["log"] == [Decision(ok=True)]


class _Choice(typing.TypedDict):
    colour: Literal["red", "green"]


class _Order(_Choice, total=False):
    note: str
    amount: typing_extensions.Required[int]


def test_the_schema_of_an_answer_may_be_a_typed_dict_of_typing_on_any_python() -> None:
    runnable = saved(chain("ask", ask=lambda _: {"log": [interrupt("which?", response_schema=_Order)]}))
    question = runnable.invoke({}, thread())["__interrupt__"][0]

    with pytest.raises(ValidationError):
        runnable.invoke(Command(resume={"colour": "red"}), thread())
    result = runnable.invoke(Command(resume={"colour": "red", "amount": 2}), thread())

    assert sorted(question.response_schema["required"]) == ["amount", "colour"]
    assert question.response_schema["properties"]["colour"]["enum"] == ["red", "green"]
    assert result["log"] == [{"colour": "red", "amount": 2}]


def test_an_answer_given_at_an_old_checkpoint_is_the_one_that_counts() -> None:
    runnable = saved(chain("ask", ask=asks("name?")))
    runnable.invoke({}, thread())
    runnable.invoke(Command(resume="bob"), thread())
    old = next(s for s in runnable.get_state_history(thread()) if s.next == ("ask",))

    assert runnable.invoke(Command(resume="zed"), old.config)["log"] == ["zed"]


@pytest.mark.parametrize("command", [Command(), Command(resume=None)])
def test_an_empty_command_is_refused(command: Any) -> None:
    runnable = saved(chain("ask", ask=asks("q")))
    runnable.invoke({}, thread())

    with pytest.raises(EmptyInputError):
        runnable.invoke(command, thread())


def test_breakpoints_stop_before_a_node_and_are_passed_by_going_on() -> None:
    runnable = saved(chain("a", "b"), interrupt_before="*")
    stops = []

    result = runnable.invoke({}, thread())
    while runnable.get_state(thread()).next:
        stops.append((runnable.get_state(thread()).next, (result or {}).get("log", [])))
        result = runnable.invoke(None, thread())

    assert stops == [(("a",), []), (("b",), ["a"])]
    assert result["log"] == ["a", "b"]


def test_a_breakpoint_after_the_last_node_stops_too() -> None:
    runnable = saved(chain("a", "b"), interrupt_after=["b"])

    chunks = list(runnable.stream({}, thread(), stream_mode="updates"))

    assert chunks[-1] == {"__interrupt__": ()}


def test_unknown_breakpoints_are_refused_when_compiling() -> None:
    with pytest.raises(ValueError, match="Interrupt node `nope` not found"):
        chain("a").compile(interrupt_before=["nope"], interrupt_after="*")
