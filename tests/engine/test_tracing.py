"""LangSmith's traces, which are turned on beside the graph and not in its config."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any, TypedDict
from unittest.mock import Mock

import pytest

langsmith = pytest.importorskip("langsmith")

from engine import START, StateGraph  # noqa: E402 # after the import that may skip the file


class State(TypedDict, total=False):
    parent: Any


def graph() -> Any:
    def look(state: State) -> State:
        current = langsmith.get_current_run_tree()
        return {"parent": current and (current.name, current.parent_run and current.parent_run.name)}

    return StateGraph(State).add_node("look", look).add_edge(START, "look").compile(name="Agent")


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_node_traces_is_a_part_of_the_node(is_async: bool) -> None:
    client = Mock(spec=langsmith.Client)

    with langsmith.tracing_context(enabled=True, client=client):
        result = asyncio.run(graph().ainvoke({})) if is_async else graph().invoke({})

    assert result["parent"][0] == "look"
    names = {call.kwargs.get("name") for call in client.create_run.call_args_list}
    assert names == {"Agent", "look"}


def test_nothing_is_traced_unless_it_is_asked_for() -> None:
    assert graph().invoke({}) == {"parent": None}


def test_a_run_that_is_not_traced_imports_nothing_for_it() -> None:
    code = (
        "import sys; from engine import StateGraph, START; from typing import TypedDict\n"
        "S = TypedDict('S', {'n': int})\n"
        "StateGraph(S).add_node('a', lambda s: None).add_edge(START, 'a').compile().invoke({'n': 1})\n"
        "print([name for name in sys.modules if name.startswith('lang')])"
    )

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"


def test_another_tracer_does_not_turn_langsmith_on() -> None:
    from langchain_core.tracers.run_collector import RunCollectorCallbackHandler

    collector = RunCollectorCallbackHandler()

    result = graph().invoke({}, {"callbacks": [collector]})

    assert result == {"parent": None}
    assert [run.name for run in collector.traced_runs] == ["Agent"]
