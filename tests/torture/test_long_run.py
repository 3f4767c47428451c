"""A run of many steps takes no more memory at its end than at its beginning."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

STEPS = int(
    os.environ.get("STEPGRAPH_TORTURE_STEPS", "50000" if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else "10000")
)

MOST_MB = 20

_JOB = """
import os, sys
from typing import TypedDict
from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver

class State(TypedDict):
    n: int

steps, sizes = int(sys.argv[2]), {}

def resident_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

def count(state):
    n = state["n"] + 1
    if n in (500, steps):
        sizes[n] = resident_mb()
    return {"n": n}

builder = StateGraph(State)
builder.add_node("count", count)
builder.add_edge(START, "count")
builder.add_conditional_edges("count", lambda s: "again" if s["n"] < steps else "stop", {"again": "count", "stop": END})
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    graph = builder.compile(checkpointer=saver)
    config = {"configurable": {"thread_id": "long"}, "recursion_limit": 10**9}
    assert graph.invoke({"n": 0}, config, durability=sys.argv[3])["n"] == steps
print(sizes[steps] - sizes[500])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_memory_does_not_grow_with_the_number_of_steps(quick_disk: Path, durability: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _JOB, str(quick_disk / "runs.sqlite"), str(STEPS), durability],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    grown_mb = float(done.stdout)
    assert grown_mb <= MOST_MB, f"{STEPS} steps, durability {durability}: {grown_mb:.1f} MB more"
