"""Graphs inside graphs: what they share, where their checkpoints are, how they stop and go on."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Command, StateGraph, interrupt
from tests.engine.graphs import State, appends, chain, saved, thread


def with_child(child: Any, **options: Any) -> Any:
    graph = StateGraph(State)
    graph.add_node("sub", child)
    graph.add_node("after", appends("after"))
    graph.set_entry_point("sub")
    graph.add_edge("sub", "after")
    return saved(graph, **options)


def asking_child(checkpointer: Any = None) -> Any:
    return chain("c1", "c2", c2=lambda _: {"log": [interrupt("child?")]}).compile(checkpointer=checkpointer)


@pytest.mark.parametrize("checkpointer", [None, True, False])
def test_a_childs_question_stops_the_parent_and_its_answer_reaches_the_child(checkpointer: Any) -> None:
    runnable = with_child(asking_child(checkpointer))

    stopped = runnable.invoke({}, thread())
    result = runnable.invoke(Command(resume="R"), thread())

    assert stopped["__interrupt__"][0].value == "child?"
    assert result["log"] == ["c1", "R", "after"]


def test_the_childs_state_can_be_read_and_changed_while_it_waits() -> None:
    runnable = with_child(asking_child())
    runnable.invoke({}, thread())

    child = runnable.get_state(thread(), subgraphs=True).tasks[0].state
    runnable.update_state(child.config, {"log": ["edited"]})

    assert (child.values["log"], child.next) == (["c1"], ("c2",))
    assert runnable.invoke(Command(resume="R"), thread())["log"] == ["c1", "edited", "R", "after"]


def test_a_child_with_a_memory_of_its_own_keeps_it_from_run_to_run() -> None:
    child = chain("c").compile(checkpointer=True)
    graph = StateGraph(State)
    graph.add_node("sub", lambda _state: {"v": len(child.invoke({})["log"])})
    graph.set_entry_point("sub")
    runnable = saved(graph)

    counts = [runnable.invoke({}, thread())["v"] for _ in range(3)]

    assert counts == [1, 2, 3]


def test_a_child_inside_a_function_saves_under_a_numbered_namespace() -> None:
    child = chain("c").compile()

    def calls_twice(_state: Any) -> dict[str, Any]:
        child.invoke({})
        child.invoke({})
        return {}

    runnable = saved(chain("t", t=calls_twice))
    namespaces = {ns for ns, _ in runnable.stream({}, thread(), subgraphs=True)}

    assert {len(ns) for ns in namespaces} == {0, 1, 2}
    assert any(ns[-1] == "1" for ns in namespaces if ns)


def test_a_command_to_the_parent_leaves_the_child_at_once() -> None:
    child = chain("leaves", "never", leaves=lambda _: Command(graph=Command.PARENT, goto="other", update={"v": 7}))
    graph = StateGraph(State)
    graph.add_node("sub", child.compile())
    graph.add_node("other", appends("other"))
    graph.set_entry_point("sub")

    assert graph.compile().invoke({}) == {"v": 7, "log": ["other"]}


def test_a_root_graph_cannot_inherit_a_checkpointer() -> None:
    with pytest.raises(RuntimeError, match="checkpointer=True cannot be used for root graphs"):
        chain("a").compile(checkpointer=True).invoke({}, thread())


def test_subgraphs_are_found_also_inside_functions() -> None:
    child = chain("c").compile()

    assert [name for name, _ in chain("a", a=lambda s: child.invoke(s)).compile().get_subgraphs()] == ["a"]
