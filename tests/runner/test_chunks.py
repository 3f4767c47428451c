"""A run of many supersteps is one stream: nothing is read again between them, and it stops where it is told to."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.runner.breakpoints import Breakpoint
from engine.runner.engine_kit import own_kit
from engine.runner.run_events import CheckpointSaved, RunFinished, RunPaused
from tests.runner.small_graphs import Drive, write_graph

LENGTH = 30
BODIES = {
    "plain": "def work(state):\n    return {'tries': state.get('tries', 0) + 1}\n",
    "async": (
        "import asyncio\n\nloops = set()\n\n\nasync def work(state):\n    loops.add(id(asyncio.get_running_loop()))\n"
        "    return {'tries': state.get('tries', 0) + len(loops)}\n"
    ),
}


def chain(folder: Path, body: str, **settings: Any) -> Drive:
    """``node_0`` to ``node_29``, one after the other. ``settings``: of every node."""
    names = [f"node_{number}" for number in range(LENGTH)]
    edges = [("__start__", names[0]), *pairwise(names)]
    graph = {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "chain",
        "state": "STATE:State",
        "nodes": {name: {"fn": "NODES:work", **settings} for name in names},
        "edges": [{"from": source, "to": target} for source, target in edges],
    }
    return Drive(write_graph(folder, json.dumps(graph), body), own_kit())


class CountingGraph:
    """The compiled graph of a driver, with the streams that were begun."""

    def __init__(self, drive: Drive) -> None:
        self._graph = drive.driver._stream._graph
        self.streams = 0
        drive.driver._stream._graph = self

    def stream(self, *args: Any, **options: Any) -> Any:
        self.streams += 1
        return self._graph.stream(*args, **options)

    def astream(self, *args: Any, **options: Any) -> Any:
        self.streams += 1
        return self._graph.astream(*args, **options)


@pytest.mark.parametrize("body", BODIES)
def test_a_run_of_many_supersteps_is_one_stream(tmp_path: Path, body: str) -> None:
    drive = chain(tmp_path, BODIES[body])
    graph = CountingGraph(drive)

    drive.driver.run({}, "t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert graph.streams == 1
    assert drive.snapshot().values["tries"] == LENGTH  # asynchronous nodes had one event loop


@pytest.mark.parametrize("body", BODIES)
def test_it_stops_at_a_breakpoint_far_into_it_and_goes_on_from_there(tmp_path: Path, body: str) -> None:
    drive = chain(tmp_path, BODIES[body])
    graph = CountingGraph(drive)
    drive.driver.watch.breakpoints = (Breakpoint("b", node="node_17"),)

    drive.driver.run({}, "t", stepping=False)

    stopped = drive.snapshot()
    assert isinstance(drive.last(), RunPaused)
    assert (stopped.next, stopped.values["tries"]) == (("node_17",), 17)
    assert drive.last().checkpoint_id == stopped.config["configurable"]["checkpoint_id"]
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)
    assert graph.streams == 2
    assert len([event for event in drive.told if isinstance(event, CheckpointSaved)]) == LENGTH + 2


def test_it_stops_before_a_node_whose_result_is_cached_and_does_not_take_the_result(tmp_path: Path) -> None:
    drive = chain(tmp_path, BODIES["plain"], cache={})
    drive.driver.run({}, "t", stepping=False)
    drive.driver.watch.breakpoints = (Breakpoint("b", node="node_17"),)

    drive.driver.run({}, "other", stepping=False)

    stopped = drive.snapshot("other")
    assert isinstance(drive.last(), RunPaused)
    assert (stopped.next, stopped.values["tries"]) == (("node_17",), 17)
    assert [task.result for task in stopped.tasks] == [None]


def test_an_edit_at_a_stop_is_what_the_run_goes_on_with(tmp_path: Path) -> None:
    drive = chain(tmp_path, BODIES["plain"])
    drive.driver.watch.breakpoints = (Breakpoint("b", node="node_17"),)
    drive.driver.run({}, "t", stepping=False)

    drive.branch(drive.last().checkpoint_id, {"tries": 100}, "node_16")
    drive.driver.go_on("t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["tries"] == 100 + LENGTH - 17
