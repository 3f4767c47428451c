"""Checkpoints of a graph go: what its subgraphs kept goes with them, and what stays can still be gone on with."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest

from engine import END, START, StateGraph
from engine.store.run_facts import RunFacts
from engine.store.sqlite_saver import SqliteSaver
from engine.time_travel.forget import LEFT, delete_branch, prune
from engine.time_travel.timeline import read_timeline

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "1"}}


class State(TypedDict):
    calls: Annotated[int, operator.add]


class Inner(TypedDict):
    calls: int
    seen: Annotated[list[int], operator.add]


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[SqliteSaver]:
    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        yield saver


def inside() -> StateGraph[Any, Any, Any, Any]:
    builder = StateGraph(Inner)
    builder.add_node("count", lambda state: {"seen": [state["calls"]]})
    builder.add_node("tell", lambda state: {"calls": 1})
    builder.add_edge(START, "count")
    builder.add_edge("count", "tell")
    builder.add_edge("tell", END)
    return builder


def looping(saver: SqliteSaver) -> Any:
    """Calls a subgraph again and again, and stops before each call."""
    builder = StateGraph(State)
    builder.add_node("sub", inside().compile())
    builder.add_edge(START, "sub")
    builder.add_conditional_edges("sub", lambda state: "sub" if state["calls"] < 100 else END, ["sub", END])
    return builder.compile(checkpointer=saver, interrupt_before=["sub"])


def talking(saver: SqliteSaver) -> Any:
    """Calls a subgraph once for each input; the subgraph remembers what it saw."""
    builder = StateGraph(State)
    builder.add_node("sub", inside().compile(checkpointer=True))
    builder.add_edge(START, "sub")
    builder.add_edge("sub", END)
    return builder.compile(checkpointer=saver)


def run(graph: Any, steps: int) -> None:
    graph.invoke({"calls": 0}, CONFIG)
    for _ in range(steps):
        graph.invoke(None, CONFIG)


def counts(saver: SqliteSaver) -> dict[str, int]:
    return {name: len(list(saver.store.headers("1", name))) for name in saver.store.namespaces("1")}


def test_pruning_takes_along_what_subgraphs_kept_for_the_steps_that_go(saver: SqliteSaver) -> None:
    graph = looping(saver)
    run(graph, 6)
    before, size = counts(saver), saver.store.size_of("1")

    gone = prune(saver.store, "1", keep_last=2)

    assert len(before) == 7 and len(gone) == before[""] - 2
    assert len(counts(saver)) == 2  # the graph, and the call that ran from the checkpoint before the head
    assert saver.store.size_of("1") < size / 2
    graph.invoke(None, CONFIG)
    assert graph.get_state(CONFIG).values != {}


@pytest.mark.parametrize("keep_last", [1, 2, 4])
def test_a_subgraph_that_remembers_goes_on_with_what_it_remembered(saver: SqliteSaver, keep_last: int) -> None:
    graph = talking(saver)
    for number in range(6):
        graph.invoke({"calls": number}, CONFIG)
    before = counts(saver)["sub"]
    remembered = saver.store.load("1", "sub")

    prune(saver.store, "1", keep_last=keep_last)

    left = saver.store.load("1", "sub")
    assert remembered is not None and left is not None and left.values == remembered.values
    assert counts(saver)["sub"] < before
    graph.invoke({"calls": 6}, CONFIG)
    after = saver.store.load("1", "sub")
    assert after is not None and len(after.values["seen"]) == 7


def test_a_deleted_branch_takes_its_subgraphs_along_and_leaves_the_others_theirs(saver: SqliteSaver) -> None:
    graph = looping(saver)
    run(graph, 4)
    of_first_line = counts(saver)
    fork_at = read_timeline(saver.store, "1").path_to(graph.get_state(CONFIG).config["configurable"]["checkpoint_id"])[
        2
    ]
    forked = graph.update_state({"configurable": {"thread_id": "1", "checkpoint_id": fork_at}}, {"calls": 5}, "sub")
    graph.invoke(None, forked)
    graph.invoke(None, CONFIG)
    assert len(counts(saver)) > len(of_first_line)

    gone = delete_branch(saver.store, "1", forked["configurable"]["checkpoint_id"])

    assert len(gone) == 3
    assert counts(saver) == of_first_line


def test_how_many_are_left_is_told_once(saver: SqliteSaver) -> None:
    run(looping(saver), 6)
    facts = RunFacts(saver.store.file)

    prune(saver.store, "1", keep_last=4, facts=facts)
    prune(saver.store, "1", keep_last=2, facts=facts)

    assert [fact.data for fact in facts.read("1", [LEFT])] == [2]
