"""``stepgraph history``: look into a run database, send a thread, take one in, throw away what is old. Runs no graph.

A database is named by its graph file or by its own name. Files of LangGraph's SqliteSaver can be looked at and
exported. Reading changes nothing, not even an older format.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
from pathlib import Path
from typing import Any

from engine.cli.history_database import headers_of, path_to_fill, reading, writing
from engine.cli.history_find import add_to as add_finding
from engine.cli.history_keeping import add_to as add_keeping
from engine.cli.history_show import diff_states_of, list_threads, show_thread
from engine.cli.surroundings import OK, USAGE
from engine.cli.whole_file import whole_file


def add_to(commands: Any) -> None:
    """The command's options."""
    parser = commands.add_parser(
        "history", help="list, show, compare, search, name, export, import, delete and prune what runs have left"
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, help: str, work: Any, *, thread: bool = True) -> Any:
        added = actions.add_parser(name, help=help)
        added.add_argument("database", type=Path, metavar="FILE", help="a *.graph.json file, or a run database")
        if thread:
            added.add_argument("thread", metavar="THREAD")
        added.set_defaults(command=lambda options: _run(work, options))
        return added

    listed = action("list", "the threads, with their size", list_threads, thread=False)
    show = action("show", "a thread's branches and checkpoints, or the state at one", show_thread)
    show.add_argument("--at", metavar="CHECKPOINT", help="its id, or its number in the list; 'head' is the newest")
    show.add_argument("--output", action="store_true", help="what the nodes wrote, instead")
    diff = action("diff", "what differs between two states of a thread", diff_states_of)
    diff.add_argument("before", metavar="CHECKPOINT")
    diff.add_argument("after", metavar="CHECKPOINT")
    for each in (listed, show, diff):
        each.add_argument("--json", action="store_true", help="one JSON object a line")
    export = action("export", "write a thread into one file", _export)
    export.add_argument("-o", "--to", type=Path, metavar="FILE", help="stdout if left out")
    export.add_argument(
        "--redact",
        action="append",
        default=[],
        metavar="KEY",
        help="leave out the values of this key (password), or of a key below another (user.card)",
    )
    take = action(
        "import",
        "take in an exported thread, all of it or nothing; makes the database if there is none",
        _import,
        thread=False,
    )
    take.add_argument("file", type=Path, help="'-' reads stdin")
    take.add_argument("--as", dest="name", metavar="THREAD", help="give it another name")
    look = action("open", "copy the runs of a file into a new folder, to look at in the window", _open, thread=False)
    look.add_argument("folder", type=Path, help="must not be there yet")
    add_finding(action)
    add_keeping(action)


def _run(work: Any, options: argparse.Namespace) -> int:
    from engine.store.store_errors import StoreError
    from engine.time_travel import ThreadFileError

    try:
        return int(work(options))
    except (StoreError, ThreadFileError, LookupError, ValueError) as error:
        print(error.args[0] if error.args else error, file=sys.stderr)
        return USAGE


def _export(options: argparse.Namespace) -> int:
    from engine.time_travel import export_thread

    with reading(options) as (store, facts):
        headers_of(store, options.thread)
        lines = export_thread(store, options.thread, facts=facts, redacted=options.redact)
        if options.to is None:
            sys.stdout.writelines(lines)
            return OK
        with whole_file(options.to) as file:
            file.writelines(lines)
    left_out = f", without {', '.join(options.redact)} and without output and notes" if options.redact else ""
    print(f"{options.to} written: thread {options.thread!r}{left_out}")
    return OK


def _import(options: argparse.Namespace) -> int:
    from engine.time_travel import import_thread
    from engine.time_travel.hashed_lines import checked_lines

    from_stdin = contextlib.nullcontext(sys.stdin)
    with from_stdin if str(options.file) == "-" else options.file.open(encoding="utf-8") as lines:
        contents = list(lines)
    checked_lines(contents)  # before a database is made for it
    with writing(path_to_fill(options)) as store:
        name = import_thread(store, contents, thread_id=options.name)
        if options.database.suffix == ".json":
            from engine.runner.opened_runs import list_threads as list_in_window
            from engine.store.run_facts import RunFacts

            list_in_window(RunFacts(store.file), [name], options.database.read_text(encoding="utf-8"))
    print(f"thread {name!r} imported")
    return OK


def _open(options: argparse.Namespace) -> int:
    from engine.runner.opened_runs import open_runs

    if not options.database.exists():
        raise LookupError(f"There is no file {options.database}.")
    if options.folder.exists():
        raise LookupError(f"{options.folder} is there already. Name a folder that is not.")
    try:
        opened = open_runs(options.database, options.folder)
    except BaseException:
        shutil.rmtree(options.folder, ignore_errors=True)
        raise
    print(f"{opened.graph}\n{opened.threads}\n{'observed' if opened.is_observed else 'told'}")
    return OK
