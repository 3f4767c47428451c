"""Driving a small graph step by step, on our engine and on the installed langgraph, with the same code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.runner.breakpoints import Breakpoint
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import (
    CheckpointSaved,
    RunFailed,
    RunFinished,
    RunPaused,
    RunWaiting,
    TaskChanged,
    ThreadOpened,
)
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.fixture
def graph_path(tmp_path: Path, kit: EngineKit) -> Path:
    return write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit)


@pytest.fixture
def drive(graph_path: Path, kit: EngineKit) -> Drive:
    return Drive(graph_path, kit)


def rows(drive: Drive) -> list[Any]:
    return [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]


def config_of(checkpoint_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": "t", "checkpoint_id": checkpoint_id}}


def loop_graph(kit: EngineKit, folder: Path, limit: int) -> Path:
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "loop", "state": "STATE:State", "recursion_limit": LIMIT,
      "nodes": {"spin": {"fn": "NODES:spin"}},
      "edges": [{"from": "__start__", "to": "spin"}, {"from": "spin", "to": "spin"}]
    }""".replace("LIMIT", str(limit))
    return write_graph(folder, graph, "def spin(state):\n    return {'tries': state.get('tries', 0) + 1}\n", kit)


def test_a_stepped_run_pauses_before_the_first_node_and_after_each_superstep(drive: Drive) -> None:
    drive.driver.run({"topic": "both"}, "t", stepping=True)
    paused_before = [drive.snapshot().next]
    while isinstance(drive.last(), RunPaused):
        drive.driver.go_on("t", stepping=True)
        paused_before.append(drive.snapshot().next)

    assert paused_before == [("classify",), ("left", "right"), ("finish",), ()]
    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == ["classify", "left", "right", "finish"]


def test_stepping_saves_exactly_the_checkpoints_of_a_run_without_stops(drive: Drive, kit: EngineKit) -> None:
    drive.driver.run({"topic": "both"}, "t", stepping=True)
    while isinstance(drive.last(), RunPaused):
        drive.driver.go_on("t", stepping=True)
    drive.graph.invoke({"topic": "both"}, {"configurable": {"thread_id": "plain"}})

    def steps(thread: str) -> list[Any]:
        history = drive.graph.get_state_history({"configurable": {"thread_id": thread}})
        return [(each.metadata["step"], each.next, each.values) for each in history]

    assert steps("t") == steps("plain")


def test_rows_tell_what_ran_what_changed_and_which_way_the_router_went(drive: Drive) -> None:
    drive.driver.run({"topic": "right"}, "t", stepping=False)

    told = [(row.step, row.source, row.ran, row.changed_keys, row.next) for row in rows(drive)]
    assert told == [
        (-1, "input", (), (), ("__start__",)),
        (0, "loop", ("__start__",), told[1][3], ("classify",)),
        (1, "loop", ("classify",), ("log",), ("right",)),
        (2, "loop", ("right",), ("log",), ("finish",)),
        (3, "loop", ("finish",), ("log",), ()),
    ]
    assert "topic" in told[1][3]
    assert [(route.node, route.label, route.target) for row in rows(drive) for route in row.routes] == [
        ("classify", "right", "right")
    ]


def test_a_run_stops_at_a_breakpoint_only(drive: Drive) -> None:
    drive.driver.watch.breakpoints = (Breakpoint("1", node="finish"),)
    drive.driver.run({"topic": "left"}, "t", stepping=False)

    assert drive.last().reason == "breakpoint before 'finish'"
    assert drive.snapshot().next == ("finish",)


def test_pause_stops_at_the_next_boundary(graph_path: Path, kit: EngineKit, tmp_path: Path) -> None:
    drive = Drive(loop_graph(kit, tmp_path, 500), kit)
    tell = drive.driver._tell

    def pause_in_the_third_step(event: Any) -> None:
        tell(event)
        if isinstance(event, CheckpointSaved) and event.checkpoint.step == 2:
            drive.driver.ask_to_pause()

    drive.driver._tell = pause_in_the_third_step
    drive.driver.run({}, "t", stepping=False)

    assert drive.last().reason == "pause"
    assert drive.snapshot().metadata["step"] == 2


def test_a_question_waits_and_its_answer_reaches_the_node(drive: Drive) -> None:
    drive.driver.run({"topic": "human"}, "t", stepping=False)
    (question,) = drive.last().questions
    assert (question.node, question.value) == ("ask", {"question": "why?"})

    drive.driver.answer("t", {question.id: "because"}, stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == ["classify", "ask because", "finish"]


def test_a_failed_branch_is_told_with_the_users_frames_and_its_sibling_is_kept(drive: Drive) -> None:
    drive.driver.run({"topic": "both", "tries": -1}, "t", stepping=False)

    failed = drive.last()
    states = {event.task.node: event.task.state for event in drive.told if isinstance(event, TaskChanged)}
    assert isinstance(failed, RunFailed)
    assert (failed.error.kind, failed.error.message, failed.error.node) == ("ValueError", "right is broken", "right")
    assert "in right" in failed.error.traceback
    assert failed.error.traceback.count("File ") == 1
    assert states == {"classify": "done", "left": "done", "right": "failed"}


def test_a_retry_runs_only_what_failed(drive: Drive, kit: EngineKit) -> None:
    drive.driver.run({"topic": "both", "tries": -1}, "t", stepping=False)
    drive.told.clear()
    drive.driver.go_on("t", stepping=False)

    ran = [event.task.node for event in drive.told if type(event).__name__ == "TaskChanged"]
    assert set(ran) == {"right"}


def test_a_fork_takes_the_other_branch_and_leaves_the_first_in_place(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=False)
    after_classify = rows(drive)[2].id
    before = drive.graph.get_state(config_of(after_classify))
    drive.told.clear()

    preview = drive.preview(after_classify, {"topic": "right"})
    assert drive.told == []
    drive.branch(after_classify, {"topic": "right"})
    drive.driver.go_on("t", stepping=False)

    assert preview == {"next": ["right"], "was": ["left"], "error": None}
    assert drive.snapshot().values["log"] == ["classify", "right", "finish"]
    assert drive.graph.get_state(config_of(after_classify)) == before
    assert [(row.source, row.ran, row.next) for row in rows(drive)] == [
        ("update", ("classify",), ("right",)),
        ("loop", ("right",), ("finish",)),
        ("loop", ("finish",), ()),
    ]


def test_an_edited_list_replaces_the_old_one_although_the_key_has_a_reducer(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=False)
    after_classify = rows(drive)[2].id

    drive.branch(after_classify, {"log": ["edited"], "topic": "right"}, "classify")
    drive.driver.go_on("t", stepping=False)

    assert drive.snapshot().values["log"] == ["edited", "right", "finish"]
    assert drive.snapshot().values["topic"] == "right"


def test_a_fork_without_changes_is_a_copy_that_runs_again(drive: Drive) -> None:
    drive.driver.run({"topic": "both"}, "t", stepping=False)
    before_join = rows(drive)[3].id
    drive.told.clear()

    drive.branch(before_join, {})
    drive.driver.rest()

    assert drive.last().reason == "fork"
    assert (rows(drive)[0].source, rows(drive)[0].next) == ("fork", ("finish",))
    drive.driver.go_on("t", stepping=False)
    assert drive.snapshot().values["log"] == ["classify", "left", "right", "finish"]


def test_a_change_after_two_parallel_nodes_needs_a_name_to_be_made_in(drive: Drive) -> None:
    drive.driver.run({"topic": "both"}, "t", stepping=False)
    before_join = rows(drive)[3].id

    ambiguous = drive.preview(before_join, {"topic": "x"})
    named = drive.preview(before_join, {"topic": "x"}, "left")

    assert "as_node" in ambiguous["error"]
    assert named == {"next": ["finish"], "was": ["finish"], "error": None}


def test_a_preview_tells_why_the_router_refuses(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=False)

    preview = drive.preview(rows(drive)[2].id, {"topic": "nowhere"})

    assert preview["next"] == []
    assert "returned 'nowhere'" in preview["error"] and "'left'" in preview["error"]


def test_another_process_opens_the_thread_and_goes_on(drive: Drive, graph_path: Path) -> None:
    drive.driver.run({"topic": "human"}, "t", stepping=False)
    (question,) = drive.last().questions
    other = drive.again(graph_path)

    other.driver.answer("t", {question.id: "later"}, stepping=False)

    opened = other.told[0]
    assert isinstance(opened, ThreadOpened)
    assert [row.id for row in opened.checkpoints] == [row.id for row in rows(drive)]
    assert [each.id for each in opened.questions] == [question.id]
    assert other.snapshot().values["log"] == ["classify", "ask later", "finish"]


def test_checkpoints_without_a_fact_are_found_in_the_database(drive: Drive, graph_path: Path) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    drive.facts.facts = [fact for fact in drive.facts.facts if fact.data.get("checkpoint", {}).get("step") != 1]
    other = drive.again(graph_path)

    other.driver.go_on("t", stepping=False)

    opened = other.told[0]
    assert [(row.step, row.next) for row in opened.checkpoints] == [
        (-1, ("__start__",)),
        (0, ("classify",)),
        (1, ("left",)),
    ]
    assert isinstance(other.last(), RunFinished)


def test_a_loop_without_end_fails_at_the_graphs_limit_and_names_the_nodes(kit: EngineKit, tmp_path: Path) -> None:
    drive = Drive(loop_graph(kit, tmp_path, 12), kit)

    drive.driver.run({}, "t", stepping=False)

    assert drive.last().error.kind == "GraphRecursionError"
    assert "12 supersteps" in drive.last().error.message
    assert "spin, spin" in drive.last().error.message
    assert drive.snapshot().values["tries"] == 11


def test_a_checkpoint_that_waits_for_a_vanished_node_is_never_called_finished(
    drive: Drive, graph_path: Path, kit: EngineKit
) -> None:
    drive.driver.watch.breakpoints = (Breakpoint("1", node="left"),)
    drive.driver.run({"topic": "left"}, "t", stepping=False)
    text = graph_path.read_text(encoding="utf-8").replace('"left"', '"renamed"').replace(', "left":', ', "renamed":')
    graph_path.write_text(text, encoding="utf-8")
    other = drive.again(graph_path)

    other.driver.go_on("t", stepping=False)

    assert isinstance(other.last(), RunFailed)
    assert "'left'" in other.last().error.message


def test_expression_routers_take_the_first_true_condition_or_else(kit: EngineKit, tmp_path: Path) -> None:
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State",
      "nodes": {"few": {"fn": "NODES:say"}, "many": {"fn": "NODES:say"}, "start": {"fn": "NODES:say"}},
      "edges": [{"from": "__start__", "to": "start"}],
      "routers": {"start": {"branches": [
        {"label": "few", "when": "tries < 3 and topic != 'x'", "to": "few"},
        {"label": "lots", "when": "len(topic) > 20", "to": "many"},
        {"label": "else", "to": "__end__"}
      ]}}
    }"""
    nodes = "def say(state):\n    return {'log': ['x']}\n"
    drive = Drive(write_graph(tmp_path, graph, nodes, kit), kit)

    taken = []
    inputs = [{"tries": 1, "topic": "a"}, {"tries": 9, "topic": "b" * 30}, {"tries": 9, "topic": "c"}]
    for number, input in enumerate(inputs):
        drive.told.clear()
        drive.driver.run(input, f"t{number}", stepping=False)
        taken += [(route.label, route.target) for row in rows(drive) for route in row.routes]
    drive.driver.run({"topic": "a"}, "t9", stepping=False)

    assert taken == [("few", "few"), ("lots", "many"), ("else", "__end__")]
    assert "key that the state does not have yet" in drive.last().error.message


def test_two_pending_questions_are_answered_by_id_one_after_the_other(kit: EngineKit, tmp_path: Path) -> None:
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State",
      "nodes": {"one": {"fn": "NODES:ask"}, "two": {"fn": "NODES:ask"}},
      "edges": [{"from": "__start__", "to": "one"}, {"from": "__start__", "to": "two"}]
    }"""
    nodes = "from ENGINE import interrupt\ndef ask(state):\n    return {'log': [interrupt('?')]}\n"
    drive = Drive(write_graph(tmp_path, graph, nodes, kit), kit)
    drive.driver.run({}, "t", stepping=False)
    first, second = sorted(drive.last().questions, key=lambda question: question.node)

    drive.driver.answer("t", {second.id: "b"}, stepping=False)
    left = drive.last()
    drive.driver.answer("t", {first.id: "a"}, stepping=False)

    assert isinstance(left, RunWaiting)
    assert [question.id for question in left.questions] == [first.id]
    assert drive.snapshot().values["log"] == ["a", "b"]


def test_coroutine_nodes_run_on_a_loop_of_their_own(kit: EngineKit, tmp_path: Path) -> None:
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State",
      "nodes": {"one": {"fn": "NODES:one"}, "two": {"fn": "NODES:two"}},
      "edges": [{"from": "__start__", "to": "one"}, {"from": "one", "to": "two"}]
    }"""
    nodes = """
import asyncio
async def one(state):
    await asyncio.sleep(0)
    return {"log": ["one"]}
def two(state):
    return {"log": ["two"]}
"""
    drive = Drive(write_graph(tmp_path, graph, nodes, kit), kit)

    drive.driver.run({}, "t", stepping=True)
    drive.driver.go_on("t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == ["one", "two"]


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("raise SystemExit(3)", "SystemExit", "sys.exit(3) was called"),
        ("raise SystemExit", "SystemExit", "sys.exit() was called"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    ],
)
def test_a_node_that_would_end_the_program_has_failed(
    tmp_path: Path, kit: EngineKit, line: str, kind: str, words: str
) -> None:
    """It would end the runner, and look as if the user had pressed Stop."""
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "leaves", "state": "STATE:State",
      "nodes": {"leave": {"fn": "NODES:leave"}},
      "edges": [{"from": "__start__", "to": "leave"}, {"from": "leave", "to": "__end__"}]
    }"""
    drive = Drive(write_graph(tmp_path, graph, f"def leave(state):\n    {line}\n", kit), kit)

    drive.driver.run({"topic": "left"}, "t", stepping=False)

    failed = drive.last()
    assert isinstance(failed, RunFailed)
    assert (failed.error.kind, failed.error.node) == (kind, "leave")
    assert words in failed.error.message and "in leave" in failed.error.traceback
    assert [event.task.state for event in drive.told if isinstance(event, TaskChanged)][-1] == "failed"
