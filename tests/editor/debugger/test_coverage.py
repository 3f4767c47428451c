"""What a run used of its graph, and what it never did."""

from __future__ import annotations

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.coverage import ROWS_AT_ONCE, CoverageCount, coverage_of, covered_picture
from editor.debugger.run_picture import EdgeLook, NodeLook, RunPicture
from editor.debugger.run_state import CheckpointRow, RouteTaken, RunState
from engine.graph.spec import END, START, BranchOutlet, BranchSpec, EdgeId, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

GRAPH = GraphSpec(
    nodes={"a": NodeSpec(), "b": NodeSpec(), "c": NodeSpec()},
    edges=(EdgeSpec(START, "a"), EdgeSpec("b", END), EdgeSpec("c", END)),
    routers={"a": (RouterSpec("m:r", (BranchSpec("left", "b"), BranchSpec("right", "c"))),)},
)
LEFT = RouteTaken("a", "", "left", "b")


def row(name: str, *ran: str, source: str = "loop", routes: tuple[RouteTaken, ...] = ()) -> CheckpointRow:
    return CheckpointRow(name, None, 0, source, (), (), "", ran=ran, routes=routes)


def state(*rows: CheckpointRow, thread: str = "t") -> RunState:
    return RunState(thread_id=thread, checkpoints=CheckpointLog(rows))


def test_nodes_and_branches_are_counted_over_all_forks() -> None:
    count = CoverageCount()
    rows = (row("1", START), row("2", "a", routes=(LEFT,)), row("3", "b"), row("4", "a", routes=(LEFT,)))

    count.follow(state(*rows))

    found = count.of(GRAPH)
    assert found.nodes == {"a": 2, "b": 1, "c": 0}
    assert [(each.label, each.times) for each in found.branches] == [("left", 2), ("right", 0)]
    assert (found.nodes_ran, found.branches_taken) == (2, 1)


def test_copies_and_edits_in_a_nodes_name_are_no_visits() -> None:
    count = CoverageCount()

    count.follow(state(row("1", "a"), row("2", "a", source="fork"), row("3", "a", source="update", routes=(LEFT,))))

    found = count.of(GRAPH)
    assert found.nodes["a"] == 1
    assert found.branches[0].times == 1, "the edit took the branch"


def test_a_growing_run_is_counted_once_and_another_run_anew() -> None:
    count = CoverageCount()
    log = CheckpointLog([row("1", "a")])
    count.follow(RunState(thread_id="t", checkpoints=log))
    count.follow(RunState(thread_id="t", checkpoints=log.with_row(row("2", "b"))))
    assert count.of(GRAPH).nodes == {"a": 1, "b": 1, "c": 0}

    count.follow(state(row("9", "c"), thread="other"))

    assert count.of(GRAPH).nodes == {"a": 0, "b": 0, "c": 1}


def test_the_canvas_tells_what_was_never_used() -> None:
    count = CoverageCount()
    count.follow(state(row("1", START), row("2", "a", routes=(LEFT,)), row("3", "b")))

    picture = covered_picture(count.of(GRAPH), GRAPH, RunPicture(locked=True))

    assert {name: moment.look for name, moment in picture.nodes.items()} == {
        "a": NodeLook.DONE,
        "b": NodeLook.DONE,
        "c": NodeLook.SKIPPED,
        START: NodeLook.DONE,
        END: NodeLook.DONE,
    }
    assert picture.edges[EdgeId(BranchOutlet("a", "", "left"), "b")].look is EdgeLook.TAKEN
    assert picture.edges[EdgeId(BranchOutlet("a", "", "right"), "c")].look is EdgeLook.SKIPPED
    assert picture.locked


def test_a_long_run_is_counted_in_portions_so_that_the_window_answers_between_them() -> None:
    count = CoverageCount()
    long = state(*(row(str(number), "a") for number in range(ROWS_AT_ONCE + 1)))

    assert not count.follow(long)
    assert count.of(GRAPH).nodes["a"] == ROWS_AT_ONCE
    assert count.follow(long)
    assert count.of(GRAPH).nodes["a"] == ROWS_AT_ONCE + 1


def test_what_is_inside_a_subgraph_is_covered_under_its_path_and_marked_on_its_own_level() -> None:
    outer = GraphSpec(nodes={"deep": NodeSpec(graph=GRAPH), "after": NodeSpec()})

    found = coverage_of(outer, {"deep": 2, "deep/a": 3, "deep/b": 1}, {("deep/a", "", "left"): 1})

    assert found.nodes == {"deep": 2, "deep/a": 3, "deep/b": 1, "deep/c": 0, "after": 0}
    assert [(each.node, each.label, each.times) for each in found.branches] == [
        ("deep/a", "left", 1), ("deep/a", "right", 0)
    ]  # fmt: skip
    picture = covered_picture(found, outer, RunPicture())
    assert picture.nodes["after"].look is NodeLook.SKIPPED
    inside = picture.inside[("deep",)]
    assert {name: inside.nodes[name].visits for name in "abc"} == {"a": 3, "b": 1, "c": 0}
    assert inside.edges[EdgeId(BranchOutlet("a", "", "right"), "c")].look is EdgeLook.SKIPPED
