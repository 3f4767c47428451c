"""Every kind of breakpoint, on our engine and on the installed langgraph: where a run is held and what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import BreakpointsHit, OutputReceived, RunFailed, RunFinished, RunPaused, RunWaiting
from engine.runner.run_history import RunHistory
from engine.runner.told_past import events_of
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph

LOOP_GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "loop", "state": "STATE:State",
  "nodes": {"spin": {"fn": "NODES:spin"}},
  "edges": [{"from": "__start__", "to": "spin"}],
  "routers": {"spin": {"branches": [
    {"label": "again", "when": "tries < 9", "to": "spin"}, {"label": "else", "to": null}
  ]}}
}"""

LOOP_NODES = """
def spin(state):
    tries = state.get("tries", 0) + 1
    return {"tries": tries, "topic": "late" if tries > 5 else "early"}
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.fixture
def asking(tmp_path: Path, kit: EngineKit) -> Drive:
    return Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)


@pytest.fixture
def loop(tmp_path: Path, kit: EngineKit) -> Drive:
    graph = LOOP_GRAPH.replace('"to": null', '"to": "__end__"')
    return Drive(write_graph(tmp_path, graph, LOOP_NODES, kit), kit)


def run(drive: Drive, input: dict[str, Any], *breakpoints: Breakpoint) -> Any:
    drive.driver.watch.breakpoints = breakpoints
    drive.driver.run(input, "t", stepping=False)
    return drive.last()


def go_on(drive: Drive) -> Any:
    drive.driver.go_on("t", stepping=False)
    return drive.last()


def printed(drive: Drive) -> list[str]:
    return [line.text for event in drive.told if isinstance(event, OutputReceived) for line in event.lines]


def facts(drive: Drive) -> Any:
    return [event.breakpoints for event in drive.told if isinstance(event, BreakpointsHit)][-1]


def test_after_a_node_holds_when_its_step_is_saved(asking: Drive) -> None:
    stop = run(asking, {"topic": "left"}, Breakpoint("1", Where.AFTER, "left"))

    assert (type(stop), stop.reason) == (RunPaused, "breakpoint after 'left'")
    assert asking.snapshot().values["log"] == ["classify", "left"]
    assert asking.snapshot().next == ("finish",)


def test_a_branch_holds_when_its_router_decides_for_it(asking: Drive) -> None:
    wanted = Breakpoint("1", Where.BRANCH, "classify", label="right")

    assert isinstance(run(asking, {"topic": "left"}, wanted), RunFinished)
    stop = run(asking, {"topic": "right"}, wanted)

    assert stop.reason == "breakpoint on branch 'right' of 'classify'"
    assert asking.snapshot().next == ("right",)


def test_a_key_holds_when_a_node_changes_it_but_not_when_it_writes_the_same(loop: Drive) -> None:
    first = run(loop, {}, Breakpoint("1", Where.KEY, key="topic"))
    second = go_on(loop)

    assert first.reason == "breakpoint on key 'topic' (was not set, became 'early')"
    assert second.reason == "breakpoint on key 'topic' (was 'early', became 'late')"
    assert loop.snapshot().values["tries"] == 6
    assert isinstance(go_on(loop), RunFinished)


@pytest.mark.parametrize("wanted", ["late", '"late"'])
def test_a_key_can_wait_for_one_value(loop: Drive, wanted: str) -> None:
    stop = run(loop, {}, Breakpoint("1", Where.KEY, key="topic", becomes=wanted))

    assert stop.reason == "breakpoint on key 'topic' (was 'early', became 'late')"


def test_a_condition_sees_the_state_and_node_visit_and_step(loop: Drive) -> None:
    condition = "tries == 3 and node == 'spin' and visit == 4 and step == 3 and any(tries > n for n in [2])"

    stop = run(loop, {}, Breakpoint("1", node="spin", condition=condition))

    assert stop.reason == f"breakpoint before 'spin', {condition}"
    assert loop.snapshot().values["tries"] == 3


def test_a_key_without_a_value_counts_as_none(loop: Drive) -> None:
    stop = run(loop, {}, Breakpoint("1", node="spin", condition="topic is None"))

    assert isinstance(stop, RunPaused)


def test_a_condition_that_fails_holds_and_says_why(loop: Drive) -> None:
    stop = run(loop, {}, Breakpoint("1", node="spin", condition="tires > 3"))

    assert stop.reason == "breakpoint before 'spin': its condition failed, NameError: name 'tires' is not defined"
    assert facts(loop)[0].error.startswith("The condition 'tires > 3' cannot be evaluated: NameError")


def test_a_mended_condition_loses_its_error(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", node="spin", condition="tires > 3"))
    loop.driver.watch.breakpoints = (Breakpoint("1", node="spin", condition="tries == 2"),)
    go_on(loop)

    assert [(each.hits, each.error) for each in facts(loop)] == [(1, "")]


def test_a_hit_count_lets_the_first_hits_pass(loop: Drive) -> None:
    stop = run(loop, {}, Breakpoint("1", node="spin", hit_count=4))
    assert stop.reason == "breakpoint before 'spin', hit 4"
    assert loop.snapshot().values["tries"] == 3

    go_on(loop)

    assert loop.snapshot().values["tries"] == 4


def test_a_new_run_counts_hits_anew(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", node="spin", hit_count=4))
    loop.driver.run({}, "u", stepping=False)

    assert loop.last().reason == "breakpoint before 'spin', hit 4"
    assert loop.snapshot("u").values["tries"] == 3


def test_hits_counted_by_an_earlier_process_count_on(loop: Drive) -> None:
    loop.driver.run({}, "t", stepping=True)
    loop.driver.watch.breakpoints = (Breakpoint("1", node="spin", hit_count=4),)
    loop.driver.watch.earlier_hits = {"1": 2}
    go_on(loop)

    assert loop.last().reason == "breakpoint before 'spin', hit 4"
    assert loop.snapshot().values["tries"] == 2


def test_a_log_breakpoint_prints_and_goes_on(loop: Drive) -> None:
    wanted = Breakpoint(
        "1", Where.AFTER, "spin", condition="tries > 7", log="{node} {visit}: {topic!r} {tries:03d} {{}}"
    )

    stop = run(loop, {}, wanted)

    assert isinstance(stop, RunFinished)
    assert printed(loop) == ["spin 8: 'late' 008 {}", "spin 9: 'late' 009 {}"]


def test_a_log_template_that_fails_says_why_in_its_place(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", Where.AFTER, "spin", condition="tries > 8", log="it is {tires}"))

    assert printed(loop) == ["it is {tires: NameError: name 'tires' is not defined}"]


def test_a_disabled_breakpoint_neither_holds_nor_counts(loop: Drive) -> None:
    stop = run(loop, {}, Breakpoint("1", node="spin", enabled=False))

    assert isinstance(stop, RunFinished)
    assert not [event for event in loop.told if isinstance(event, BreakpointsHit)]


def test_a_one_shot_breakpoint_holds_once_and_tells_that_it_is_spent(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", node="spin", one_shot=True))

    assert facts(loop)[0].spent
    assert isinstance(go_on(loop), RunFinished)


def test_a_failure_tells_which_breakpoint_on_error_it_hit(asking: Drive) -> None:
    stop = run(asking, {"topic": "both", "tries": -1}, Breakpoint("1", Where.ERROR), Breakpoint("2", node="finish"))

    assert isinstance(stop, RunFailed)
    assert stop.reason == "breakpoint on error in 'right' (ValueError: right is broken)"


def test_a_question_tells_which_breakpoint_on_interrupt_it_hit(asking: Drive) -> None:
    wanted = Breakpoint("1", Where.INTERRUPT, "ask", log="{node} asks about {topic}")

    stop = run(asking, {"topic": "human"}, wanted)

    assert isinstance(stop, RunWaiting)
    assert printed(asking) == ["ask asks about human"]


def test_several_hits_of_one_step_are_told_together(asking: Drive) -> None:
    stop = run(asking, {"topic": "both"}, Breakpoint("1", node="left"), Breakpoint("2", Where.AFTER, "classify"))

    assert stop.reason == "breakpoint before 'left' and after 'classify'"


def test_breakpoints_add_no_checkpoints(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", node="spin"), Breakpoint("2", Where.KEY, key="tries"), Breakpoint("3", log="x"))
    while isinstance(loop.last(), RunPaused):
        go_on(loop)
    loop.graph.invoke({}, {"configurable": {"thread_id": "plain"}})

    def steps(thread: str) -> list[Any]:
        history = loop.graph.get_state_history({"configurable": {"thread_id": thread}})
        return [(each.metadata["step"], each.next, each.values) for each in history]

    assert steps("t") == steps("plain")


def test_running_to_a_node_holds_before_it_once(loop: Drive) -> None:
    loop.driver.run({}, "t", stepping=True)
    loop.driver.go_on("t", stepping=False, until="spin")

    assert loop.last().reason == "reached 'spin'"
    assert loop.snapshot().values["tries"] == 1
    assert isinstance(go_on(loop), RunFinished)


def test_hits_are_counted_anew_when_another_thread_is_opened(tmp_path: Path, kit: EngineKit) -> None:
    drive = Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)
    for thread in ("one", "two"):
        drive.driver.run({"topic": "left"}, thread, stepping=True)
    drive.driver.watch.breakpoints = (Breakpoint("1", node="left"),)
    drive.driver.go_on("two", stepping=False)
    assert [each.hits for each in drive.driver.watch.facts()] == [1]

    drive.driver.go_on("one", stepping=False)

    assert [each.hits for each in drive.driver.watch.facts()] == [1]


def test_hits_are_kept_with_the_run_and_told_when_it_is_opened(loop: Drive) -> None:
    run(loop, {}, Breakpoint("1", node="spin", hit_count=2), Breakpoint("2", node="spin", one_shot=True))
    counted = loop.driver.watch.facts()

    told = list(events_of("t", RunHistory(loop.facts).read("t", loop.saver)))

    assert {each.id: each.hits for each in counted} == {"1": 1, "2": 1}
    assert isinstance(told[-1], BreakpointsHit)
    assert told[-1].breakpoints == tuple(replace(each, spent=False) for each in counted)
