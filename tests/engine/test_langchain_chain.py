"""A graph in a chain of langchain-core."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from engine import START, StateGraph
from tests.engine.graphs import State, chain


def test_a_graph_can_begin_a_chain() -> None:
    graph = chain("a", "b").compile()

    counted = graph | (lambda state: len(state["log"]))
    passed = graph | RunnablePassthrough()

    assert counted.invoke({"log": ["x"]}) == 3
    assert list(passed.stream({})) == [{"a": {"log": ["a"]}}, {"b": {"log": ["b"]}}]


def test_a_graph_can_be_the_middle_and_the_end_of_a_chain() -> None:
    graph = chain("a", "b").compile()
    begin: Any = RunnableLambda(lambda text: {"log": [text]})

    ended = begin | graph
    counted = begin | graph | (lambda state: len(state["log"]))

    assert isinstance(graph, Runnable)
    assert ended.invoke("x") == {"log": ["x", "a", "b"]}
    assert asyncio.run(ended.ainvoke("x")) == {"log": ["x", "a", "b"]}
    assert counted.batch(["x", "y"]) == [3, 3]
    assert list(ended.stream("x")) == [{"a": {"log": ["a"]}}, {"b": {"log": ["b"]}}]


@pytest.mark.parametrize(
    "changed",
    [
        lambda graph: graph.with_retry(),
        lambda graph: graph.with_fallbacks([graph]),
        lambda graph: graph.bind(durability=None),
        lambda graph: graph.pipe(RunnablePassthrough()),
    ],
)
def test_a_graph_has_what_other_runnables_have(changed: Any) -> None:
    graph = chain("a").compile()

    assert changed(graph).invoke({"log": []}) == {"log": ["a"]}


def test_what_neither_a_graph_nor_a_runnable_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'CompiledStateGraph' object has no attribute 'stop_now'"):
        chain("a").compile().stop_now  # reading it is what is tried


def test_a_nodes_result_is_an_event_of_its_own() -> None:
    graph = chain("a").compile()

    async def events() -> list[Any]:
        return [(e["event"], e["name"]) async for e in graph.astream_events({"log": []}, version="v2")]

    assert ("on_chain_stream", "a") in asyncio.run(events())


def test_the_events_of_a_runnable_in_a_graph_are_told() -> None:
    builder = StateGraph(State).add_node("a", RunnableLambda(lambda state: {"log": ["a"]})).add_edge(START, "a")
    graph = builder.compile(name="outer")

    async def collect() -> list[Any]:
        return [event async for event in graph.astream_events({"log": []}, version="v2")]

    begun = [event for event in asyncio.run(collect()) if event["event"] == "on_chain_start"]
    assert [(event["name"], len(event["parent_ids"])) for event in begun] == [
        ("outer", 0),
        ("a", 1),
        ("RunnableLambda", 2),
    ]
    assert {event["metadata"]["ls_integration"] for event in begun} == {"langgraph"}
