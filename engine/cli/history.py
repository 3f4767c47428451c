"""``stepgraph history``: look into a run database, send a thread, take one in, throw away what is old. Runs no graph.

A database is named by its graph file or by its own name. Files of LangGraph's SqliteSaver can be looked at and
exported. Reading changes nothing, not even an older format.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from engine.cli.surroundings import FAILED, OK, USAGE
from engine.serialization.preview import one_line

LINE_CHARS = 160
"""Of a value so much is printed, unless it is asked for as JSON."""


def add_to(commands: Any) -> None:
    """The command's options."""
    parser = commands.add_parser("history", help="list, show, compare, export, import and prune what runs have left")
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, help: str, work: Any, *, thread: bool = True) -> Any:
        added = actions.add_parser(name, help=help)
        added.add_argument("database", type=Path, metavar="FILE", help="a *.graph.json file, or a run database")
        if thread:
            added.add_argument("thread", metavar="THREAD")
        added.set_defaults(command=lambda options: _run(work, options))
        return added

    listed = action("list", "the threads, with their size", _list, thread=False)
    show = action("show", "a thread's branches and checkpoints, or the state at one", _show)
    show.add_argument("--at", metavar="CHECKPOINT", help="its id, or its number in the list; 'head' is the newest")
    show.add_argument("--output", action="store_true", help="what the nodes wrote, instead")
    diff = action("diff", "what differs between two states of a thread", _diff)
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
    take = action("import", "take in an exported thread, all of it or nothing", _import, thread=False)
    take.add_argument("file", type=Path, help="'-' reads stdin")
    take.add_argument("--as", dest="name", metavar="THREAD", help="give it another name")
    prune = action("prune", "forget old checkpoints; heads, forks and the newest stay", _prune)
    prune.add_argument("--keep-last", type=int, required=True, metavar="N")
    prune.add_argument("--dry-run", action="store_true", help="only say what would go")
    action("vacuum", "give the room of what was deleted back to the disk", _vacuum, thread=False)


def _run(work: Any, options: argparse.Namespace) -> int:
    from engine.store.store_errors import StoreError
    from engine.time_travel import ThreadFileError

    try:
        return int(work(options))
    except (StoreError, ThreadFileError, LookupError, ValueError) as error:
        print(error.args[0] if error.args else error, file=sys.stderr)
        return USAGE


# ---- the database


def _path(options: argparse.Namespace) -> Path:
    from engine.runner.local_files import runs_database

    given: Path = options.database
    path = runs_database(given) if given.suffix == ".json" else given
    if not path.exists():
        what = f"{given} has not been run here" if path != given else f"There is no file {given}"
        raise LookupError(f"{what}.")
    return path


@contextlib.contextmanager
def _reading(options: argparse.Namespace) -> Iterator[tuple[Any, Any]]:
    """The store and its facts; of LangGraph's files there are none."""
    from engine.store.langgraph_file import LangGraphFile
    from engine.store.run_facts import RunFacts
    from engine.store.sqlite_store import SqliteStore
    from engine.store.store_errors import ForeignFileError

    path = _path(options)
    try:
        store = SqliteStore(path, read_only=True)
    except ForeignFileError as error:
        if "LangGraph" not in str(error):
            raise
        yield LangGraphFile(path), None
        return
    try:
        yield store, RunFacts(store.file)
    finally:
        store.close()


@contextlib.contextmanager
def _writing(options: argparse.Namespace) -> Iterator[Any]:
    from engine.store.sqlite_store import SqliteStore

    store = SqliteStore(_path(options))
    try:
        yield store
    finally:
        store.close()


def _headers(store: Any, thread: str) -> list[Any]:
    """Oldest first. Raises LookupError if there is no such thread."""
    from engine.errors import did_you_mean

    found = list(store.headers(thread))[::-1]
    if not found:
        threads = store.threads()
        if thread in threads:
            raise LookupError(f"Thread {thread!r} has no checkpoints.")
        raise LookupError(f"There is no thread {thread!r}. {did_you_mean(thread, threads)}".strip())
    return found


def _checkpoint(store: Any, thread: str, wanted: str) -> str:
    """A checkpoint by its id, by the beginning of it if there is only one, by its number, or ``head``."""
    ids = [header.checkpoint_id for header in _headers(store, thread)]
    if wanted == "head":
        return str(ids[-1])
    if wanted in ids:
        return wanted
    if wanted.isdigit() and int(wanted) < len(ids):
        return str(ids[int(wanted)])
    alike = [each for each in ids if each.startswith(wanted)]
    if len(alike) == 1:
        return str(alike[0])
    why = f"{len(alike)} checkpoints of it begin so" if alike else "it has no such checkpoint"
    raise LookupError(f"Thread {thread!r}: {wanted!r} names no checkpoint; {why}. 'history show' lists them.")


# ---- looking


def _list(options: argparse.Namespace) -> int:
    from engine.store.run_facts import INDEX
    from engine.time_travel import list_branches

    with _reading(options) as (store, facts):
        names = {}
        for fact in facts.read(INDEX, kinds=["name"]) if facts is not None else ():
            names[fact.data["thread_id"]] = fact.data["name"]
        rows = []
        for thread in store.threads():
            branches = list_branches(store, thread)
            if not branches:
                continue
            newest = next(iter(store.headers(thread, limit=1)))
            rows.append(
                {
                    "thread_id": thread,
                    "name": names.get(thread, ""),
                    "checkpoints": sum(branch.checkpoints for branch in branches),
                    "branches": len(branches),
                    "bytes": store.size_of(thread) if hasattr(store, "size_of") else None,
                    "updated_at": newest.created_at,
                }
            )
    if options.json:
        _print_json(rows)
        return OK
    table = [("THREAD", "NAME", "CHECKPOINTS", "BRANCHES", "SIZE", "UPDATED")]
    for row in rows:
        size = "-" if row["bytes"] is None else _size(row["bytes"])
        counts = (str(row["checkpoints"]), str(row["branches"]))
        table.append((row["thread_id"], row["name"], *counts, size, row["updated_at"][:19]))
    _print_table(table)
    return OK


def _show(options: argparse.Namespace) -> int:
    from engine.time_travel import list_branches, moment

    with _reading(options) as (store, facts):
        headers = _headers(store, options.thread)
        if options.output:
            return _show_output(options, facts)
        if options.at is not None:
            checkpoint = _checkpoint(store, options.thread, options.at)
            return _show_state(options, moment(store, options.thread, checkpoint))
        branches = list_branches(store, options.thread)
    from engine.store.branch_lines import branch_lines

    pairs = [(header.checkpoint_id, header.parent_id) for header in headers]
    on = branch_lines(pairs, {branch.first for branch in branches}).branch_of
    if options.json:
        _print_json(
            {
                "number": number,
                "checkpoint_id": header.checkpoint_id,
                "parent_id": header.parent_id,
                "branch": on[header.checkpoint_id],
                "step": header.metadata.get("step"),
                "source": header.metadata.get("source"),
                "changed": _keys(header),
                "created_at": header.created_at,
            }
            for number, header in enumerate(headers)
        )
        return OK
    for branch in branches:
        where = f" from {branch.forked_from}" if branch.forked_from else ""
        who = f" by a {branch.by}" if branch.by else ""
        named = " ".join(filter(None, [branch.name and repr(branch.name), branch.note]))
        print(f"branch {branch.number}: {branch.checkpoints} checkpoints{where}{who}{': ' if named else ''}{named}")
        for edit in branch.edits:
            print(f"    {edit.path}: {edit.before or '(none)'} -> {edit.after or '(none)'}")
    print()
    table = [("", "CHECKPOINT", "BRANCH", "STEP", "SOURCE", "CHANGED")]
    for number, header in enumerate(headers):
        place = (str(on[header.checkpoint_id]), str(header.metadata.get("step", "")))
        table.append((str(number), header.checkpoint_id, *place, str(header.metadata.get("source", "")), _keys(header)))
    _print_table(table)
    return OK


def _show_state(options: argparse.Namespace, found: Any) -> int:
    if options.json:
        from engine.serialization.codec import Codec

        codec = Codec()
        print(f'{{"checkpoint_id":{json.dumps(found.checkpoint_id)},"values":{codec.encode(dict(found.values))}}}')
        return OK
    for key, value in found.values.items():
        print(f"{key}: {one_line(value, LINE_CHARS)}")
    return OK


def _show_output(options: argparse.Namespace, facts: Any) -> int:
    kept = facts.output.read(options.thread, limit=sys.maxsize) if facts is not None else None
    for line in kept.lines if kept is not None else ():
        if options.json:
            told = {"node": line.node, "step": line.step, "stream": line.stream, "text": line.text}
            print(json.dumps(told))
        else:
            where = " · ".join(str(part) for part in (line.node, line.step) if part is not None)
            print(f"{where}  {line.text}" if where else line.text)
    return OK


def _diff(options: argparse.Namespace) -> int:
    from engine.time_travel import diff_states, moment

    with _reading(options) as (store, _facts):
        ids = [_checkpoint(store, options.thread, each) for each in (options.before, options.after)]
        before, after = (moment(store, options.thread, each).values for each in ids)
    found = diff_states(before, after)
    changed = [entry for entry in found.keys if entry.key in found.changed_keys]
    if options.json:
        _print_json(entry for entry in found.to_json()["keys"] if entry["key"] in found.changed_keys)
    for entry in () if options.json else changed:
        print(f"{entry.key}: {entry.kind}{', ' if entry.summary else ''}{entry.summary}")
        for change in entry.changes:
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in change.path)
            old, new = (side["text"] if side is not None else "" for side in (change.before, change.after))
            print(f"    {path or '(value)'}: {old} -> {new}")
    return FAILED if changed else OK


# ---- sending and taking in


def _export(options: argparse.Namespace) -> int:
    from engine.time_travel import export_thread

    with _reading(options) as (store, facts):
        _headers(store, options.thread)
        lines = export_thread(store, options.thread, facts=facts, redacted=options.redact)
        if options.to is None:
            sys.stdout.writelines(lines)
            return OK
        new = options.to.with_name(f".{options.to.name}.{uuid4().hex}.new")
        try:
            with new.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
            new.replace(options.to)
        finally:
            new.unlink(missing_ok=True)
    left_out = f", without {', '.join(options.redact)} and without output and notes" if options.redact else ""
    print(f"{options.to} written: thread {options.thread!r}{left_out}")
    return OK


def _import(options: argparse.Namespace) -> int:
    from engine.time_travel import import_thread

    with _writing(options) as store:
        if str(options.file) == "-":
            name = import_thread(store, sys.stdin, thread_id=options.name)
        else:
            with options.file.open(encoding="utf-8") as lines:
                name = import_thread(store, lines, thread_id=options.name)
    print(f"thread {name!r} imported")
    return OK


# ---- throwing away


def _prune(options: argparse.Namespace) -> int:
    from engine.runner.thread_hold import ThreadHold
    from engine.store.run_facts import RunFacts
    from engine.time_travel.forget import prunable, prune

    if options.dry_run:
        with _reading(options) as (store, _facts):
            count = len(_headers(store, options.thread))
            gone = len(prunable(store, options.thread, keep_last=options.keep_last))
        print(f"{gone} of {count} checkpoints would go")
        return OK
    with _writing(options) as store:
        count, size = len(_headers(store, options.thread)), store.size_of(options.thread)
        prunable(store, options.thread, keep_last=options.keep_last)  # refuses before anything is touched
        hold = ThreadHold(store)
        hold.take(options.thread)  # nobody runs it meanwhile
        try:
            gone = len(prune(store, options.thread, keep_last=options.keep_last, facts=RunFacts(store.file)))
        finally:
            hold.release()
        print(f"{gone} of {count} checkpoints gone; {_size(size)} before, {_size(store.size_of(options.thread))} now")
        print("'history vacuum' gives the room back to the disk.")
    return OK


def _vacuum(options: argparse.Namespace) -> int:
    path = _path(options)
    before = path.stat().st_size
    with _writing(options) as store:
        store.compact()
    print(f"{path}: {_size(before)} before, {_size(path.stat().st_size)} now")
    return OK


# ---- printing


def _keys(header: Any) -> str:
    from engine.store.state_keys import is_state_key

    return ", ".join(key for key in header.changed if is_state_key(key))


def _print_json(rows: Iterable[Any]) -> None:
    for row in rows:
        print(json.dumps(row, default=repr))


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _size(count: float) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
