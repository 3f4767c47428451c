"""The engine side by side with LangGraph: the same graph, the same interpreter, the same run.

Started by ``dev.py bench engine``. The budgets are those of the project; the numbers are those of this machine.
"""

from __future__ import annotations

import asyncio
import operator
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, TypedDict

from tests.benchmarks.side_by_side import Scenario, main

PEER, OURS = "langgraph", "stepgraph"
RAM_DISK = Path("/dev/shm")


def api(side: str) -> Any:
    """StateGraph, START, END, Send and SqliteSaver of one side. Imported late: each sample loads only its own side."""
    if side == OURS:
        import engine

        return engine
    from types import SimpleNamespace

    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Send

    return SimpleNamespace(StateGraph=StateGraph, START=START, END=END, Send=Send, SqliteSaver=SqliteSaver)


class Counter(TypedDict):
    n: int


class Gathered(TypedDict):
    seen: Annotated[list, operator.add]


class Talk(TypedDict):
    n: int
    messages: Annotated[list, operator.add]


def config(**more: Any) -> dict[str, Any]:
    return {"configurable": {"thread_id": "1"}, "recursion_limit": 1_000_000, **more}


def saver_in(lib: Any, folder: str | None) -> AbstractContextManager[Any]:
    if folder is None:
        return nullcontext()
    saver: AbstractContextManager[Any] = lib.SqliteSaver.from_conn_string(str(Path(folder) / "bench.sqlite"))
    return saver


def fast_folder() -> Any:
    return tempfile.TemporaryDirectory(dir=RAM_DISK if RAM_DISK.is_dir() else None)


def slow_folder() -> Any:
    return tempfile.TemporaryDirectory(dir=Path.cwd())


def seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor_seconds(work: Any) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


# ------------------------------------------------------------------------------------------------------- one superstep


def counting_loop(lib: Any, steps: int) -> Any:
    builder = lib.StateGraph(Counter)
    builder.add_node("count", lambda state: {"n": state["n"] + 1})
    builder.add_edge(lib.START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < steps else "stop", {"again": "count", "stop": lib.END}
    )
    return builder


def superstep(side: str, steps: int, folder: str | None, measured: Callable[[Any], float] = seconds) -> float:
    """Microseconds per superstep of a one-node loop."""
    lib = api(side)
    with saver_in(lib, folder) as saver:
        graph = counting_loop(lib, steps).compile(checkpointer=saver)
        durable = {"durability": "sync"} if saver is not None else {}
        graph.invoke({"n": steps - 3}, {**config(), "configurable": {"thread_id": "warm-up"}}, **durable)
        return measured(lambda: graph.invoke({"n": 0}, config(), **durable)) / steps * 1e6


def superstep_unsaved(side: str, quick: bool) -> float:
    return superstep(side, 100 if quick else 1_000, None)


def superstep_ram_disk(side: str, quick: bool) -> float:
    with fast_folder() as folder:
        return superstep(side, 50 if quick else 500, folder)


def superstep_ram_disk_processor(side: str, quick: bool) -> float:
    """As ``superstep_ram_disk``, in time that a processor worked for it: that of other programs does not count."""
    with fast_folder() as folder:
        return superstep(side, 50 if quick else 500, folder, processor_seconds)


def superstep_disk(side: str, quick: bool) -> float:
    with slow_folder() as folder:
        return superstep(side, 50 if quick else 300, folder)


def superstep_ainvoke(
    side: str, quick: bool, *, async_node: bool, async_router: bool, router_calls: bool = False
) -> float:
    """Microseconds per superstep of a one-node loop on an event loop, where plain functions run on threads."""
    lib, steps = api(side), 100 if quick else 1_000

    def count(state: Counter) -> dict[str, int]:
        return {"n": state["n"] + 1}

    def route(state: Counter) -> str:
        return "again" if state["n"] < steps else "stop"

    def route_calling(state: Counter) -> str:
        return route(state)

    async def count_async(state: Counter) -> dict[str, int]:
        return count(state)

    async def route_async(state: Counter) -> str:
        return route(state)

    builder = lib.StateGraph(Counter)
    builder.add_node("count", count_async if async_node else count)
    builder.add_edge(lib.START, "count")
    router = route_async if async_router else route_calling if router_calls else route
    builder.add_conditional_edges("count", router, {"again": "count", "stop": lib.END})
    graph = builder.compile()

    async def work() -> float:
        await graph.ainvoke({"n": steps - 3}, config())
        began = time.perf_counter()
        await graph.ainvoke({"n": 0}, config())
        return time.perf_counter() - began

    return asyncio.run(work()) / steps * 1e6


def superstep_async(side: str, quick: bool) -> float:
    return superstep_ainvoke(side, quick, async_node=True, async_router=True)


def superstep_mixed(side: str, quick: bool) -> float:
    return superstep_ainvoke(side, quick, async_node=True, async_router=False)


def superstep_mixed_calling(side: str, quick: bool) -> float:
    """With a router that calls something, so that nobody knows how long it takes."""
    return superstep_ainvoke(side, quick, async_node=True, async_router=False, router_calls=True)


def superstep_plain(side: str, quick: bool) -> float:
    return superstep_ainvoke(side, quick, async_node=False, async_router=False)


# -------------------------------------------------------------------------------------------------------- large graphs


def chain(lib: Any, length: int) -> Any:
    builder = lib.StateGraph(Counter)
    for index in range(length):
        builder.add_node(f"n{index}", lambda state: {"n": state["n"] + 1})
        builder.add_edge(f"n{index - 1}" if index else lib.START, f"n{index}")
    builder.add_edge(f"n{length - 1}", lib.END)
    return builder


def chain_step(side: str, quick: bool) -> float:
    length = 200 if quick else 10_000
    graph = chain(api(side), length).compile()
    return seconds(lambda: graph.invoke({"n": 0}, config())) / length * 1e6


def short_chain_step(side: str, quick: bool) -> float:
    graph, times = chain(api(side), 10).compile(), 10 if quick else 100
    graph.invoke({"n": 0}, config())
    return seconds(lambda: [graph.invoke({"n": 0}, config()) for _ in range(times)]) / (10 * times) * 1e6


def build_and_compile(side: str, quick: bool) -> float:
    lib, length = api(side), 200 if quick else 10_000
    chain(lib, 2).compile()  # what is loaded at first use is the cold import's
    return seconds(lambda: chain(lib, length).compile())


# -------------------------------------------------------------------------------------------------------------- fan-out


def fan_out(side: str, tasks: int, folder: str | None) -> float:
    """Microseconds per task of one step with many ``Send`` tasks."""
    lib = api(side)
    builder = lib.StateGraph(Gathered)
    builder.add_node("work", lambda item: {"seen": [item["i"]]})
    builder.add_node("begin", lambda state: {})
    builder.add_edge(lib.START, "begin")
    builder.add_conditional_edges("begin", lambda state: [lib.Send("work", {"i": i}) for i in range(tasks)], ["work"])
    with saver_in(lib, folder) as saver:
        graph = builder.compile(checkpointer=saver)
        durable = {"durability": "sync"} if saver is not None else {}
        result: dict[str, Any] = {}
        taken = seconds(lambda: result.update(graph.invoke({"seen": []}, config(), **durable)))
        assert len(result["seen"]) == tasks
        return taken / tasks * 1e6


def fan_out_unsaved(side: str, quick: bool) -> float:
    return fan_out(side, 100 if quick else 1_000, None)


def fan_out_saved(side: str, quick: bool) -> float:
    with fast_folder() as folder:
        return fan_out(side, 100 if quick else 1_000, folder)


# -------------------------------------------------------------------------------------------------------------- history


def talk(lib: Any, steps: int, saver: Any) -> Any:
    """A loop that appends one message of 1 KB per step."""
    builder = lib.StateGraph(Talk)
    builder.add_node("say", lambda state: {"n": state["n"] + 1, "messages": [f"{state['n']:04d}" + "x" * 1020]})
    builder.add_edge(lib.START, "say")
    builder.add_conditional_edges(
        "say", lambda state: "again" if state["n"] < steps else "stop", {"again": "say", "stop": lib.END}
    )
    graph = builder.compile(checkpointer=saver)
    graph.invoke({"n": 0, "messages": []}, config(), durability="sync")
    return graph


def size_of_talk(side: str, quick: bool) -> float:
    lib = api(side)
    with fast_folder() as folder:
        with saver_in(lib, folder) as saver:
            talk(lib, 50 if quick else 500, saver)
        return sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6


def list_history(side: str, quick: bool) -> float:
    lib = api(side)
    with fast_folder() as folder, saver_in(lib, folder) as saver:
        graph = talk(lib, 50 if quick else 500, saver)
        return seconds(lambda: list(graph.get_state_history(config()))) * 1e3


# --------------------------------------------------------------------------------------------------------------- import


def cold_import(side: str, quick: bool) -> float:
    """Milliseconds that the import alone takes, in a fresh interpreter that finds compiled files, as a user's does."""
    names = "engine; engine.StateGraph" if side == OURS else "langgraph.graph"
    code = f"import time; t = time.perf_counter(); import {names}; print((time.perf_counter() - t) * 1e3)"
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        answers = [
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
            for _ in range(2)  # the first one compiles
        ]
    return float(answers[-1].stdout)


SCENARIOS = [
    Scenario("superstep, nothing saved", "µs", superstep_unsaved, "1/10", rounds=15),
    Scenario("superstep, ainvoke, async node and router", "µs", superstep_async, "1/8"),
    Scenario("superstep, ainvoke, async node, plain router", "µs", superstep_mixed, "1/8"),
    Scenario("superstep, ainvoke, async node, plain router that calls", "µs", superstep_mixed_calling, "1/8"),
    Scenario("superstep, ainvoke, plain node and router", "µs", superstep_plain, "1/8"),
    Scenario("superstep, SQLite sync, RAM disk", "µs", superstep_ram_disk, "1/8"),
    Scenario("superstep, SQLite sync, disk", "µs", superstep_disk, "fsync-bound"),
    Scenario("step in a chain of 10 nodes", "µs", short_chain_step, "1/10"),
    Scenario("step in a chain of 10,000 nodes", "µs", chain_step, "as with 10", rounds=1),
    Scenario("build and compile 10,000 nodes", "s", build_and_compile, "≤ 0.2 s", rounds=3),
    Scenario("1,000 Send tasks, nothing saved, per task", "µs", fan_out_unsaved, "≤ 30 µs"),
    Scenario("1,000 Send tasks, SQLite, per task", "µs", fan_out_saved, "≤ 60 µs"),
    Scenario("500 steps, +1 KB message each, on disk", "MB", size_of_talk, "≤ 3 MB", rounds=1),
    Scenario("history of those 500 checkpoints, with values", "ms", list_history, "–", rounds=3),
    Scenario("cold import", "ms", cold_import, "≤ 80 ms"),
]

if __name__ == "__main__":
    main("tests.benchmarks.bench_engine", SCENARIOS, (PEER, OURS))
