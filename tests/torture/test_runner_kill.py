"""Kill -9 of the runner at random points of the example: nothing committed is lost, nothing committed runs twice.

One runner serves one case and is killed; the next one first repairs that thread, then becomes the next victim.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runner import requests, run_events
from engine.runner.protocol import Told
from tests.torture.runner_bench import REQUESTS, Bench, Runner, input_of, is_end, taken_up, witnessed

SEED = int(os.environ.get("STEPGRAPH_TORTURE_SEED", "20261121"))
KILLS = int(os.environ.get("STEPGRAPH_TORTURE_KILLS", "100"))


@pytest.fixture
def bench(example_graph: Path, tmp_path: Path) -> Iterator[Bench]:
    yield from witnessed(example_graph, tmp_path / "witness.txt")


def kill_at(runner: Runner, thread: str, kind: str, chance: random.Random) -> list[str]:
    """Start a run, kill the runner after some events and some more microseconds. Returns the checkpoints it told of."""
    start = len(runner.seen)
    runner.send(requests.Run(input_of(kind, thread), thread))
    for _ in range(chance.randrange(1, 30)):
        message = runner.next()
        if message is None or (isinstance(message, Told) and is_end(message.event)):
            break
    until = time.perf_counter() + chance.uniform(0, 0.004)
    while time.perf_counter() < until:
        pass
    runner.process.kill()
    runner.process.wait()
    while runner.next() is not None:
        pass
    saved = [event.checkpoint.id for event in runner.seen[start:] if isinstance(event, run_events.CheckpointSaved)]
    return list(dict.fromkeys(saved))


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_a_killed_runner_loses_nothing_committed_and_runs_nothing_committed_again(bench: Bench) -> None:
    chance = random.Random(SEED)
    runner = bench.new_runner()
    bench.run_undisturbed(runner)
    gone_on = 0

    for number in range(KILLS):
        kind, thread = chance.choice(sorted(REQUESTS)), f"#{number}"
        case = f"kill {number} of seed {SEED} ({kind})"
        told = kill_at(runner, thread, kind, chance)
        runner = bench.new_runner()
        gone_on += taken_up(bench, runner, thread, kind, told, case, most_untold=1)

    # On a quiet machine most of them; a busy one is often late with the kill, and the run is over.
    assert gone_on >= KILLS // 10, f"only {gone_on} of {KILLS} kills hit a run: the test has lost its aim"
