"""Who failed of itself, who is kept and who is only a victim."""

from __future__ import annotations

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.failure_story import failure_lines, failures, victims
from editor.debugger.focus import Focus
from editor.debugger.run_picture import NodeLook, picture_of
from editor.debugger.run_state import CheckpointRow, ErrorReport, Phase, RunState, TaskRow
from engine.graph.spec import END, EdgeSpec, GraphSpec, NodeSpec

GRAPH = GraphSpec(
    nodes={name: NodeSpec(f"n:{name}") for name in ("a", "b", "c", "d", "join", "after")},
    edges=(EdgeSpec(("b", "c"), "join"), EdgeSpec("join", "after"), EdgeSpec("c", END), EdgeSpec("d", "after")),
)


def task(node: str, state: str, ended_s: float = 0.0) -> TaskRow:
    error = ErrorReport("ValueError", f"{node} broke\nbadly", "", node) if state == "failed" else None
    return TaskRow(node, node, state, error, duration_s=ended_s, started_at_s=0.0)


def row(*tasks: TaskRow) -> CheckpointRow:
    return CheckpointRow("1", None, 1, "loop", tuple(each.node for each in tasks), (), "", tasks=tasks)


def test_a_sibling_that_was_cancelled_and_the_join_behind_are_victims() -> None:
    failed = row(task("b", "done"), task("c", "failed"), task("d", "planned"))

    assert victims(failed, GRAPH) == {"d": ("c",), "join": ("c",)}
    assert failure_lines(failed, GRAPH, "c") == (
        "b finished and will not run again.", "Not run because of c: d, join."
    )  # fmt: skip


def test_two_that_failed_are_both_roots_the_earlier_one_first() -> None:
    failed = row(task("b", "failed", 2.0), task("c", "failed", 1.0))

    assert [each.node for each in failures(failed)] == ["c", "b"]
    assert victims(failed, GRAPH) == {"join": ("c", "b")}
    assert failure_lines(failed, GRAPH, "c")[0] == "b failed as well: ValueError: b broke"
    assert failure_lines(failed, GRAPH, "b")[0] == "c failed as well: ValueError: c broke"


def test_of_a_failing_router_the_node_is_said_to_have_done_its_work() -> None:
    error = ErrorReport("KeyError", "'x'", "", "c", while_routing=True)
    failed = row(TaskRow("c", "c", "failed", error))
    picture = picture_of(RunState(Phase.FAILED, "t", CheckpointLog().with_row(failed), "1"), Focus(), GRAPH)

    assert failure_lines(failed, GRAPH, "c")[0] == "c had done its work, and does it again with its router."
    assert picture.nodes["c"].error_line == "KeyError in router: 'x'"
    assert (error.who, ErrorReport("E", "", "").who) == ("The router of c", "The run")


def test_without_a_failure_there_is_no_victim() -> None:
    assert victims(row(task("b", "planned"), task("c", "waiting")), GRAPH) == {}


def test_the_picture_tells_victims_from_what_is_next() -> None:
    failed = row(task("b", "done"), task("c", "failed"), task("d", "planned"))
    state = RunState(Phase.FAILED, "t", CheckpointLog().with_row(failed), "1")

    nodes = picture_of(state, Focus(), GRAPH).nodes

    assert {name: moment.look for name, moment in nodes.items() if name in GRAPH.nodes} == {
        "a": NodeLook.NOT_REACHED, "b": NodeLook.KEPT, "c": NodeLook.FAILED, "d": NodeLook.NOT_RUN,
        "join": NodeLook.NOT_RUN, "after": NodeLook.NOT_REACHED,
    }  # fmt: skip
    assert nodes["join"].because_of == ("c",)


def test_of_a_fan_out_the_kept_and_the_failed_tasks_are_counted() -> None:
    failed = row(*(task("b", state) for state in ("done", "failed", "done", "failed", "planned")), task("d", "done"))

    assert failure_lines(failed, GRAPH, "b")[:2] == (
        "2 tasks of b failed: the arrows on its card lead from one to the next.",
        "2 of 5 tasks of b, d finished and will not run again.",
    )
    assert failure_lines(failed, GRAPH, "c")[0] == "2 tasks of b failed as well: ValueError: b broke"
