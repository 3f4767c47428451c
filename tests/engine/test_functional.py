"""Entrypoints and tasks."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from engine import Command, InMemorySaver, entrypoint, interrupt, task
from engine.errors import LangGraphDeprecatedSinceV10
from tests.engine.graphs import on_a_loop, thread
from tests.patience import PATIENCE_S


def test_tasks_return_futures_and_an_entrypoint_returns_its_value() -> None:
    @task
    def double(n: int) -> int:
        return 2 * n

    @entrypoint()
    def total(numbers: list[int]) -> int:
        return sum(future.result() for future in [double(n) for n in numbers])

    assert total.invoke([1, 2, 3]) == 12


def test_finished_tasks_do_not_run_again_when_an_entrypoint_is_resumed() -> None:
    ran: list[str] = []

    @task
    def work(name: str) -> str:
        ran.append(name)
        return name.upper()

    @entrypoint(checkpointer=InMemorySaver())
    def flow(name: str) -> str:
        done: str = work(name).result()
        return f"{done} {interrupt('go on?')}"

    flow.invoke("a", thread())

    assert flow.invoke(Command(resume="yes"), thread()) == "A yes"
    assert ran == ["a"]


def test_what_is_saved_may_differ_from_what_is_returned() -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def counts(n: int, *, previous: int | None) -> Any:
        return entrypoint.final(value=previous or 0, save=n)

    assert [counts.invoke(n, thread()) for n in (1, 2, 3)] == [0, 1, 2]


def test_an_error_in_a_task_reaches_its_caller() -> None:
    @task
    def bad() -> None:
        raise ValueError("no")

    @entrypoint()
    def flow(_input: Any) -> str:
        try:
            bad().result()
        except ValueError as error:
            return str(error)
        return "unreached"

    assert flow.invoke({}) == "no"


@on_a_loop
async def test_async_entrypoints_await_their_tasks() -> None:
    @task
    async def double(n: int) -> int:
        return 2 * n

    @entrypoint()
    async def flow(n: int) -> int:
        result: int = await double(n)
        return result + 1

    assert await flow.ainvoke(3) == 7


def test_generators_are_refused() -> None:
    with pytest.raises(NotImplementedError):

        @entrypoint()
        def flow(_input: Any) -> Any:
            yield 1


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_task_returned_is_streamed_while_the_entrypoint_is_still_running(is_async: bool) -> None:
    shown = threading.Event()

    @task
    def double(n: int) -> int:
        return 2 * n

    @entrypoint()
    def workflow(n: int) -> bool:
        double(n).result()
        return shown.wait(PATIENCE_S)

    def streamed() -> list[Any]:
        chunks = []
        for chunk in workflow.stream(1):
            chunks.append(chunk)
            shown.set()
        return chunks

    async def streamed_async() -> list[Any]:
        chunks = []
        async for chunk in workflow.astream(1):
            chunks.append(chunk)
            shown.set()
        return chunks

    chunks = asyncio.run(streamed_async()) if is_async else streamed()

    assert chunks == [{"double": 2}, {"workflow": True}]


def test_a_task_that_has_finished_is_shown_once() -> None:
    @task
    def work(name: str) -> str:
        return name.upper()

    @entrypoint(checkpointer=InMemorySaver())
    def flow(name: str) -> str:
        return f"{work(name).result()} {interrupt('one?')} {interrupt('two?')}"

    begun = list(flow.stream("a", thread()))
    resumed = list(flow.stream(Command(resume="yes"), thread()))

    assert [list(chunk) for chunk in begun] == [["work"], ["__interrupt__"]]
    assert [list(chunk) for chunk in resumed] == [["__interrupt__"]]


def test_a_run_that_asks_has_no_value_of_an_earlier_one() -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def flow(n: int) -> Any:
        return [n, interrupt("?")] if n else ["none"]

    flow.invoke(0, thread())
    output = flow.invoke(1, thread(), version="v2")

    assert output.value == {} and [question.value for question in output.interrupts] == ["?"]


def test_the_old_name_of_the_context_schema_is_deprecated() -> None:
    with pytest.warns(LangGraphDeprecatedSinceV10, match="`config_schema` is deprecated"):
        decorate = entrypoint(config_schema=dict)

    assert decorate(lambda n: n).context_schema is dict
