"""``stepgraph replay``: a thread again with its recorded results, as JSON lines; no node runs unless it is asked for.

A line for each step, then one that says how it ended. Exit code 0: the record fits; 1: it does not, or a live node
failed; 2: it could not be begun.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from engine.cli.json_line import json_line
from engine.cli.other_python import add_option
from engine.cli.surroundings import EMBEDDED, FAILED, OK, USAGE, imports_on, user_output_to_stderr


def add_to(commands: Any) -> None:
    """The command's options."""
    parser = commands.add_parser("replay", help="run a thread again with its recorded results in place of the nodes")
    parser.add_argument("graph", type=Path, help="a *.graph.json file")
    parser.add_argument("--thread", metavar="ID", required=True, help="the recorded thread")
    parser.add_argument("--from", dest="start", metavar="CHECKPOINT", help="begin here; else at the start")
    parser.add_argument("--until", metavar="CHECKPOINT", help="stop here, on this checkpoint's branch; else at the end")
    parser.add_argument(
        "--live", action="append", default=[], metavar="NODE", help="run this node for real each time it is due"
    )
    parser.add_argument("--live-from", metavar="PLACE", help="a node or checkpoint from which everything runs for real")
    parser.add_argument("--ask-again", action="store_true", help="give live nodes none of the recorded answers")
    parser.add_argument("--into", metavar="ID", help="keep the replay as a new thread of this name")
    add_option(parser)
    parser.set_defaults(command=_replay)


def _replay(options: argparse.Namespace) -> int:
    from engine.runner.engine_kit import own_kit
    from engine.runner.graph_version import GraphVersion
    from engine.runner.host import load_graph
    from engine.runner.run_database import has_database, open_database
    from engine.runner.told_past import Stop
    from engine.runner.user_code import UserCodeError
    from engine.store.store_errors import StoreError
    from engine.time_travel import replay

    if not has_database(options.graph):
        print(f"{options.graph} has not been run here, so nothing is recorded.", file=sys.stderr)
        return USAGE
    configurable = {"thread_id": options.thread}
    if options.start:
        configurable["checkpoint_id"] = options.start
    out = sys.stdout
    with user_output_to_stderr(), imports_on(EMBEDDED), contextlib.ExitStack() as resources:
        try:
            hosted = load_graph(options.graph, own_kit())
            saver, history = open_database(options.graph, "stepgraph", resources)
            found = replay(
                hosted.compile(saver),
                {"configurable": configurable},
                until=options.until,
                live=options.live,
                live_from=options.live_from,
                give_answers=not options.ask_again,
                into=options.into,
            )
            if found.thread_id is not None:  # the window lists it, and shows which nodes did not run
                version = GraphVersion(hosted, history)
                history.note_replay(found.thread_id, options.thread, version.text)
                version.note(found.thread_id)
                outcome = "paused" if found.next else "finished"
                history.note_stop(found.thread_id, None, Stop(outcome, checkpoints=len(found.steps) + 1))
        except (LookupError, ValueError, UserCodeError, StoreError) as error:
            print(error.args[0] if error.args else error, file=sys.stderr)
            return USAGE
    for step in found.steps:
        line = {"recorded": step.recorded, "given": step.given, "live": step.live}
        print(json.dumps({"type": "step", **line}), file=out)
    last: dict[str, Any] = {"type": found.ended, "reason": found.reason, "at": found.at, "next": found.next}
    last |= {"node": found.node} if found.node else {}
    last |= {"thread_id": found.thread_id} if found.thread_id else {}
    last |= {"changed": found.diff.changed_keys} if found.diff else {}
    last |= {"kind": type(found.error).__name__} if found.error else {}
    print(json_line({**last, "values": found.values}), file=out)
    return OK if found.fits else FAILED
