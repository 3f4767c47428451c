"""The clock jumps between two runs of one thread: same order, same result, no body twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import pytest

import engine.ids
import engine.runtime.save_checkpoint
from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver

STEPS = 12
CONFIG: dict[str, Any] = {"configurable": {"thread_id": "jumping"}}
HOUR_S, YEAR_S = 3600, 365 * 86_400


class State(TypedDict):
    n: int


class Clock:
    """The time that new checkpoints get; stands still or jumps when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead_s = 0.0
        self.frozen_ns: int | None = None
        self._monkeypatch = monkeypatch
        self._real_ns = time.time_ns
        monkeypatch.setattr(time, "time_ns", self.time_ns)
        monkeypatch.setattr(engine.runtime.save_checkpoint, "now_utc", self.now_utc)

    def time_ns(self) -> int:
        now = self._real_ns() if self.frozen_ns is None else self.frozen_ns
        return now + int(self.ahead_s * 1e9)

    def now_utc(self) -> str:
        return datetime.fromtimestamp(self.time_ns() / 1e9, UTC).isoformat()

    def start_a_new_process(self) -> None:
        """The last id given out is only remembered within a process."""
        self._monkeypatch.setattr(engine.ids, "_last_ticks", 0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def run(path: Path, bodies: list[int], value: dict[str, int] | None) -> Any:
    """One process: it goes on until the next breakpoint."""

    def count(state: State) -> dict[str, int]:
        bodies.append(state["n"] + 1)
        return {"n": state["n"] + 1}

    builder = StateGraph(State)
    builder.add_node("count", count)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda s: "again" if s["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = builder.compile(checkpointer=saver, interrupt_after=["count"])
        graph.invoke(value, CONFIG)
        return graph.get_state(CONFIG)


@pytest.mark.parametrize("jump_s", [-HOUR_S, -10 * YEAR_S, 10 * YEAR_S], ids=["-1 h", "-10 y", "+10 y"])
def test_a_jump_of_the_clock_changes_neither_order_nor_result(tmp_path: Path, clock: Clock, jump_s: float) -> None:
    path, bodies = tmp_path / "runs.sqlite", list[int]()
    state = run(path, bodies, {"n": 0})

    for _ in range(STEPS - 1):
        clock.start_a_new_process()
        clock.ahead_s = jump_s - clock.ahead_s  # there, and back again
        state = run(path, bodies, None)

    assert bodies == list(range(1, STEPS + 1))
    assert state.values == {"n": STEPS} and state.next == ()
    assert steps_of(path) == list(range(STEPS, -2, -1))


def test_a_clock_that_stands_still_changes_neither_order_nor_result(tmp_path: Path, clock: Clock) -> None:
    path, bodies = tmp_path / "runs.sqlite", list[int]()
    clock.frozen_ns = 1_700_000_000_000_000_000
    state = run(path, bodies, {"n": 0})

    for _ in range(STEPS - 1):
        clock.start_a_new_process()
        state = run(path, bodies, None)

    assert bodies == list(range(1, STEPS + 1))
    assert state.values == {"n": STEPS}
    assert steps_of(path) == list(range(STEPS, -2, -1))


@pytest.fixture
def central_europe() -> Iterator[None]:
    """This process lives where the hour changes."""
    with pytest.MonkeyPatch.context() as zone:
        zone.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set")
@pytest.mark.parametrize(
    ("began_utc", "hours"),
    [("2026-10-25T00:30", [2] * 9 + [3] * 3), ("2026-03-29T00:30", [1] * 3 + [3] * 6 + [4] * 3)],
    ids=["an hour twice", "an hour less"],
)
@pytest.mark.usefixtures("central_europe")
def test_the_night_of_the_changed_hour_changes_neither_order_nor_result(
    tmp_path: Path, clock: Clock, began_utc: str, hours: list[int]
) -> None:
    """Ten minutes from step to step. ``hours``: what the clock on the wall shows at each."""
    path, bodies = tmp_path / "runs.sqlite", list[int]()
    began_s = int(datetime.fromisoformat(began_utc).replace(tzinfo=UTC).timestamp())
    shown, state = list[int](), None

    for step in range(STEPS):
        clock.start_a_new_process()
        clock.frozen_ns = (began_s + 600 * step) * 10**9
        shown.append(time.localtime(clock.frozen_ns / 1e9).tm_hour)
        state = run(path, bodies, {"n": 0} if step == 0 else None)

    assert shown == hours
    assert bodies == list(range(1, STEPS + 1))
    assert state is not None and state.values == {"n": STEPS}
    assert steps_of(path) == list(range(STEPS, -2, -1))


def steps_of(path: Path) -> list[int]:
    """The steps in the order of the history, newest first."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        return [header.metadata["step"] for header in saver.store.headers("jumping")]
