"""Forks children whose file operations fail where they are told to. Run as a script under ``fault_shim``.

A line of JSON asks for a case, a line of JSON answers how it went. A fork of a process that has imported everything
starts in a millisecond, so hundreds of cases take seconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TypedDict

import sqlite_utils  # noqa: F401  # imported once here instead of in each child

from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver
from engine.store.sqlite_store import SqliteStore
from engine.time_travel import import_thread

THREAD = "faulty"
STEPS = 6
CONFIG: dict[str, Any] = {"configurable": {"thread_id": THREAD}}
KINDS = {"once": 0, "from then on": 1, "short": 2, "kill": 3}


class State(TypedDict):
    n: int
    text: str


class Watch:
    """What happened in a child: which bodies ran, which saves returned, and when one did not."""

    def __init__(self) -> None:
        self.bodies: list[int] = []
        self.bodies_after_failed_save = 0
        self.saves = 0
        self.save_failed = False

    def body(self, state: State) -> dict[str, Any]:
        self.bodies.append(state["n"] + 1)
        self.bodies_after_failed_save += self.save_failed
        return {"n": state["n"] + 1, "text": str(state["n"]) * 3000}


def run(database: str, watch: Watch) -> int:
    """Run the loop, or go on with it; gives what it counted to."""
    builder = StateGraph(State)
    builder.add_node("count", watch.body)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    with SqliteSaver.from_conn_string(database) as saver:
        graph = builder.compile(checkpointer=saver)
        known = saver.store.load(THREAD, "") is not None
        watched_saves(saver.store, watch)
        result: int = graph.invoke(None if known else {"n": 0, "text": ""}, CONFIG, durability="sync")["n"]
        return result


def watched_saves(store: SqliteStore, watch: Watch) -> None:
    save = store.save

    def save_and_note(*arguments: Any) -> None:
        watch.save_failed = True
        save(*arguments)
        watch.save_failed = False
        watch.saves += 1

    store.save = save_and_note  # type: ignore[method-assign, assignment]  # only this one store is watched


def stored_count(database: str) -> tuple[int, int]:
    """How far the stored run is, and how many checkpoints there are."""
    store = SqliteStore(database)
    newest, count = store.load(THREAD, ""), len(list(store.list(THREAD)))
    store.close()
    return (newest.values.get("n", 0) if newest is not None else 0), count


def faulty_run(shim: Any, database: str, at: int, error: int, kind: str) -> dict[str, Any]:
    """One run with a fault, then what is in the file, then the rest of the run without a fault."""
    watch, told = Watch(), {"error": "", "message": ""}
    began = time.monotonic()
    shim.fault_arm(at, error, KINDS[kind])
    try:
        run(database, watch)
    except Exception as failure:
        told = {"error": f"{type(failure).__module__}.{type(failure).__name__}", "message": str(failure)}
    took_s = time.monotonic() - began
    counted, failed = shim.fault_counted(), shim.fault_failed()
    shim.fault_arm(0, 0, 0)
    stored, checkpoints = stored_count(database)
    after = Watch()
    result = run(database, after) if stored < STEPS else stored
    return {
        **told,
        "took_s": took_s,
        "operations": counted,
        "failed": failed,
        "bodies": watch.bodies,
        "bodies_after_failed_save": watch.bodies_after_failed_save,
        "saves": watch.saves,
        "stored": stored,
        "checkpoints": checkpoints,
        "bodies_after": after.bodies,
        "result": result,
    }


def opening(shim: Any, database: str, at: int, error: int, kind: str) -> dict[str, Any]:
    """Open a file, which makes or upgrades its tables; killed in the middle if told so."""
    shim.fault_arm(at, error, KINDS[kind])
    SqliteStore(database).close()
    return {"operations": shim.fault_counted()}


def importing(shim: Any, database: str, at: int, error: int, kind: str) -> dict[str, Any]:
    """Import the thread that lies beside the database."""
    lines = Path(database).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    store, told = SqliteStore(database), ""
    shim.fault_arm(at, error, KINDS[kind])
    try:
        import_thread(store, lines)
    except Exception as failure:
        told = f"{type(failure).__module__}.{type(failure).__name__}"
    counted, failed = shim.fault_counted(), shim.fault_failed()
    shim.fault_arm(0, 0, 0)
    store.close()
    return {"operations": counted, "failed": failed, "error": told}


JOBS = {"run": faulty_run, "open": opening, "import": importing}


def main() -> None:
    """Serve until stdin closes."""
    shim = ctypes.CDLL(None)
    shim.fault_counted.restype = shim.fault_failed.restype = ctypes.c_long
    for line in sys.stdin:
        job, *arguments = json.loads(line)
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            answer: Any = {"crashed": "it ended without an answer"}
            try:
                answer = JOBS[job](shim, *arguments)
            except BaseException as failure:
                answer = {"crashed": repr(failure)}
            finally:
                os.write(writes, json.dumps(answer).encode())
                os._exit(0)
        os.close(writes)
        with os.fdopen(reads, "rb") as pipe:
            told = pipe.read().decode()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(told or json.dumps({"killed": ended}), flush=True)


if __name__ == "__main__":
    main()
