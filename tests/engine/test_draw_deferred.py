"""Drawings of graphs with deferred nodes have the arrows that LangGraph's have."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

import langgraph.graph
import pytest

import engine


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


GRAPHS: dict[str, tuple[str, Sequence[tuple[str | list[str], str]]]] = {
    "a longer way beside the deferred node": (
        "a b c long last",
        [("a", "b"), ("a", "c"), ("b", "long"), (["b", "c"], "last"), ("__start__", "a")],
    ),
    "the same with plain edges": (
        "a b c long last",
        [("a", "b"), ("a", "c"), ("b", "long"), ("b", "last"), ("c", "last"), ("__start__", "a")],
    ),
    "straight to it": ("a last", [("__start__", "a"), ("a", "last")]),
    "on from it": (
        "a b long last after",
        [*(("__start__", n) for n in "ab"), ("a", "last"), ("b", "long"), ("last", "after")],
    ),
    "two deferred nodes": (
        "a b last last2",
        [("__start__", "a"), ("__start__", "last2"), ("a", "b"), ("a", "last"), ("last", "__end__")],
    ),
}


def edges(kit: Any, names: str, parts: Sequence[tuple[str | list[str], str]]) -> list[tuple[str, str, bool]]:
    builder = kit.StateGraph(Log)
    for name in names.split():
        builder.add_node(name, lambda _state: None, defer=name.startswith("last"))
    for start, end in parts:
        builder.add_edge(start, end)
    return sorted((edge.source, edge.target, edge.conditional) for edge in builder.compile().get_graph().edges)


@pytest.mark.parametrize("case", GRAPHS)
def test_the_arrows_are_langgraphs(case: str) -> None:
    assert edges(engine, *GRAPHS[case]) == edges(langgraph.graph, *GRAPHS[case])
