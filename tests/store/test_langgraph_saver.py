"""A graph of the langgraph package writes our file, and everything it does with a saver works."""

from __future__ import annotations

import asyncio
import operator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest

from engine.store.langgraph_saver import for_langgraph
from engine.store.memory_saver import InMemorySaver
from engine.store.sqlite_saver import SqliteSaver

langgraph = pytest.importorskip("langgraph.graph")

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "1"}}


class State(TypedDict):
    log: Annotated[list[Any], operator.add]


def build(saver: Any) -> Any:
    """``saver`` is one that LangGraph accepts."""
    from langgraph.types import Send, interrupt

    builder = langgraph.StateGraph(State)
    builder.add_node("begin", lambda state: {"log": [("a", 1)]})
    builder.add_node("work", lambda item: {"log": [item["i"]]})
    builder.add_node("ask", lambda state: {"log": [interrupt({"really": True})]})
    builder.add_edge(langgraph.START, "begin")
    builder.add_conditional_edges("begin", lambda state: [Send("work", {"i": i}) for i in range(3)], ["work"])
    builder.add_edge("work", "ask")
    return builder.compile(checkpointer=saver)


def live(saver: Any) -> list[Any]:
    """Run to the question, answer it, go back and answer otherwise; what was seen on the way."""
    from langgraph.types import Command

    graph = build(saver)
    asked = graph.invoke({"log": []}, CONFIG, durability="sync")
    waiting = graph.get_state(CONFIG)
    answered = graph.invoke(Command(resume="yes"), CONFIG, durability="sync")
    edited = graph.update_state(waiting.config, {"log": ["edited"]}, as_node="work")
    history = [(each.metadata["source"], each.metadata["step"], each.next) for each in graph.get_state_history(CONFIG)]
    question = waiting.tasks[0].interrupts[0].value
    return [asked["log"], waiting.next, question, answered["log"], history, graph.get_state(edited).next]


def test_a_langgraph_graph_lives_in_our_file_as_in_its_own(tmp_path: Path) -> None:
    from langgraph.checkpoint.memory import InMemorySaver as LangGraphsOwn

    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        in_our_file = live(for_langgraph(saver))
    in_its_own = live(LangGraphsOwn())

    # LangGraph's serializer turns a tuple into a list; ours does not.
    assert in_our_file[0] == [("a", 1), 0, 1, 2]
    assert in_our_file[3] == [("a", 1), 0, 1, 2, "yes"]
    assert in_our_file[1:3] == in_its_own[1:3]
    assert in_our_file[4] == in_its_own[4]


def test_another_process_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    from langgraph.types import Command

    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        build(for_langgraph(saver)).invoke({"log": []}, CONFIG, durability="sync")

    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        result = build(for_langgraph(saver)).invoke(Command(resume="yes"), CONFIG)

    assert result["log"] == [("a", 1), 0, 1, 2, "yes"]


def test_asynchronous_runs_work_too() -> None:
    graph = build(for_langgraph(InMemorySaver()))

    async def run() -> Any:
        await graph.ainvoke({"log": []}, CONFIG)
        return [each.next async for each in graph.aget_state_history(CONFIG)]

    assert asyncio.run(run())[0] == ("ask",)


@pytest.mark.parametrize("durability", ["sync", "exit"])
def test_a_thread_goes_on_under_either_engine_in_langgraphs_own_saver(durability: str) -> None:
    """LangGraph compares versions of channels: those of its saver are texts, and have to stay so."""
    from langgraph.checkpoint.memory import InMemorySaver as LangGraphsOwn

    import engine

    def graph(package: Any, **options: Any) -> Any:
        builder = package.StateGraph(State)
        builder.add_node("a", lambda state: {"log": ["a"]})
        builder.add_node("b", lambda state: {"log": ["b"]})
        builder.add_edge(package.START, "a")
        builder.add_edge("a", "b")
        return builder.compile(checkpointer=saver, **options)

    saver = LangGraphsOwn()
    graph(langgraph, interrupt_before=["b"]).invoke({"log": ["x"]}, CONFIG, durability=durability)
    assert graph(engine).invoke(None, CONFIG, durability=durability)["log"] == ["x", "a", "b"]
    stopped = graph(engine, interrupt_before=["b"]).invoke({"log": ["y"]}, CONFIG, durability=durability)
    assert stopped["log"] == ["x", "a", "b", "y", "a"]
    assert graph(langgraph).get_state(CONFIG).next == ("b",)

    whole = graph(langgraph).invoke(None, CONFIG, durability=durability)

    assert whole["log"] == ["x", "a", "b", "y", "a", "b"]
    found = saver.get_tuple(CONFIG)
    assert found is not None
    assert {type(version) for version in found.checkpoint["channel_versions"].values()} == {str}


@pytest.mark.parametrize("is_async", [False, True])
def test_a_saver_from_before_there_were_task_paths_is_given_none(is_async: bool) -> None:
    import engine

    kept: list[str] = []

    class Old(InMemorySaver):
        def put_writes(self, config: Any, writes: Any, task_id: str) -> None:  # type: ignore[override]
            kept.append(task_id)
            super().put_writes(config, writes, task_id)

        async def aput_writes(self, config: Any, writes: Any, task_id: str) -> None:  # type: ignore[override]
            self.put_writes(config, writes, task_id)

    builder: Any = engine.StateGraph(State)
    for name in ("a", "b"):
        builder.add_node(name, lambda state, name=name: {"log": [name]})
        builder.add_edge(engine.START, name)
    graph = builder.compile(checkpointer=Old())

    done = asyncio.run(graph.ainvoke({"log": []}, CONFIG)) if is_async else graph.invoke({"log": []}, CONFIG)

    assert done["log"] == ["a", "b"]
    assert len(set(kept)) == 3  # of the input, of a and of b
