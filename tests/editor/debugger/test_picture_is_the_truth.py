"""At each stop of random graphs, what the window shows is what the engine says: next, done, failed, waiting, taken."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import NodeLook, RunPicture, picture_of
from editor.debugger.run_state import Phase, RunState
from engine.graph.spec import BranchOutlet
from engine.runner.engine_kit import own_kit
from tests.runner.random_graphs import Oracle, Plan, plans, write_plan
from tests.runner.small_graphs import Drive

MOST_STOPS = 12


def shown(picture: RunPicture, *looks: NodeLook) -> set[str]:
    return {name for name, moment in picture.nodes.items() if moment.look in looks and not name.startswith("__")}


def check(plan: Plan, state: RunState, snapshot: Any, oracle: Oracle) -> None:
    picture = picture_of(state, Focus(), plan.spec)
    log = Counter(snapshot.values.get("log", []))

    assert shown(picture, NodeLook.NEXT, NodeLook.FAILED, NodeLook.WAITING) == set(snapshot.next)
    # A task that failed, was tried again and asks or is done now still has its old error in the snapshot.
    failed = {task.name for task in snapshot.tasks if task.error and not task.interrupts and task.name in snapshot.next}
    assert shown(picture, NodeLook.FAILED) == failed
    assert shown(picture, NodeLook.WAITING) == {task.name for task in snapshot.tasks if task.interrupts}
    assert {name: moment.visits for name, moment in picture.nodes.items() if name in plan.spec.nodes} == {
        name: log[name] for name in plan.spec.nodes
    }
    taken = {
        (line.outlet.node, line.outlet.label): moment.times
        for line, moment in picture.edges.items()
        if isinstance(line.outlet, BranchOutlet) and moment.times
    }
    assert taken == told_routes(state) and taken.keys() <= oracle.routes.keys()


def told_routes(state: RunState) -> dict[tuple[str, str], int]:
    return dict(Counter((route.node, route.label) for row in state.path_to(state.head) for route in row.routes))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans())
def test_the_picture_equals_the_engines_state_at_every_stop(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, oracle = write_plan(plan, Path(folder))
        drive = Drive(path, own_kit())
        drive.driver.run({}, "t", stepping=True)
        for _ in range(MOST_STOPS):
            state = RunState()
            for event in drive.told:
                state = reduce(state, event)
            snapshot = drive.snapshot()
            check(plan, state, snapshot, oracle)
            if state.phase is Phase.FINISHED:
                assert told_routes(state) == dict(oracle.routes)
                break
            if state.phase is Phase.WAITING:
                drive.driver.answer("t", {question.id: 1 for question in state.questions}, stepping=True)
            else:
                drive.driver.go_on("t", stepping=True)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans())
def test_a_past_moment_looks_as_it_looked_when_it_was_now(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, _ = write_plan(plan, Path(folder))
        drive = Drive(path, own_kit())
        drive.driver.run({}, "t", stepping=True)
        state = RunState()
        then: dict[str, RunPicture] = {}
        for _ in range(MOST_STOPS):
            for event in drive.told:
                state = reduce(state, event)
            drive.told.clear()
            if state.phase is not Phase.PAUSED:
                break
            assert state.head is not None
            then[state.head] = picture_of(state, Focus(), plan.spec)
            drive.driver.go_on("t", stepping=True)

        then.pop(state.head, None)  # that one is still now
        for checkpoint_id, picture in then.items():
            now = picture_of(state, Focus(checkpoint_id), plan.spec)
            assert now.edges == picture.edges
            assert {name: (m.look, m.visits) for name, m in now.nodes.items()} == {
                name: (m.look, m.visits) for name, m in picture.nodes.items()
            }
