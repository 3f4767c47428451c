"""A disk that is really full: the step that could not be stored is told at once, and nothing runs after it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest

from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import StoreWriteError

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "full"}, "recursion_limit": 10_000}
STEPS = 400


class State(TypedDict):
    n: int
    text: str


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 768 KB of its own."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small tmpfs")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=768k", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def counting(database: Path, bodies: list[int]) -> Any:
    def count(state: State) -> dict[str, Any]:
        bodies.append(state["n"] + 1)
        return {"n": state["n"] + 1, "text": f"{state['n']}" * 3000}

    builder = StateGraph(State)
    builder.add_node("count", count)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    with SqliteSaver.from_conn_string(str(database)) as saver:
        graph = builder.compile(checkpointer=saver)
        known = saver.store.load("full", "") is not None
        return graph.invoke(None if known else {"n": 0, "text": ""}, CONFIG, durability="sync")


def test_no_body_runs_after_the_disk_is_full_and_the_run_goes_on_when_there_is_room(small_disk: Path) -> None:
    database, bodies = small_disk / "runs.sqlite", list[int]()

    with pytest.raises(StoreWriteError, match="full"):
        counting(database, bodies)

    store = SqliteStore(database, read_only=True)
    newest = store.load("full", "")
    store.close()
    assert newest is not None
    assert len(bodies) > 20, "the disk filled too early to tell anything"
    assert bodies == list(range(1, newest.values["n"] + 2)), "one body ran whose step could not be stored, and no other"

    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
    after: list[int] = []
    result = counting(database, after)

    assert result["n"] == STEPS
    assert after == list(range(newest.values["n"] + 1, STEPS + 1))


def test_a_disk_that_is_full_from_the_start_is_told_before_anything_runs(small_disk: Path) -> None:
    bodies: list[int] = []
    with pytest.raises(OSError, match="No space"), open(small_disk / "ballast", "wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)

    with pytest.raises(StoreWriteError):
        counting(small_disk / "runs.sqlite", bodies)

    assert bodies == []
