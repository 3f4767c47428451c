"""The SQLite store side by side with LangGraph's SqliteSaver: size on disk, time to read and write, memory.

Started by ``dev.py bench store``. Rows without a graph: both sides are told the same, checkpoint by checkpoint, each
with its task's writes. Rows of graphs are those of ``bench_engine``, and some that only concern the store. LangGraph's
5,000 growing steps take 13 GB in the temporary folder, which is a RAM disk where there is one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_engine import (
    api,
    config,
    counting_loop,
    fan_out_saved,
    fast_folder,
    list_history,
    saver_in,
    slow_folder,
    superstep_ram_disk,
    superstep_ram_disk_processor,
)
from tests.benchmarks.side_by_side import Scenario, main

PEER, OURS = "langgraph", "stepgraph"
THREAD = "1"
CREATED_AT = "2026-01-01T00:00:00.000000+00:00"


class Peer:
    """LangGraph's saver, spoken to as its loop does: writes first, then the whole checkpoint."""

    def __init__(self, path: str) -> None:
        from langgraph.checkpoint.sqlite import SqliteSaver

        self._context = SqliteSaver.from_conn_string(path)
        self.saver = self._context.__enter__()
        self._state: dict[str, Any] = {}
        self._versions: dict[str, str] = {}
        self._seen: dict[str, dict[str, str]] = {}
        self._at: dict[str, Any] = {"configurable": {"thread_id": THREAD, "checkpoint_ns": ""}}

    def step(self, step: int, node: str, changed: dict[str, Any], written: dict[str, Any], appended: bool) -> None:
        new = dict.fromkeys(changed, f"{step + 2:032}.0.1234567890123456")
        self._state.update(changed)
        self._versions.update(new)
        self._seen[node] = {f"branch:to:{node}": new[next(iter(new))]}
        if step:
            self.saver.put_writes(self._at, list(written.items()), task_id(step), f"~__pregel_pull, {node}")
        checkpoint: Any = {
            "v": 4,
            "id": checkpoint_id(step),
            "ts": CREATED_AT,
            "channel_values": self._state,
            "channel_versions": self._versions,
            "versions_seen": self._seen,
            "updated_channels": list(changed),
        }
        self._at = self.saver.put(self._at, checkpoint, {"source": "loop", "step": step, "parents": {}}, new)

    def read(self, step: int) -> dict[str, Any]:
        at = {"configurable": {**self._at["configurable"], "checkpoint_id": checkpoint_id(step)}}
        return self.saver.get_tuple(at).checkpoint["channel_values"]

    def list(self, limit: int) -> int:
        return len(list(self.saver.list({"configurable": {"thread_id": THREAD}}, limit=limit)))

    def close(self) -> None:
        self._context.__exit__(None, None, None)


class Ours:
    """Our store, told what changed."""

    def __init__(self, path: str) -> None:
        from engine.store.sqlite_store import SqliteStore

        self.store = SqliteStore(path)

    def step(self, step: int, node: str, changed: dict[str, Any], written: dict[str, Any], appended: bool) -> None:
        from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, TaskWrite

        grown = 1 if appended and step else None
        new = NewCheckpoint(
            checkpoint_id=checkpoint_id(step),
            parent_id=checkpoint_id(step - 1) if step else None,
            created_at=CREATED_AT,
            metadata={"source": "loop", "step": step, "parents": {}},
            changed={key: ChangedChannel(value, grown) for key, value in changed.items()},
            dropped=frozenset(),
            versions=dict.fromkeys(changed, step + 2),
            seen={node: {f"branch:to:{node}": step + 1}},
            updated_channels=tuple(changed),
        )
        path = f"~__pregel_pull, {node}"
        writes = [
            TaskWrite(task_id(step), key, value, place, path) for place, (key, value) in enumerate(written.items())
        ]
        self.store.save(THREAD, "", new, writes if step else [])

    def read(self, step: int) -> dict[str, Any]:
        stored = self.store.load(THREAD, "", checkpoint_id(step))
        assert stored is not None
        return dict(stored.values)

    def list(self, limit: int) -> int:
        return len(list(self.store.headers(THREAD, limit=limit)))

    def close(self) -> None:
        self.store.close()


def checkpoint_id(step: int) -> str:
    return f"{0x1F1E5B3F + step // 4096:08x}-46ae-6{step % 4096:03x}-81f3-{step:012x}"  # they grow, as real ones do


def task_id(step: int) -> str:
    return f"a6703ce1-47b3-4a77-2a62-{step:012x}"


@contextmanager
def opened(side: str) -> Iterator[tuple[Peer | Ours, Path]]:
    folder = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        path = Path(inside) / "runs.sqlite"
        kept = Ours(str(path)) if side == OURS else Peer(str(path))
        yield kept, path
        kept.close()


def text(chance: random.Random, length: int) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz ", k=length))


def one_int(kept: Peer | Ours, steps: int) -> None:
    for step in range(steps):
        kept.step(step, "count", {"n": step}, {"n": step}, False)


def growing(kept: Peer | Ours, steps: int) -> None:
    chance, log = random.Random(1), []
    for step in range(steps):
        message = {"role": "user", "content": text(chance, 1000)}
        log = [*log, message]
        kept.step(step, "say", {"log": log}, {"log": [message]}, True)


def wide(kept: Peer | Ours, steps: int) -> None:
    chance = random.Random(1)
    for step in range(steps):
        changed = {f"key{step % 100}": text(chance, 10_000)}
        if step == 0:
            changed = {f"key{number}": text(chance, 10_000) for number in range(100)}
        kept.step(step, "edit", changed, changed, False)


def chain(kept: Peer | Ours, nodes: int) -> None:
    for step in range(nodes):
        kept.step(step, f"node{step}", {"n": step, f"branch:to:node{step + 1}": None}, {"n": step}, False)


def size(fill: Callable[[Peer | Ours, int], None], steps: int, quick_steps: int) -> Callable[[str, bool], float]:
    def measure(side: str, quick: bool) -> float:
        with opened(side) as (kept, path):
            fill(kept, quick_steps if quick else steps)
            kept.close()
            megabytes = path.stat().st_size / 1e6
            return megabytes

    return measure


def writing(fill: Callable[[Peer | Ours, int], None], steps: int, quick_steps: int) -> Callable[[str, bool], float]:
    def measure(side: str, quick: bool) -> float:
        count = quick_steps if quick else steps
        with opened(side) as (kept, _):
            began = time.perf_counter()
            fill(kept, count)
            return (time.perf_counter() - began) / count * 1e6

    return measure


def least_ms(look: Callable[[], None]) -> float:
    """The least of ten looks in one process, which something else may disturb."""
    taken = []
    for _ in range(10):
        began = time.perf_counter()
        look()
        taken.append(time.perf_counter() - began)
    return min(taken) * 1e3


def last_over_first(side: str, quick: bool) -> float:
    """How many times as long as the first the last tenth of growing steps takes."""
    count = 50 if quick else 500
    with opened(side) as (kept, _):
        moments: list[float] = []
        step = kept.step

        def step_and_look(*told: Any) -> None:
            moments.append(time.perf_counter())
            step(*told)

        kept.step = step_and_look  # type: ignore[method-assign] # this one object only looks at the clock as well
        growing(kept, count)
        tenth = count // 10
        return (moments[-1] - moments[-1 - tenth]) / (moments[tenth + 1] - moments[1])


def newest_state(side: str, quick: bool) -> float:
    """Milliseconds for the state of 500 KB, a list of 500 messages."""
    count = 50 if quick else 500
    with opened(side) as (kept, _):
        growing(kept, count)

        def look() -> None:
            assert len(kept.read(count - 1)["log"]) == count

        return least_ms(look)


def reading(steps: int, quick_steps: int) -> Callable[[str, bool], float]:
    def measure(side: str, quick: bool) -> float:
        count = quick_steps if quick else steps
        with opened(side) as (kept, _):
            growing(kept, count)
            places = range(0, count, max(1, count // 40))
            began = time.perf_counter()
            for step in places:
                assert len(kept.read(step)["log"]) == step + 1
            return (time.perf_counter() - began) / len(places) * 1e3

    return measure


def listing(steps: int, quick_steps: int, limit: int) -> Callable[[str, bool], float]:
    def measure(side: str, quick: bool) -> float:
        count = quick_steps if quick else steps
        with opened(side) as (kept, _):
            growing(kept, count)
            began = time.perf_counter()
            assert kept.list(limit) == min(limit, count)
            return (time.perf_counter() - began) * 1e3

    return measure


def newest_page(side: str, quick: bool) -> float:
    """Milliseconds for the first page of a long history, as a list shows it."""
    with opened(side) as (kept, _):
        one_int(kept, 1_000 if quick else 100_000)

        def look() -> None:
            assert kept.list(100) == 100

        return least_ms(look)


def last_state(side: str, quick: bool) -> float:
    count = 1_000 if quick else 100_000
    with opened(side) as (kept, _):
        one_int(kept, count)

        def look() -> None:
            assert kept.read(count - 1)["n"] == count - 1

        return least_ms(look)


def over_a_bare_transaction(side: str, quick: bool) -> float:
    """How many times as long as one inserted row a superstep takes on a disk, both synced; measured by turns."""
    lib, steps, rounds = api(side), 20 if quick else 50, 2 if quick else 10
    with slow_folder() as folder:
        bare = sqlite3.connect(Path(folder) / "bare.sqlite", isolation_level=None)
        bare.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, x)"
        )
        ratios = []
        with saver_in(lib, folder) as saver:
            graph = counting_loop(lib, steps).compile(checkpointer=saver)
            for number in range(rounds + 1):
                began = time.perf_counter()
                for _ in range(steps):
                    bare.execute("BEGIN IMMEDIATE")
                    bare.execute("INSERT INTO t (x) VALUES (?)", ("x" * 300,))
                    bare.execute("COMMIT")
                between = time.perf_counter()
                graph.invoke({"n": 0}, {**config(), "configurable": {"thread_id": str(number)}}, durability="sync")
                ratios.append((time.perf_counter() - between) / (between - began))
        bare.close()
        return statistics.median(ratios[1:])


def superstep_async_saved(side: str, quick: bool) -> float:
    lib, steps = api(side), 50 if quick else 300
    if side == OURS:
        from engine.compat.checkpoint.sqlite.aio import AsyncSqliteSaver
    else:
        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    async def work(folder: str) -> float:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "bench.sqlite")) as saver:
            graph = counting_loop(lib, steps).compile(checkpointer=saver)
            warm_up = {**config(), "configurable": {"thread_id": "warm-up"}}
            await graph.ainvoke({"n": steps - 3}, warm_up, durability="sync")
            began = time.perf_counter()
            await graph.ainvoke({"n": 0}, config(), durability="sync")
            return time.perf_counter() - began

    with fast_folder() as folder:
        return asyncio.run(work(folder)) / steps * 1e6


def memory(durability: str) -> Callable[[str, bool], float]:
    def measure(side: str, quick: bool) -> float:
        lib, steps = api(side), 1_000 if quick else 50_000
        sizes: dict[int, float] = {}

        def count(state: dict[str, int]) -> dict[str, int]:
            n = state["n"] + 1
            if n in (500, steps):
                sizes[n] = resident_mb()
            return {"n": n}

        builder = counting_loop(lib, steps)
        builder.nodes.pop("count")
        builder.add_node("count", count)
        with fast_folder() as folder, saver_in(lib, folder) as saver:
            builder.compile(checkpointer=saver).invoke({"n": 0}, config(), durability=durability)
        return max(0.0, sizes[steps] - sizes[500])

    return measure


def resident_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


SCENARIOS = [
    Scenario("superstep, sync, RAM disk", "µs", superstep_ram_disk, "1/8, < 55 µs", rounds=21),
    Scenario("superstep, sync, RAM disk, processor time", "µs", superstep_ram_disk_processor, "–", rounds=21),
    Scenario("superstep, sync, disk, over a bare transaction", "times", over_a_bare_transaction, "≤ 1.3", rounds=3),
    Scenario("superstep, ainvoke, sync, RAM disk", "µs", superstep_async_saved, "1/8"),
    Scenario("1,000 Send tasks, per task", "µs", fan_out_saved, "≤ 60 µs"),
    Scenario("one step with one int, without a graph, RAM disk", "µs", writing(one_int, 2_000, 100), "–"),
    Scenario("500 steps, +1 KB message each, on disk", "MB", size(growing, 500, 50), "≤ 3 MB", rounds=1),
    Scenario("step of those 500, RAM disk", "µs", writing(growing, 500, 50), "–", rounds=3),
    Scenario("last 50 of those steps over the first 50", "times", last_over_first, "flat", rounds=3),
    Scenario("5,000 steps, +1 KB message each, on disk", "MB", size(growing, 5_000, 50), "≤ 30 MB", rounds=1),
    Scenario("1 MB over 100 keys, 100 changes of 10 KB, on disk", "MB", size(wide, 100, 20), "≤ 3 MB", rounds=1),
    Scenario("chain of 1,000 nodes, one int, on disk", "MB", size(chain, 1_000, 100), "≤ 0.5 MB", rounds=1),
    Scenario("history list of 500 checkpoints, without values", "ms", listing(500, 50, 500), "≤ 10 ms", rounds=3),
    Scenario("history of 500 checkpoints, with values", "ms", list_history, "–", rounds=3),
    Scenario("first 100 of 100,000 checkpoints, without values", "ms", newest_page, "≤ 50 ms", rounds=1),
    Scenario("state of 500 KB, a list of 500 messages", "ms", newest_state, "≤ 1 ms", rounds=5),
    Scenario("state at a step of those 500, mean", "ms", reading(500, 50), "≤ 1 ms", rounds=5),
    Scenario("state at step 100,000, one int", "ms", last_state, "≤ 10 ms", rounds=1),
    Scenario("50,000 steps, sync, memory more than after 500", "MB", memory("sync"), "≤ 20 MB", rounds=1),
    Scenario("50,000 steps, async, memory more than after 500", "MB", memory("async"), "≤ 20 MB", rounds=1),
    Scenario("50,000 steps, exit, memory more than after 500", "MB", memory("exit"), "≤ 20 MB", rounds=1),
]

if __name__ == "__main__":
    main("tests.benchmarks.bench_store", SCENARIOS, (PEER, OURS))
