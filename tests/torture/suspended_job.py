"""Runs a thread, and suspends itself in the middle of a node. Run as a script: ``DATABASE SIDE_FILE STEP``.

Ends with 7 if it lost the thread meanwhile, which it then says on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, TypedDict

from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver
from engine.store.store_errors import ThreadHeldError

THREAD, STEPS = "suspended", 6
LEASE_S = 0.3
CONFIG: dict[str, Any] = {"configurable": {"thread_id": THREAD}}


class State(TypedDict):
    n: int
    who: str


def graph_of(saver: SqliteSaver, side_file: str, name: str, suspended_at: int = 0) -> Any:
    """A loop that counts; each body tells the side file what it counts to, and who runs it."""
    told = os.open(side_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def count(state: State) -> dict[str, Any]:
        os.write(told, f"{state['n'] + 1} {name}\n".encode())
        if state["n"] + 1 == suspended_at:
            os.kill(os.getpid(), signal.SIGSTOP)
        return {"n": state["n"] + 1, "who": name}

    builder = StateGraph(State)
    builder.add_node("count", count)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    return builder.compile(checkpointer=saver)


def main(database: str, side_file: str, step: str) -> int:
    """Run to the end, or until the thread is lost."""
    with SqliteSaver.from_conn_string(database) as saver:
        saver.store.hold(THREAD, "first", for_s=LEASE_S)
        try:
            graph_of(saver, side_file, "first", int(step)).invoke({"n": 0, "who": ""}, CONFIG)
        except ThreadHeldError as error:
            print(error, file=sys.stderr)
            return 7
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
