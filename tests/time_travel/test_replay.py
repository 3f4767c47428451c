"""A replay follows the record to the letter, runs no node, and says where the record no longer fits the graph."""

from __future__ import annotations

import operator
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest

from engine import END, START, Command, Send, StateGraph, entrypoint, interrupt, task
from engine.store.sqlite_saver import SqliteSaver
from engine.time_travel import Replay, list_branches, replay
from engine.time_travel.forking import fork

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    n: int
    answer: str
    log: Annotated[list[Any], operator.add]


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[SqliteSaver]:
    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        yield saver


class Bodies:
    """Counts what ran."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def named(self, name: str, result: Any = None) -> Any:
        def body(state: Any) -> Any:
            self.ran.append(name)
            return {"log": [name]} if result is None else result(state) if callable(result) else result

        return body


def chain(saver: SqliteSaver, bodies: Bodies, *names: str, **results: Any) -> Any:
    builder = StateGraph(State)
    builder.add_sequence([(name, bodies.named(name, results.get(name))) for name in names])
    builder.add_edge(START, names[0])
    return builder.compile(checkpointer=saver)


def history(graph: Any, config: dict[str, Any] = CONFIG) -> list[Any]:
    """What a history shows of each checkpoint but its ids and times, oldest first."""
    told = []
    for each in graph.get_state_history(config):
        tasks = [
            (task.name, task.result, task.error, task.interrupts and task.interrupts[0].value) for task in each.tasks
        ]
        metadata = {key: value for key, value in each.metadata.items() if key != "replay_of"}
        told.append((each.values, each.next, metadata, tasks))
    return told[::-1]


def ids(graph: Any) -> list[str]:
    return [each.config["configurable"]["checkpoint_id"] for each in graph.get_state_history(CONFIG)][::-1]


# ---- what is repeated


def test_a_replayed_thread_is_the_recorded_one_and_no_node_has_run(saver: SqliteSaver) -> None:
    bodies = Bodies()
    graph = chain(saver, bodies, "a", "b", "c")
    graph.invoke({"n": 1}, CONFIG)
    graph.invoke({"n": 2}, CONFIG)
    bodies.ran.clear()

    found = replay(graph, CONFIG, into="again")

    assert (found.ended, found.reason, found.thread_id, found.fits) == ("end", "", "again", True)
    assert bodies.ran == []
    assert found.values == graph.get_state(CONFIG).values
    assert history(graph, {"configurable": {"thread_id": "again"}}) == history(graph)
    assert [step.given for step in found.steps if step.given][:4] == [("__start__",), ("a",), ("b",), ("c",)]


def test_without_a_thread_to_keep_it_nothing_is_kept(saver: SqliteSaver) -> None:
    graph = chain(saver, Bodies(), "a", "b")
    graph.invoke({}, CONFIG)
    before = saver.store.size_of("t")

    found = replay(graph, CONFIG)

    assert (found.thread_id, found.ended) == (None, "end")
    assert saver.store.threads() == ("t",) and saver.store.size_of("t") == before


def random_graph(saver: SqliteSaver, seed: int, bodies: Bodies) -> Any:
    """Some nodes with routers, jumps, fan-outs, joins and a loop that ends; results drawn when they run."""
    shape, chance = random.Random(seed), random.Random(seed + 1)
    names = [f"n{i}" for i in range(shape.randrange(3, 8))]
    builder = StateGraph(State)

    def body(name: str, jumps: list[str]) -> Any:
        def run(state: Any) -> Any:
            bodies.ran.append(name)
            update = {"log": [f"{name} {chance.random()}"]}
            return Command(update=update, goto=chance.choice(jumps)) if jumps else update

        return run

    def router(later: list[str]) -> Any:
        def choose(state: Any) -> Any:
            if chance.random() < 0.2:
                return [Send(later[0], {"log": [], "n": k}) for k in range(3)]
            return chance.sample(later, k=min(len(later), 2)) if chance.random() < 0.4 else chance.choice([*later, END])

        return choose

    for place, name in enumerate(names):
        later = names[place + 1 :]
        kind = shape.choice(["edge", "router", "jump", "both"]) if later else "last"
        jumps = later if kind == "jump" else []
        builder.add_node(name, body(name, jumps), destinations=tuple(jumps) or None)
        if kind in ("edge", "both"):
            builder.add_edge(name, shape.choice(later))
        if kind in ("router", "both"):
            builder.add_conditional_edges(name, router(later), [*later, END])
    for name in names[:2]:
        builder.add_edge(START, name)
    if len(names) > 4:
        builder.add_edge([names[0], names[1]], names[-1])
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("seed", range(25))
def test_any_record_is_repeated_to_the_letter(saver: SqliteSaver, seed: int) -> None:
    bodies = Bodies()
    graph = random_graph(saver, seed, bodies)
    graph.invoke({"n": seed}, CONFIG)
    graph.update_state(CONFIG, {"n": -seed}, as_node="n0")
    graph.invoke(None, CONFIG)
    bodies.ran.clear()

    found = replay(graph, CONFIG, into="again")

    assert found.fits and not found.reason, (seed, found)
    assert bodies.ran == []
    assert history(graph, {"configurable": {"thread_id": "again"}}) == history(graph), seed


def test_questions_and_error_handlers_in_the_record_are_passed_with_what_came_of_them(saver: SqliteSaver) -> None:
    bodies = Bodies()

    def broken(state: Any) -> Any:
        raise ValueError("no")

    builder = StateGraph(State)
    builder.add_node("ask", bodies.named("ask", lambda state: {"answer": interrupt("really?")}))
    builder.add_node("fail", bodies.named("fail", broken), error_handler=bodies.named("handle", {"log": ["handled"]}))
    builder.add_edge(START, "ask")
    builder.add_edge("ask", "fail")
    graph = builder.compile(checkpointer=saver)
    graph.invoke({}, CONFIG)
    waiting = replay(graph, CONFIG)
    graph.invoke(Command(resume="yes"), CONFIG)
    bodies.ran.clear()

    found = replay(graph, CONFIG, into="again")

    assert (waiting.ended, waiting.next) == ("until", ("ask",))
    assert (found.ended, bodies.ran) == ("end", [])
    assert found.values == {"answer": "yes", "log": ["handled"]}


def test_what_a_caller_wrote_with_a_command_is_repeated(saver: SqliteSaver) -> None:
    bodies = Bodies()
    graph = chain(saver, bodies, "ask", "b", ask=lambda state: {"answer": interrupt("really?")})
    graph.invoke({}, CONFIG)
    graph.invoke(Command(resume="yes", update={"n": 5}), CONFIG)
    graph.invoke(Command(goto="b", update={"n": 6}), CONFIG)
    bodies.ran.clear()

    found, live = replay(graph, CONFIG, into="again"), replay(graph, CONFIG, live=["ask", "b"])

    assert (found.ended, found.values) == ("end", {"n": 6, "answer": "yes", "log": ["b", "b"]})
    assert history(graph, {"configurable": {"thread_id": "again"}}) == history(graph)
    assert (live.ended, live.values, bodies.ran) == ("end", found.values, ["ask", "b", "b"])


def test_subgraphs_deferred_nodes_and_second_tries_are_passed(saver: SqliteSaver) -> None:
    tried: list[int] = []

    def flaky(state: Any) -> Any:
        tried.append(1)
        if len(tried) == 1:
            raise ValueError("not yet")
        return {"log": ["ok"]}

    inner = StateGraph(State).add_node("deep", lambda state: {"log": ["deep"]}).add_edge(START, "deep").compile()
    builder = StateGraph(State)
    builder.add_node("sub", inner)
    builder.add_node("flaky", flaky)
    builder.add_node("last", lambda state: {"log": ["last"]}, defer=True)
    builder.add_edge(START, "sub").add_edge(START, "flaky").add_edge("sub", "last").add_edge("flaky", "last")
    graph = builder.compile(checkpointer=saver)
    with pytest.raises(ValueError, match="not yet"):
        graph.invoke({"n": 1}, CONFIG)
    graph.invoke(None, CONFIG)

    found = replay(graph, CONFIG, into="again")

    assert found.ended == "end" and len(tried) == 2
    assert history(graph, {"configurable": {"thread_id": "again"}}) == history(graph)


def test_an_entrypoint_with_tasks_is_repeated(saver: SqliteSaver) -> None:
    ran: list[int] = []

    @task
    def double(n: int) -> int:
        ran.append(n)
        return 2 * n

    @entrypoint(checkpointer=saver)
    def flow(n: int) -> int:
        return double(n).result() + double(n + 1).result()

    flow.invoke(3, CONFIG)
    ran.clear()

    assert (replay(flow, CONFIG, into="again").ended, ran) == ("end", [])
    assert history(flow, {"configurable": {"thread_id": "again"}}) == history(flow)


def test_a_part_and_another_branch_can_be_replayed(saver: SqliteSaver) -> None:
    graph = chain(saver, Bodies(), "a", "b", "c")
    graph.invoke({}, CONFIG)
    first_line = ids(graph)
    old = {"configurable": {"thread_id": "t", "checkpoint_id": first_line[2]}}
    fork(graph, old, {"n": 7}, as_node="a")
    graph.invoke(None, CONFIG)

    part = replay(graph, old, until=first_line[3])
    branch = replay(graph, CONFIG)
    main = replay(graph, CONFIG, until=list_branches(saver.store, "t")[0].head)

    assert (part.ended, part.values, part.next) == ("until", {"log": ["a", "b"]}, ("c",))
    assert branch.values == {"n": 7, "log": ["a", "b", "c"]}
    assert main.values == {"log": ["a", "b", "c"]}
    with pytest.raises(LookupError, match="which branch to follow"):
        replay(graph, {"configurable": {"thread_id": "t", "checkpoint_id": first_line[-1]}})


# ---- where it fits no more


def changed(saver: SqliteSaver, build: Any) -> Replay:
    """Runs a, b, c; then replays the record with the graph that ``build`` makes."""
    chain(saver, Bodies(), "a", "b", "c").invoke({"n": 1}, CONFIG)
    return replay(build, CONFIG)


def test_a_renamed_node_is_named(saver: SqliteSaver) -> None:
    found = changed(saver, chain(saver, Bodies(), "a", "bee", "c"))

    assert (found.ended, found.node, found.fits) == ("differs", "a", False)
    assert found.reason == "The recorded result of node 'a' leads to 'b', which the graph has no more."
    assert found.values == {"n": 1, "log": []}


def test_an_edge_that_leads_elsewhere_now_is_named(saver: SqliteSaver) -> None:
    builder = StateGraph(State)
    for name in "abc":
        builder.add_node(name, lambda state: {})
    builder.add_edge(START, "a").add_edge("a", "c").add_edge("c", "b")

    found = changed(saver, builder.compile(checkpointer=saver))

    assert (found.ended, found.node) == ("differs", "a")
    assert found.reason == "Node 'a' has an edge to 'c' now; its recorded result led to 'b'."


def test_another_reducer_is_told_with_what_differs(saver: SqliteSaver) -> None:
    class Newest(TypedDict, total=False):
        n: int
        log: Annotated[list[Any], lambda old, new: new]

    builder = StateGraph(Newest)
    builder.add_sequence([(name, lambda state: {}) for name in "abc"])
    builder.add_edge(START, "a")

    found = changed(saver, builder.compile(checkpointer=saver))

    assert (found.ended, found.node) == ("differs", "b")
    assert found.diff is not None and found.diff.changed_keys == ("log",)
    assert "the graph makes another state of what 'b' wrote: log differs" in found.reason


def test_a_record_that_left_out_its_steps_is_told(saver: SqliteSaver) -> None:
    graph = chain(saver, Bodies(), "a", "b")
    graph.invoke({}, CONFIG, durability="exit", interrupt_before=["b"])
    graph.invoke(None, CONFIG, durability="exit")

    found = replay(graph, CONFIG)

    assert (found.ended, found.node) == ("differs", "b")
    assert "has no result of it" in found.reason


# ---- real nodes


def test_nodes_that_are_live_run_and_the_others_do_not(saver: SqliteSaver) -> None:
    bodies = Bodies()
    graph = chain(saver, bodies, "a", "b", "c")
    graph.invoke({}, CONFIG)
    bodies.ran.clear()

    found = replay(graph, CONFIG, live=["b"])

    assert (found.ended, bodies.ran) == ("end", ["b"])
    assert [step.live for step in found.steps] == [(), (), ("b",), ()]


def test_a_live_node_that_gives_something_else_ends_the_replay_there(saver: SqliteSaver) -> None:
    bodies = Bodies()
    chain(saver, bodies, "a", "b", "c").invoke({}, CONFIG)
    other = chain(saver, bodies, "a", "b", "c", b={"log": ["better"]})
    bodies.ran.clear()

    found = replay(other, CONFIG, live=["b"])

    assert (found.ended, found.node, bodies.ran) == ("differs", "b", ["b"])
    assert "'b' gave another result: log differs" in found.reason
    assert found.values["log"] == ["a", "better"]


@pytest.mark.parametrize("place", ["node", "checkpoint"])
def test_from_a_place_on_everything_runs(saver: SqliteSaver, place: str) -> None:
    bodies = Bodies()
    chain(saver, bodies, "a", "b", "c").invoke({}, CONFIG)
    other = chain(saver, bodies, "a", "b", "c", b={"log": ["better"]})
    at = ids(other)[2]
    bodies.ran.clear()

    found = replay(other, CONFIG, live_from="b" if place == "node" else at, into="again")

    assert (found.ended, bodies.ran) == ("end", ["b", "c"])
    assert found.values["log"] == ["a", "better", "c"]
    assert [(step.given, step.live) for step in found.steps][-2:] == [((), ("b",)), ((), ("c",))]


def test_a_live_node_gets_the_recorded_answers_unless_it_shall_ask_again(saver: SqliteSaver) -> None:
    bodies = Bodies()
    ask = {"ask": lambda state: {"answer": f"{interrupt('one')} {interrupt('two')}"}}
    graph = chain(saver, bodies, "a", "ask", "c", **ask)
    graph.invoke({}, CONFIG)
    graph.invoke(Command(resume="yes"), CONFIG)
    graph.invoke(Command(resume="no"), CONFIG)

    answered = replay(graph, CONFIG, live_from="ask")
    alone = replay(graph, CONFIG, live=["ask"])
    asked = replay(graph, CONFIG, live_from="ask", give_answers=False)

    assert (answered.ended, answered.values["answer"]) == ("end", "yes no")
    assert (alone.ended, alone.values["answer"]) == ("end", "yes no")
    assert (asked.ended, asked.node, asked.next) == ("question", "ask", ("ask",))


def test_what_a_live_node_raises_is_told_and_the_record_is_as_it_was(saver: SqliteSaver) -> None:
    def broken(state: Any) -> Any:
        raise ValueError("no")

    chain(saver, Bodies(), "a", "b").invoke({}, CONFIG)
    other = chain(saver, Bodies(), "a", "b", b=broken)
    before = history(other)

    found = replay(other, CONFIG, live=["b"])

    assert (found.ended, found.node, str(found.error)) == ("failed", "b", "no")
    assert history(other) == before


def test_asynchronous_nodes_run_as_well(saver: SqliteSaver) -> None:
    async def slow(state: Any) -> Any:
        return {"log": ["slow"]}

    builder = StateGraph(State)
    builder.add_node("a", lambda state: {"log": ["a"]})
    builder.add_node("slow", slow)
    builder.add_edge(START, "a").add_edge("a", "slow")
    graph = builder.compile(checkpointer=saver)
    import asyncio

    asyncio.run(graph.ainvoke({}, CONFIG))

    assert replay(graph, CONFIG, live=["slow"]).ended == "end"


# ---- what is refused


def test_what_is_not_there_is_refused_before_anything_is_written(saver: SqliteSaver) -> None:
    graph = chain(saver, Bodies(), "a")
    graph.invoke({}, CONFIG)

    with pytest.raises(LookupError, match="no thread 'nobody'"):
        replay(graph, {"configurable": {"thread_id": "nobody"}}, into="new")
    with pytest.raises(LookupError, match="no checkpoint 'x'"):
        replay(graph, CONFIG, until="x", into="new")
    with pytest.raises(LookupError, match="'b' is no node"):
        replay(graph, CONFIG, live=["b"], into="new")
    with pytest.raises(ValueError, match="already"):
        replay(graph, CONFIG, into="t")
    with pytest.raises(ValueError, match="no checkpointer"):
        replay(StateGraph(State).add_node("a", lambda s: {}).add_edge(START, "a").compile(), CONFIG)

    assert saver.store.threads() == ("t",)
