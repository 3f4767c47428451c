"""Graphs that are wired by hand: ``NodeBuilder`` and ``Pregel(nodes=..., channels=...)``, beside LangGraph's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import langgraph.channels
import langgraph.checkpoint.memory
import langgraph.pregel
import langgraph.pregel._write
import langgraph.types
import pytest

import engine
from engine.compat.pregel import NodeBuilder, Pregel
from engine.errors import EmptyInputError, InvalidUpdateError

OURS: Any = SimpleNamespace(**{name: getattr(engine, name) for name in engine.__all__})
THEIRS: Any = SimpleNamespace(
    **{name: getattr(langgraph.channels, name) for name in langgraph.channels.__all__},
    Pregel=langgraph.pregel.Pregel,
    NodeBuilder=langgraph.pregel.NodeBuilder,
    ChannelWriteEntry=langgraph.pregel._write.ChannelWriteEntry,
    InMemorySaver=langgraph.checkpoint.memory.InMemorySaver,
    RetryPolicy=langgraph.types.RetryPolicy,
)
THREAD = {"configurable": {"thread_id": "1"}}


def twice(kit: Any, **options: Any) -> Any:
    """Two nodes, each doubling a text: a -> b -> c."""
    return kit.Pregel(
        nodes={
            "first": kit.NodeBuilder().subscribe_only("a").do(lambda text: text + text).write_to("b"),
            "second": kit.NodeBuilder().subscribe_to("b").do(lambda values: values["b"] * 2).write_to("c"),
        },
        channels={"a": kit.EphemeralValue(str), "b": kit.LastValue(str), "c": kit.EphemeralValue(str)},
        input_channels=["a"],
        output_channels=["b", "c"],
        **options,
    )


def loop(kit: Any) -> Any:
    """A node that starts itself until it has nothing to write."""
    node = kit.NodeBuilder().subscribe_only("value").do(lambda text: text * 2 if len(text) < 10 else None)
    return kit.Pregel(
        nodes={"grow": node.write_to(kit.ChannelWriteEntry("value", skip_none=True))},
        channels={"value": kit.EphemeralValue(str)},
        input_channels=["value"],
        output_channels=["value"],
    )


def several_functions(kit: Any) -> Any:
    """One node of three functions, one of them asynchronous, with writes of every kind."""

    async def plus_one(number: int) -> int:
        return number + 1

    node = kit.NodeBuilder().subscribe_only("i").do(lambda n: n * 2).do(plus_one).do(lambda n: n * 10)
    return kit.Pregel(
        nodes={"n": node.write_to("o", fixed=5, more=lambda n: n + 1).meta("tag", owner="me")},
        channels={key: kit.LastValue(int) for key in ("i", "o", "fixed", "more")},
        input_channels="i",
        output_channels=["o", "fixed", "more"],
        stream_channels="o",
    )


def without_ids(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in chunk.items() if key != "id"} for chunk in chunks]


def collects(kit: Any) -> Any:
    """Two nodes that write one topic."""
    return kit.Pregel(
        nodes={
            "one": kit.NodeBuilder().subscribe_only("i").do(lambda n: n + 1).write_to("all", "next"),
            "two": kit.NodeBuilder().subscribe_only("next").do(lambda n: n + 1).write_to("all"),
        },
        channels={"i": kit.LastValue(int), "next": kit.LastValue(int), "all": kit.Topic(int, accumulate=True)},
        input_channels="i",
        output_channels="all",
    )


def reads_without_being_started(kit: Any) -> Any:
    """A node that one channel starts and another one feeds."""
    node = kit.NodeBuilder().subscribe_to("start", read=False).read_from("total").write_to("o")
    return kit.Pregel(
        nodes={"n": node},
        channels={"start": kit.LastValue(int), "total": kit.LastValue(int), "o": kit.LastValue(dict)},
        input_channels=["start", "total"],
        output_channels="o",
    )


def history(kit: Any) -> list[Any]:
    graph = twice(kit, checkpointer=kit.InMemorySaver(), interrupt_before_nodes=["second"])
    seen = [graph.invoke({"a": "x"}, THREAD)]
    graph.update_state(THREAD, "Q", as_node="first")
    seen.append(graph.invoke(None, THREAD))
    graph.update_state(THREAD, {"a": "again"}, as_node="__input__")
    seen.append(graph.invoke(None, THREAD))
    return [*seen, *((s.values, s.next, s.metadata["source"]) for s in graph.get_state_history(THREAD))]


CASES: dict[str, Callable[[Any], Any]] = {
    "invoke": lambda kit: twice(kit).invoke({"a": "foo"}),
    "stream's default mode": lambda kit: list(twice(kit).stream({"a": "foo"})),
    "updates": lambda kit: list(twice(kit).stream({"a": "foo"}, stream_mode="updates")),
    "tasks": lambda kit: without_ids(list(twice(kit).stream({"a": "foo"}, stream_mode="tasks"))),
    "loop": lambda kit: loop(kit).invoke({"value": "a"}),
    "loop, streamed": lambda kit: list(loop(kit).stream({"value": "a"})),
    "an output that has expired, async": lambda kit: asyncio.run(loop(kit).ainvoke({"value": "a"})),
    "several functions": lambda kit: asyncio.run(several_functions(kit).ainvoke(3)),
    "topic": lambda kit: collects(kit).invoke(1),
    "read only": lambda kit: [reads_without_being_started(kit).invoke({"start": 1, "total": n}) for n in (7, 8)],
    "not started": lambda kit: reads_without_being_started(kit).invoke({"total": 1}),
    "history": history,
    "input schema": lambda kit: twice(kit).get_input_jsonschema(),
    "input schema of one channel": lambda kit: collects(kit).get_input_jsonschema(),
    "output schema": lambda kit: twice(kit).get_output_jsonschema(),
    "channels": lambda kit: (twice(kit).input_channels, twice(kit).output_channels, twice(kit).stream_mode),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES)
def test_it_runs_as_langgraphs_does(case: str) -> None:
    assert CASES[case](OURS) == CASES[case](THEIRS)


def test_a_failed_node_is_tried_again_by_its_own_policy_or_the_graphs() -> None:
    policy = engine.RetryPolicy(initial_interval=0, jitter=False)
    attempts: list[int] = []

    def fails_twice(number: int) -> int:
        attempts.append(number)
        if len(attempts) % 3:
            raise ConnectionError
        return number

    for own, graphs in (((policy,), ()), ((), policy)):
        node = NodeBuilder().subscribe_only("i").do(fails_twice).add_retry_policies(*own).write_to("o")
        graph = Pregel(
            nodes={"n": node},
            channels={"i": engine.LastValue(int), "o": engine.LastValue(int)},
            input_channels="i",
            output_channels="o",
            retry_policy=graphs,
        )
        assert graph.invoke(1) == 1
    assert len(attempts) == 6


def test_a_result_is_kept_in_the_cache() -> None:
    from engine.compat.cache.memory import InMemoryCache

    calls: list[int] = []
    node = NodeBuilder().subscribe_only("i").do(lambda n: calls.append(n) or n)
    graph = Pregel(
        nodes={"n": node.write_to("o").add_cache_policy(engine.CachePolicy())},
        channels={"i": engine.LastValue(int), "o": engine.LastValue(int)},
        input_channels="i",
        output_channels="o",
        cache=InMemoryCache(),
    )

    assert [graph.invoke(1), graph.invoke(1)] == [1, 1]

    assert calls == [1]


def test_a_graph_inside_a_node_keeps_its_own_namespace() -> None:
    inner = twice(OURS)
    node = NodeBuilder().subscribe_only("i").do(lambda text: {"a": text}).do(inner).do(lambda found: found["c"])
    graph = Pregel(
        nodes={"n": node.write_to("o")},
        channels={"i": engine.LastValue(str), "o": engine.LastValue(str)},
        input_channels="i",
        output_channels="o",
        checkpointer=engine.InMemorySaver(),
    )

    assert graph.invoke("z", THREAD) == "zzzz"

    assert [name for name, _ in graph.get_subgraphs()] == ["n"]


def test_it_is_drawn_by_who_writes_what_starts_whom() -> None:
    edges = [(edge.source, edge.target) for edge in twice(OURS).get_graph().edges]

    assert edges == [("__start__", "first"), ("first", "second"), ("second", "__end__")]


def test_a_compiled_graph_is_a_pregel_too() -> None:
    builder = engine.StateGraph(dict).add_node("a", lambda state: state).add_edge("__start__", "a")

    assert isinstance(builder.compile(), Pregel)
    assert isinstance(twice(OURS), Pregel)


def test_an_input_without_any_of_the_channels_is_refused() -> None:
    with pytest.raises(EmptyInputError, match="Received no input"):
        twice(OURS).invoke({"elsewhere": "x"})
    with pytest.raises(TypeError, match="dict with a"):
        twice(OURS).invoke("x")


def test_an_asynchronous_function_needs_ainvoke() -> None:
    with pytest.raises(TypeError, match='No synchronous function provided to "n"'):
        several_functions(OURS).invoke(3)


WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "reads": ({"nodes": {"x": NodeBuilder().subscribe_to("a").read_from("q")}}, ValueError, "Node x reads channel 'q'"),
    "subscribes": ({"nodes": {"x": NodeBuilder().subscribe_to("q", read=False)}}, ValueError, "subscribed to .* 'q'"),
    "writes": ({"nodes": {"x": NodeBuilder().subscribe_only("a").write_to("q")}}, ValueError, "writes to channel 'q'"),
    "input": ({"input_channels": "q"}, ValueError, "Input channel 'q'"),
    "output": ({"output_channels": ["q"]}, ValueError, "Output channel 'q'"),
    "stream": ({"stream_channels": ["q"]}, ValueError, "Output channel 'q'"),
    "unread input": ({"input_channels": "b"}, ValueError, "not subscribed to by any node"),
    "breakpoint": ({"interrupt_before_nodes": ["q"]}, ValueError, "Node q not in nodes"),
    "no node": ({"nodes": {"x": 3}}, TypeError, "Invalid node type"),
    "reserved": ({"nodes": {"__input__": NodeBuilder().subscribe_only("a")}}, ValueError, "is reserved"),
    "timeout": ({"nodes": {"x": NodeBuilder().subscribe_only("a").do(len).set_timeout(1)}}, ValueError, "async nodes"),
    "unknown argument": ({"chanels": {}}, TypeError, "unexpected keyword argument 'chanels'"),
    "tasks": (
        {"nodes": {"x": NodeBuilder().subscribe_only("a").write_to("__pregel_tasks")}},
        InvalidUpdateError,
        "reserved channel",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_wiring_is_told_when_the_graph_is_made(case: str) -> None:
    change, kind, text = WRONG[case]
    right: dict[str, Any] = {
        "nodes": {"x": NodeBuilder().subscribe_only("a")},
        "channels": {"a": engine.LastValue(int), "b": engine.LastValue(int)},
        "input_channels": "a",
        "output_channels": "b",
    }
    Pregel(**right)

    with pytest.raises(kind, match=text):
        Pregel(**{**right, **change})


def test_one_channel_alone_and_several_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="Cannot subscribe to 'b' alone"):
        NodeBuilder().subscribe_only("a").subscribe_only("b")
    with pytest.raises(ValueError, match="Cannot subscribe to other channels"):
        NodeBuilder().subscribe_only("a").subscribe_to("b")
    with pytest.raises(ValueError, match="Cannot read other channels"):
        NodeBuilder().subscribe_only("a").read_from("b")
