"""A graph in a chain of langchain-core."""

from __future__ import annotations

from langchain_core.runnables import RunnablePassthrough

from tests.engine.graphs import chain


def test_a_graph_can_begin_a_chain() -> None:
    graph = chain("a", "b").compile()

    counted = graph | (lambda state: len(state["log"]))
    passed = graph | RunnablePassthrough()

    assert counted.invoke({"log": ["x"]}) == 3
    assert list(passed.stream({})) == [{"a": {"log": ["a"]}}, {"b": {"log": ["b"]}}]
