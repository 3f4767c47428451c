"""Counting step by step while a run goes on gives the same picture as counting everything anew."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.debugger import way_tally
from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.run_picture import picture_of
from editor.debugger.run_state import CheckpointRow, Phase, RouteTaken, RunState, TaskRow
from editor.debugger.way_tally import WayTallies
from engine.graph.spec import END, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

GRAPH = GraphSpec(
    nodes={name: NodeSpec() for name in "abc"},
    edges=(EdgeSpec("__start__", "a"), EdgeSpec("a", "b"), EdgeSpec("b", "c")),
    routers={"c": (RouterSpec("nodes:route", (BranchSpec("again", "a"), BranchSpec("end", "__end__"))),)},
)

steps = st.lists(
    st.tuples(
        st.sampled_from(["loop", "loop", "loop", "update"]),
        st.frozensets(st.sampled_from("abc"), max_size=2),
        st.sampled_from([None, "again", "end"]),
        st.integers(0, 40),  # how many checkpoints back the parent lies
    ),
    min_size=1,
    max_size=40,
)


def history(made: list[tuple[str, frozenset[str], str | None, int]]) -> list[CheckpointRow]:
    rows: list[CheckpointRow] = []
    for number, (source, ran, label, back) in enumerate(made):
        parent = rows[-1 - min(back if back > 35 else 0, number - 1)] if rows else None
        routes = (RouteTaken("c", "", label, "a"),) if label is not None and "c" in ran else ()
        rows.append(
            CheckpointRow(
                str(number),
                parent.id if parent else None,
                parent.step + 1 if parent else 0,
                source,
                ("a",) if number % 2 else ("b", "c"),
                (),
                "",
                ran=tuple(sorted(ran)),
                tasks=(TaskRow("t", "a", "done", duration_s=number / 10),),
                routes=routes,
            )
        )
    return rows


def test_a_result_that_was_given_stays_given_when_another_branch_is_taken_by_hand() -> None:
    log = CheckpointLog[CheckpointRow]()
    for row in (
        CheckpointRow("0", None, 0, "loop", ("c",), (), "", tasks=(TaskRow("t", "c", "failed", duration_s=5.0),)),
        CheckpointRow("1", "0", 1, "update", ("a",), (), "", ran=("c",), given=("c",)),
        CheckpointRow("2", "1", 2, "update", (), (), "", ran=("c",), routes=(RouteTaken("c", "", "end", END, True),)),
    ):
        log = log.with_row(row)

    tally = WayTallies().tally(RunState(Phase.PAUSED, "t", log, "2"), "2", GRAPH)

    assert tally.results_from == {"c": "user"}


@given(steps, st.integers(1, 7))
def test_following_a_run_shows_what_counting_anew_shows(
    made: list[tuple[str, frozenset[str], str | None, int]], keep_every: int
) -> None:
    tallies, log = WayTallies(), CheckpointLog()
    before, way_tally.KEEP_EVERY = way_tally.KEEP_EVERY, keep_every
    try:
        for row in history(made):
            log = log.with_row(row)
            state = RunState(Phase.PAUSED, "t", log, row.id)
            assert picture_of(state, Focus(), GRAPH, tallies) == picture_of(state, Focus(), GRAPH)
        for past in log:
            assert picture_of(state, Focus(past), GRAPH, tallies) == picture_of(state, Focus(past), GRAPH)
    finally:
        way_tally.KEEP_EVERY = before


def test_another_thread_is_counted_from_the_start() -> None:
    tallies = WayTallies()
    rows = history([("loop", frozenset("a"), None, 0), ("loop", frozenset("a"), None, 0)])
    picture_of(RunState(Phase.PAUSED, "t", CheckpointLog(rows), "1"), Focus(), GRAPH, tallies)

    picture = picture_of(RunState(Phase.PAUSED, "u", CheckpointLog(rows[:1]), "0"), Focus(), GRAPH, tallies)

    assert picture.nodes["a"].visits == 1


def test_a_past_that_was_told_in_parts_is_counted_when_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = history([("loop", frozenset("a"), None, 0)] * 1_000)
    tallies, arriving = WayTallies(), CheckpointLog()
    for start in range(0, 1_000, 100):
        for row in rows[start : start + 100]:
            arriving = arriving.with_row(row)
        picture_of(RunState(arriving=arriving), Focus(), GRAPH, tallies)
    opened = RunState(Phase.STOPPED, "t", arriving, rows[-1].id)
    expected = picture_of(opened, Focus(), GRAPH)
    counted: list[str] = []
    one_more = WayTallies._one_more

    def spy(self: WayTallies, tally: Any, row: CheckpointRow, parent: CheckpointRow | None) -> Any:
        counted.append(row.id)
        return one_more(self, tally, row, parent)

    monkeypatch.setattr(WayTallies, "_one_more", spy)
    picture = picture_of(opened, Focus(), GRAPH, tallies)

    assert picture == expected
    assert counted == []


def test_a_past_that_was_told_for_another_drawing_is_counted_anew() -> None:
    rows = CheckpointLog(history([("loop", frozenset("a"), None, 0)] * 10))
    tallies, other = WayTallies(), GraphSpec(nodes={"a": NodeSpec()}, edges=(EdgeSpec("a", "a"),))
    picture_of(RunState(arriving=rows), Focus(), GRAPH, tallies)
    opened = RunState(Phase.STOPPED, "t", rows, "9")

    assert picture_of(opened, Focus(), other, tallies) == picture_of(opened, Focus(), other)


def test_of_a_fan_out_the_time_counts_in_which_some_task_worked() -> None:
    spans = [(10.0, 2.0), (11.0, 3.0), (20.0, 0.5)]
    tasks = tuple(TaskRow(str(at), "a", "done", started_at_s=at, duration_s=took) for at, took in spans)
    first = CheckpointRow("0", None, 0, "loop", ("a",) * 3, (), "", tasks=tasks)
    after = CheckpointRow("1", "0", 1, "loop", ("b",), (), "", ran=("a",) * 3)
    log = CheckpointLog[CheckpointRow]().with_row(first).with_row(after)

    tally = WayTallies().tally(RunState(Phase.PAUSED, "t", log, "1"), "1", GRAPH)

    assert tally.durations_s == {"a": 4.5}
