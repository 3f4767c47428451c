"""What each durability mode leaves unsaved, at most: how many finished steps a kill would cost. No mode has a queue."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, TypedDict

import pytest

from engine import END, START, SqliteSaver, StateGraph
from engine.store.sqlite_store import SqliteStore

STEPS = 12
CONFIG: dict[str, Any] = {"configurable": {"thread_id": "t"}, "recursion_limit": 100}


class State(TypedDict):
    n: int


def behind_of(path: Path, durability: str, *, is_async: bool) -> list[int]:
    """Run a loop; in each body, look from outside how many finished steps are not in the file yet."""
    looks: list[int] = []

    def body(state: State) -> dict[str, int]:
        other = SqliteStore(path, read_only=True)
        stored = other.load("t", "")
        other.close()
        looks.append(state["n"] - (stored.values.get("n", 0) if stored is not None else 0))
        return {"n": state["n"] + 1}

    builder = StateGraph(State)
    builder.add_node("count", body)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = builder.compile(checkpointer=saver)
        if is_async:
            asyncio.run(graph.ainvoke({"n": 0}, CONFIG, durability=durability))
        else:
            graph.invoke({"n": 0}, CONFIG, durability=durability)
        assert graph.get_state(CONFIG).values == {"n": STEPS}
        stored = len(list(saver.store.headers("t")))
    assert stored == (1 if durability == "exit" else STEPS + 2)
    return looks


@pytest.mark.parametrize("is_async", [False, True], ids=["invoke", "ainvoke"])
@pytest.mark.parametrize("durability", ["sync", "async"])
def test_no_finished_step_is_unsaved_when_the_next_begins(tmp_path: Path, durability: str, is_async: bool) -> None:
    assert behind_of(tmp_path / "runs.sqlite", durability, is_async=is_async) == [0] * STEPS


@pytest.mark.parametrize("is_async", [False, True], ids=["invoke", "ainvoke"])
def test_exit_saves_once_at_the_end_and_nothing_before(tmp_path: Path, is_async: bool) -> None:
    SqliteStore(tmp_path / "runs.sqlite").close()

    assert behind_of(tmp_path / "runs.sqlite", "exit", is_async=is_async) == list(range(STEPS))
