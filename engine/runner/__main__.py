"""``python -m engine.runner GRAPH [--inspect]``: the child process. Speaks ``protocol`` over its stdin and stdout."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import sys
from pathlib import Path

from engine import compat
from engine.runner.capture import OutputCapture, move_pipes_away
from engine.runner.output_keeper import OutputKeeper
from engine.runner.wire import Wire

OUT_OF_MEMORY = Path("/proc/self/oom_score_adj")
FIRST = 500
"""Of -1000 to 1000 (man 5 proc): counts as if half of the machine's memory were used in addition."""


def main(arguments: list[str] | None = None) -> None:
    """Serves one graph until it is asked to shut down or the pipe closes."""
    parser = argparse.ArgumentParser(prog="engine.runner", description=__doc__)
    parser.add_argument("graph", type=Path, help="a *.graph.json file")
    parser.add_argument("--inspect", action="store_true", help="read the database only, never load the graph's code")
    parser.add_argument("--engine", choices=["stepgraph", "langgraph"], default="stepgraph")
    options = parser.parse_args(arguments)

    go_first_when_memory_runs_out()
    # The last words of a crash go to the real stderr, which is kept apart from what the user's code writes there.
    real_stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    faulthandler.enable(real_stderr)
    wire = Wire(*move_pipes_away())
    keeper = OutputKeeper()
    capture = None if options.inspect else OutputCapture(keeper.hearing(wire.tell))

    try:
        # Late, so that nothing that an import prints can reach the protocol.
        from engine.runner.server import Server

        if options.engine == "stepgraph":
            compat.install()  # the user's functions may say ``from langgraph.types import interrupt``
        Server(options.graph, options.engine, wire, capture, keeper).serve()
    except BaseException:
        sys.stderr = real_stderr
        raise


def go_first_when_memory_runs_out() -> None:
    """The system then ends a process: let it be this one or one that it started, not the editor. Linux only."""
    with contextlib.suppress(OSError):
        if int(OUT_OF_MEMORY.read_text(encoding="ascii")) < FIRST:
            OUT_OF_MEMORY.write_text(str(FIRST), encoding="ascii")


if __name__ == "__main__":
    main()
