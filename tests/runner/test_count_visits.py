"""Visits and branches counted over all runs of a graph, from what was written down alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_history import RunHistory
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph
from tests.runner.test_inside import nested


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def test_all_runs_are_counted_and_an_edit_is_no_visit(tmp_path: Path, kit: EngineKit) -> None:
    drive = Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)
    for thread, topic in (("t", "left"), ("u", "right"), ("v", "left")):
        drive.driver.run({"topic": topic}, thread, stepping=False)
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    head = drive.snapshot().config["configurable"]["checkpoint_id"]
    drive.branch(head, {"topic": "right"}, "classify")

    counted = RunHistory(drive.facts).count_visits()

    visits = {name: times for name, times in counted["nodes"].items() if not name.startswith("__")}
    assert visits == {"classify": 3, "left": 2, "right": 1, "finish": 3}
    assert (counted["threads"], counted["more"]) == (3, 0)
    routes = {(node, label): times for node, _router, label, times in counted["routes"]}
    assert routes[("classify", "left")] == 2


def test_what_ran_within_subgraphs_counts_under_its_path_and_one_run_alone_can_be_counted(
    tmp_path: Path, kit: EngineKit
) -> None:
    drive = nested(tmp_path, kit, "inherit")
    drive.driver.go_on("t", stepping=False)
    history = RunHistory(drive.facts)

    for counted in (history.count_visits(), history.count_visits("t")):
        inside = {name: times for name, times in counted["nodes"].items() if "/" in name and "__" not in name}
        assert inside["s/i"] == inside["s/deep"] == inside["s/j"] == 1
        assert {name for name in inside if name.startswith("s/deep/")}
        assert counted["threads"] == 1
    assert history.count_visits("another")["nodes"] == {}
