"""The clock jumps while a thread is driven: rows keep their order, nothing runs again, and the past reads the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.runner.driver import Driver
from engine.runner.engine_kit import kit_named
from engine.runner.host import load_graph
from engine.runner.run_database import open_database
from engine.runner.run_events import RunEvent, RunFinished
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph

pytestmark = pytest.mark.torture

HOUR_S = 3600.0
YEAR_S = 365 * 24 * HOUR_S
JUMPS: dict[str, Callable[[float, int], float]] = {
    "an hour back": lambda now_s, step: now_s - HOUR_S * step,
    "ten years back": lambda now_s, step: now_s - 10 * YEAR_S * min(step, 1),
    "ten years ahead": lambda now_s, step: now_s + 10 * YEAR_S * min(step, 1),
    "back and forth": lambda now_s, step: now_s + (HOUR_S if step % 2 else -HOUR_S),
    "frozen": lambda now_s, step: 1_700_000_000.0,
}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_jump_between_steps_changes_neither_order_nor_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: Callable[[float, int], float]
) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    real = time.time
    step = 0
    monkeypatch.setattr(time, "time", lambda: jump(real(), step))
    monkeypatch.setattr(time, "time_ns", lambda: int(jump(real(), step) * 1e9))
    kit = kit_named("stepgraph")
    told: list[RunEvent] = []
    with ExitStack() as resources:
        for step in range(4):
            saver, history = open_database(path, "stepgraph", resources)  # a fresh process in spirit
            driver = Driver(load_graph(path, kit), saver, history, told.append)
            if step == 0:
                driver.run({"topic": "both"}, "t", stepping=True)
            else:
                driver.go_on("t", stepping=True)
        past = history.read("t", saver)
        log = saver.get_tuple({"configurable": {"thread_id": "t"}}).checkpoint["channel_values"]["log"]

    assert isinstance(told[-1], RunFinished)
    assert log == ["classify", "left", "right", "finish"]
    rows = list(past.checkpoints.values())
    assert [row.next for row in rows] == [("__start__",), ("classify",), ("left", "right"), ("finish",), ()]
    assert [row.parent_id for row in rows[1:]] == [row.id for row in rows[:-1]]
    assert past.head == rows[-1].id
