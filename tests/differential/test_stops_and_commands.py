"""Inputs and commands given to a thread with breakpoints: both engines stop at the same places, or run at once alike.

All sequences of three orders: a new input, going on, and commands with ``goto``, ``update`` and both.
"""

from __future__ import annotations

import itertools
import operator
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver as TheirSaver
from langgraph.graph import StateGraph as TheirGraph
from langgraph.types import Command as TheirCommand

from engine import END, START, Command, StateGraph
from engine.store.memory_saver import InMemorySaver

ORDERS = ("input", "none", "goto", "update", "both")


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def chain(graph_class: Any, saver: Any) -> Any:
    graph = graph_class(State)
    for name in "abc":
        graph.add_node(name, lambda _state, name=name: {"log": [name]})
    for source, target in ((START, "a"), ("a", "b"), ("b", "c"), ("c", END)):
        graph.add_edge(source, target)
    return graph.compile(checkpointer=saver)


def order(name: str, command: Any) -> Any:
    return {
        "input": {"log": ["x"]},
        "none": None,
        "goto": command(goto="c"),
        "update": command(update={"log": ["u"]}),
        "both": command(goto="b", update={"log": ["v"]}),
    }[name]


def where(app: Any, command: Any, thread: str, orders: tuple[str, ...], stops: Any) -> list[Any]:
    """After each order: what is next and what ran, or the kind of error."""
    config = {"configurable": {"thread_id": thread}}
    seen: list[Any] = []
    for name in orders:
        try:
            app.invoke(order(name, command), config, interrupt_before=stops)
        except Exception as error:
            seen.append(type(error).__name__)
        else:
            state = app.get_state(config)
            seen.append((state.next, state.values.get("log")))
    return seen


@pytest.mark.parametrize("stops", ["*", ["b"], ["a", "c"]])
def test_what_runs_at_once_and_what_stops_first_is_the_same(stops: Any) -> None:
    ours, theirs = chain(StateGraph, InMemorySaver()), chain(TheirGraph, TheirSaver())

    for orders in itertools.product(ORDERS, repeat=3):
        thread = "-".join(orders)
        expected = where(theirs, TheirCommand, thread, orders, stops)
        assert where(ours, Command, thread, orders, stops) == expected, orders
