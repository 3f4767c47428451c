"""Pause and retry in a parallel step: what finished is kept, and only what did not is run. Real runner processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.run_events import RunFailed, RunFinished, RunPaused, TaskChanged
from tests.runner.small_graphs import write_graph
from tests.runner.talk import Talk, talk

PARALLEL = """{
  "format": "stategraph", "format_version": "1.0", "name": "parallel", "state": "STATE:State",
  "nodes": {"quick": {"fn": "NODES:quick"}, "slow": {"fn": "NODES:slow"}, "join": {"fn": "NODES:join"}},
  "edges": [
    {"from": "__start__", "to": "quick"}, {"from": "__start__", "to": "slow"},
    {"from": ["quick", "slow"], "to": "join"}, {"from": "join", "to": "__end__"}
  ]
}"""

NODES = """
import os, pathlib, threading

HERE = pathlib.Path(__file__).parent

def note(name):
    with open(HERE / "ran.txt", "a") as file:
        file.write(name + "\\n")

def quick(state):
    note("quick")
    return {"log": ["quick"]}

def slow(state):
    note("slow")
    if (HERE / "gate").exists():
        print("slow waits", flush=True)
        while (HERE / "gate").exists():
            threading.Event().wait(0.01)
    if (HERE / "broken").exists():
        raise ValueError("slow is broken")
    return {"log": ["slow"]}

def join(state):
    note("join")
    return {"log": ["join"]}
"""

ASYNC_NODES = NODES.replace("def quick", "async def quick").replace("def slow", "async def slow").replace(
    "import os,", "import asyncio,").replace("threading.Event().wait(0.01)", "await asyncio.sleep(0.01)")  # fmt: skip


@pytest.fixture(params=["threads", "coroutines"])
def graph_path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write_graph(tmp_path, PARALLEL, NODES if request.param == "threads" else ASYNC_NODES)


def ran(graph_path: Path) -> list[str]:
    return (graph_path.parent / "ran.txt").read_text().split()


async def until_quick_is_done_and_slow_waits(conversation: Talk) -> None:
    await conversation.until_printed("slow waits")
    conversation._seen = 0
    await conversation.until(TaskChanged, where=lambda event: (event.task.node, event.task.state) == ("quick", "done"))


def test_a_pause_in_a_parallel_step_lets_it_finish_and_what_follows_runs_once(graph_path: Path) -> None:
    async def conversation() -> None:
        (graph_path.parent / "gate").touch()
        async with Talk(graph_path) as runner:
            runner.send(requests.Run({}, "t"))
            await until_quick_is_done_and_slow_waits(runner)
            await runner.ask(requests.Pause())
            (graph_path.parent / "gate").unlink()

            paused = await runner.until(RunPaused)
            assert paused.reason == "pause"
            assert sorted(ran(graph_path)) == ["quick", "slow"]
            runner.send(requests.GoOn("t"))
            await runner.until(RunFinished)

        assert sorted(ran(graph_path)) == ["join", "quick", "slow"]

    talk(conversation)


def test_a_run_ended_in_a_parallel_step_goes_on_with_what_had_not_finished(graph_path: Path) -> None:
    async def conversation() -> None:
        (graph_path.parent / "gate").touch()
        async with Talk(graph_path) as runner:
            runner.send(requests.Run({}, "t"))
            await until_quick_is_done_and_slow_waits(runner)
            runner.client.kill()
        (graph_path.parent / "gate").unlink()

        async with Talk(graph_path) as fresh:
            fresh.send(requests.GoOn("t"))
            await fresh.until(RunFinished)

        assert sorted(ran(graph_path)) == ["join", "quick", "slow", "slow"]

    talk(conversation)


def test_a_retry_runs_only_what_failed(graph_path: Path) -> None:
    async def conversation() -> None:
        (graph_path.parent / "broken").touch()
        (graph_path.parent / "gate").touch()
        async with Talk(graph_path) as runner:
            runner.send(requests.Run({}, "t"))
            await until_quick_is_done_and_slow_waits(runner)
            (graph_path.parent / "gate").unlink()
            failed = await runner.until(RunFailed)
            assert (failed.error.node, failed.error.locals_of.split(",")[0]) == (
                "slow", f"slow in {next(graph_path.parent.glob('nodes_*.py')).name}"
            )  # fmt: skip
            (graph_path.parent / "broken").unlink()

            runner.send(requests.GoOn("t", stepping=True))
            await runner.until(RunPaused)
            assert sorted(ran(graph_path)) == ["quick", "slow", "slow"]
            runner.send(requests.GoOn("t"))
            await runner.until(RunFinished)

        assert sorted(ran(graph_path)) == ["join", "quick", "slow", "slow"]

    talk(conversation)


def test_a_sibling_cancelled_by_a_failure_is_told_as_not_run(tmp_path: Path) -> None:
    nodes = ASYNC_NODES.replace('    note("quick")\n', '    note("quick")\n    raise KeyError("quick")\n')
    path = write_graph(tmp_path, PARALLEL, nodes)

    async def conversation() -> None:
        (tmp_path / "gate").touch()
        async with Talk(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFailed)
            states = {event.task.node: event.task.state for event in runner.told if isinstance(event, TaskChanged)}

        assert states == {"quick": "failed", "slow": "planned"}

    talk(conversation)
