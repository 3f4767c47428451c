"""Recorded runs of the templates and the example, which stay: each is replayed, and meets a graph that lost a node.

They were exported by ``stepgraph history export``, one file for each run, in a folder named as its graph. Where a
template is changed on purpose, its runs are recorded anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.runner import requests
from engine.runner.local_files import prepare_folder, runs_database
from engine.runner.run_events import GraphDrifted, RunFailed, TaskChanged, ThreadOpened
from engine.store.sqlite_store import SqliteStore
from engine.time_travel import import_thread
from tests.runner.talk import Talk, talk

pytestmark = pytest.mark.torture

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "resources"
RUNS = {f"{file.parent.name}/{file.stem}": file for file in sorted((ROOT / "tests/data/recorded_runs").glob("*/*"))}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Path:
    return RUNS[request.param]


@pytest.fixture
def graph(run: Path, tmp_path: Path) -> Path:
    """The graph of the run in a folder of its own, and the run in its database."""
    name = run.parent.name
    shelf = next(shelf for shelf in ("templates", "examples") if (RESOURCES / shelf / name).is_dir())
    folder = shutil.copytree(
        RESOURCES / shelf / name, tmp_path / name, ignore=shutil.ignore_patterns(".stepgraph", "__pycache__")
    )
    path = folder / f"{name}.graph.json"
    with closing(SqliteStore(prepare_folder(runs_database(path)))) as store, run.open(encoding="utf-8") as lines:
        import_thread(store, lines, thread_id="recorded")
    return path


def test_a_recorded_run_is_replayed_to_its_end_and_no_node_runs(graph: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", "replay", str(graph), "--thread", "recorded"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    *steps, last = map(json.loads, done.stdout.splitlines())
    with closing(SqliteStore(runs_database(graph), read_only=True)) as store:
        newest, headers = store.load("recorded", ""), list(store.headers("recorded"))
    assert newest is not None
    assert (last["type"], last["reason"], last["next"]) == ("end", "", [])
    assert [step["live"] for step in steps] == [[]] * len(steps)
    assert steps[-1]["recorded"] == headers[0].checkpoint_id
    recorded = {key: value for key, value in newest.values.items() if key in last["values"]}
    assert recorded and last["values"] == last["values"] | json.loads(json.dumps(recorded, default=repr))


def without(path: Path, node: str) -> None:
    """The graph loses the node, and all that leads to it or away from it. It still begins somewhere."""
    graph = json.loads(path.read_text(encoding="utf-8"))
    del graph["nodes"][node]
    graph["edges"] = [edge for edge in graph["edges"] if node not in (edge["to"], *names(edge["from"]))]
    if not any("__start__" in names(edge["from"]) for edge in graph["edges"]):
        graph["edges"].append({"from": "__start__", "to": next(iter(graph["nodes"]))})
    graph.get("routers", {}).pop(node, None)
    for routers in graph.get("routers", {}).values():
        for router in routers if isinstance(routers, list) else [routers]:
            cut(router["branches"], node)
    path.write_text(json.dumps(graph), encoding="utf-8")


def names(source: Any) -> list[str]:
    return source if isinstance(source, list) else [source]


def cut(branches: Any, node: str) -> None:
    for branch in branches if isinstance(branches, list) else [branches]:
        for key, target in branch.items():
            if key != "label" and target == node:
                branch[key] = "__end__"


def test_a_node_that_is_due_and_gone_is_told_at_every_step_of_a_recorded_run(graph: Path) -> None:
    """From each step at which the node is due: the run fails in words or is refused, and no node runs."""
    whole = graph.read_text(encoding="utf-8")

    async def due_steps() -> dict[str, list[str]]:
        async with Talk(graph, inspect_only=True) as looking:
            looking.send(requests.OpenThread("recorded"))
            opened = await looking.until(ThreadOpened)
        return {node: [row.id for row in opened.checkpoints if node in row.next] for node in json.loads(whole)["nodes"]}

    async def meets_its_loss(node: str, steps: list[str]) -> None:
        graph.write_text(whole, encoding="utf-8")
        without(graph, node)
        async with Talk(graph) as runner:
            for step in steps:
                reply = await runner.ask(requests.Fork("recorded", step, {}, None, then="resume"))
                if reply.error is not None:
                    assert node in reply.error
                    continue
                drifted = await runner.until(GraphDrifted, where=lambda event: bool(event.missing))
                assert [each.node for each in drifted.missing] == [node]
                failed = await runner.until(RunFailed)
                assert failed.error.kind == "GraphChangedError" and node in failed.error.message
            assert not [event for event in runner.told if isinstance(event, TaskChanged)]

    async def conversation() -> None:
        due = await due_steps()
        assert sum(map(len, due.values())) > 1
        for node, steps in due.items():
            if steps:
                await meets_its_loss(node, steps)

    talk(conversation)
