"""Forks children that do one job until they are killed. Run as a script; talks in lines over stdin and stdout.

``run JOB DATABASE SIDE_FILE`` forks a child and answers with its process id; ``reap`` waits for it and answers with how
it ended. A fork of a process that has imported everything starts in a millisecond, so hundreds of kills take seconds.
"""

from __future__ import annotations

import os
import sys
from typing import Any, TypedDict

from engine import END, START, StateGraph
from engine.store.checkpoint_store import TaskWrite
from engine.store.sqlite_saver import SqliteSaver
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import new_checkpoint

THREAD = "killed"


def save_until_killed(database: str, side_file: str) -> None:
    """Save one checkpoint after the other; after each, tell the side file its number."""
    store = SqliteStore(database)
    told = os.open(side_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    newest = store.load(THREAD, "")
    step = newest.values["step"] if newest else -1
    log = newest.values["log"] if newest else []
    while True:
        parent, step = (f"c{step}" if step >= 0 else None), step + 1
        item = {"step": step, "text": "word " * (step % 300)}
        log = [*log, item]
        writes = [TaskWrite(f"t{step}", "log", [item], 0)] if parent else []
        if parent and step % 3 == 0:
            store.save_writes(THREAD, "", parent, writes)
        changed = {"step": step, "log": log}
        store.save(THREAD, "", new_checkpoint(f"c{step}", parent, changed=changed, appended={"log": 1}), writes)
        os.write(told, b"%d\n" % step)


class Count(TypedDict):
    n: int


def run_a_graph_until_killed(database: str, side_file: str) -> None:
    """Run a loop of two nodes for ever; each body tells the side file which step it does before it does it."""
    told = os.open(side_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def count(state: Count) -> dict[str, Any]:
        os.write(told, b"%d\n" % (state["n"] + 1))
        return {"n": state["n"] + 1}

    builder = StateGraph(Count)
    builder.add_node("odd", count)
    builder.add_node("even", count)
    builder.add_edge(START, "odd")
    builder.add_edge("odd", "even")
    builder.add_conditional_edges("even", lambda state: "odd", ["odd", END])
    with SqliteSaver.from_conn_string(database) as saver:
        graph = builder.compile(checkpointer=saver)
        config = {"configurable": {"thread_id": THREAD}, "recursion_limit": 10**9}
        known = saver.store.load(THREAD, "") is not None
        graph.invoke(None if known else {"n": 0}, config, durability="sync")


JOBS = {"store": save_until_killed, "graph": run_a_graph_until_killed}


def main() -> None:
    """Serve until stdin closes."""
    child = 0
    for line in sys.stdin:
        order, *arguments = line.split()
        if order == "run":
            child = os.fork()
            if child == 0:
                job, database, side_file = arguments
                try:
                    JOBS[job](database, side_file)
                finally:
                    os._exit(3)
            print(child, flush=True)
        else:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
