"""Runner figures of performance.md: ready after start, F10 to event, continue per step, stop of a hung node.

``python tests/benchmarks/bench_runner.py [rounds]``; ``hangs`` instead of a number: only Stop and kill of each way to
hang, until no process of it is left. Prints medians and 99th percentiles, and a bare ``python -c pass``
beside them, since a good part of the start is the interpreter's own.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.runner import requests
from engine.runner.run_events import RunFinished, RunnerExited, RunnerReady, RunPaused
from tests.runner.small_graphs import write_graph
from tests.runner.talk import Talk
from tests.torture.test_hung_nodes import HANGS, hang, hung_graph, until_gone

LOOP = """{
  "format": "stategraph", "format_version": "1.0", "name": "loop", "state": "STATE:State",
  "nodes": {"spin": {"fn": "NODES:spin"}},
  "edges": [{"from": "__start__", "to": "spin"}],
  "routers": {"spin": {"branches": [
    {"label": "again", "when": "tries < LIMIT", "to": "spin"}, {"label": "else", "to": "__end__"}
  ]}}
}"""
SPIN = "def spin(state):\n    return {'tries': state.get('tries', 0) + 1}\n"
HANG = "def spin(state):\n    print('hangs')\n    while True: pass\n"
STEPS = 200


def graph(body: str) -> Path:
    return write_graph(Path(tempfile.mkdtemp()), LOOP.replace("LIMIT", str(STEPS)), body)


def bare_interpreter_s() -> float:
    began_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began_s


async def ready_s() -> tuple[float, float]:
    """Until RunnerReady, and until the first pause of a stepped run."""
    began_s = time.perf_counter()
    async with Talk(graph(SPIN)) as runner:
        runner.send(requests.Run({}, "t", stepping=True))
        await runner.until(RunnerReady)
        ready = time.perf_counter() - began_s
        await runner.until(RunPaused)
        return ready, time.perf_counter() - began_s


async def steps_s() -> tuple[list[float], float]:
    """Each F10 until its RunPaused, then the rest of the loop run through, per step."""
    async with Talk(graph(SPIN)) as runner:
        runner.send(requests.Run({}, "t", stepping=True))
        await runner.until(RunPaused)
        times: list[float] = []
        for _ in range(STEPS // 2):
            began_s = time.perf_counter()
            runner.send(requests.GoOn("t", stepping=True))
            await runner.until(RunPaused)
            times.append(time.perf_counter() - began_s)
        began_s = time.perf_counter()
        runner.send(requests.GoOn("t"))
        await runner.until(RunFinished)
        return times, (time.perf_counter() - began_s) / (STEPS // 2)


async def stop_s() -> tuple[float, float]:
    """A hung node: with grace, and hard."""
    times: list[float] = []
    for hard in (False, True):
        async with Talk(graph(HANG)) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until_printed("hangs")
            began_s = time.perf_counter()
            runner.client.kill() if hard else runner.client.stop()
            await runner.until(RunnerExited)
            times.append(time.perf_counter() - began_s)
    return times[0], times[1]


async def gone_s(body: str, *, hard: bool) -> float:
    """Of a node that hangs so: from the order until the runner and all that the node started are gone."""
    path = hung_graph(Path(tempfile.mkdtemp()), body)
    async with Talk(path) as runner:
        processes = await hang(runner, path.parent)
        began_s = time.perf_counter()
        runner.client.kill() if hard else runner.client.stop()
        await until_gone(processes)
        took_s = time.perf_counter() - began_s
        await runner.until(RunnerExited)
        return took_s


def hangs() -> None:
    for name, body in HANGS.items():
        for how, hard in (("Stop", False), ("kill", True)):
            row(f"{how}: {name}", [asyncio.run(gone_s(body, hard=hard)) for _ in range(3)])


def row(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    print(f"{name:40} median {statistics.median(ordered) * 1000:8.1f} ms   p99 {p99 * 1000:8.1f} ms   n={len(ordered)}")


def main(rounds: int) -> None:
    bare = [bare_interpreter_s() for _ in range(rounds)]
    starts = [asyncio.run(ready_s()) for _ in range(rounds)]
    walks = [asyncio.run(steps_s()) for _ in range(max(1, rounds // 3))]
    stops = [asyncio.run(stop_s()) for _ in range(max(1, rounds // 3))]
    row("bare interpreter", bare)
    row("runner ready", [ready for ready, _ in starts])
    row("paused before the first node", [paused for _, paused in starts])
    row("F10 to RunPaused", [each for times, _ in walks for each in times])
    row("continue, per superstep", [each for _, each in walks])
    row("stop a hung node, with grace", [grace for grace, _ in stops])
    row("stop a hung node, hard", [hard for _, hard in stops])


if __name__ == "__main__":
    hangs() if sys.argv[1:] == ["hangs"] else main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
