"""One of two processes that run one thread between them. Run as a script: ``DATABASE SIDE_FILE NAME``."""

from __future__ import annotations

import os
import sys
import time
from typing import Any, TypedDict

from engine import END, START, StateGraph
from engine.store.sqlite_saver import SqliteSaver
from engine.store.store_errors import ThreadHeldError

THREAD, STEPS = "shared", 60


class State(TypedDict):
    n: int


def main(database: str, side_file: str, name: str) -> None:
    """Take the thread whenever it is free and run a step of it, until it is done."""
    told = os.open(side_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def count(state: State) -> dict[str, int]:
        os.write(told, f"{state['n'] + 1} {name}\n".encode())
        return {"n": state["n"] + 1}

    builder = StateGraph(State)
    builder.add_node("count", count)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < STEPS else "stop", {"again": "count", "stop": END}
    )
    config: dict[str, Any] = {"configurable": {"thread_id": THREAD}}
    with SqliteSaver.from_conn_string(database) as saver:
        graph = builder.compile(checkpointer=saver, interrupt_after=["count"])
        while True:
            try:
                lease = saver.store.hold(THREAD, name)
            except ThreadHeldError:
                time.sleep(0.001)
                continue
            known = saver.store.load(THREAD, "")
            if known is not None and known.values["n"] == STEPS:
                saver.store.release(lease)
                return
            graph.invoke({"n": 0} if known is None else None, config)
            saver.store.release(lease)


if __name__ == "__main__":
    main(*sys.argv[1:])
