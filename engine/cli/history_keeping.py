"""``stepgraph history name``, ``tag``, ``delete``, ``prune`` and ``vacuum``: what is written beside runs, what goes.

Who runs a thread meanwhile keeps it: nothing is deleted under it.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.cli.history_database import checkpoint_of, headers_of, path_of, reading, writing
from engine.cli.surroundings import OK
from engine.time_travel.size_words import bytes_text


def add_to(action: Any) -> None:
    """``action``: makes one command of ``stepgraph history``."""
    name = action("name", "give a thread a name", _name)
    name.add_argument("name", help="'' takes it away")
    tag = action("tag", "mark a checkpoint, to find it again; pruning leaves it alone", _tag)
    tag.add_argument("checkpoint", metavar="CHECKPOINT", help="its id, or its number in the list; 'head' is the newest")
    tag.add_argument("tag", nargs="*", metavar="TAG", help="its tags from now on; none takes them all away")
    delete = action("delete", "forget a thread for good, or one of its branches", _delete)
    delete.add_argument(
        "--branch", metavar="CHECKPOINT", help="only the branch that this checkpoint is on, and those forked from it"
    )
    prune = action(
        "prune", "forget old checkpoints; heads, forks, what has a note or a tag and the newest stay", _prune
    )
    prune.add_argument("--keep-last", type=int, required=True, metavar="N")
    for each in (delete, prune):
        each.add_argument("--dry-run", action="store_true", help="only say what would go")
    action("vacuum", "give the room of what was deleted back to the disk", _vacuum, thread=False)


def _name(options: argparse.Namespace) -> int:
    with writing(path_of(options)) as store:
        headers_of(store, options.thread)
        _history(store).name_thread(options.thread, options.name.strip())
    return OK


def _tag(options: argparse.Namespace) -> int:
    with writing(path_of(options)) as store:
        checkpoint = checkpoint_of(store, options.thread, options.checkpoint)
        _history(store).tag_checkpoint(options.thread, checkpoint, [tag.strip() for tag in options.tag if tag.strip()])
    return OK


def _delete(options: argparse.Namespace) -> int:
    with reading(options) as (store, _facts):
        doomed = _doomed(store, options)
        count = len(headers_of(store, options.thread))
    what = f"thread {options.thread!r}" if options.branch is None else "the branch"
    if options.dry_run:
        print(f"{what} would go: {len(doomed)} of {count} checkpoints")
        return OK
    with writing(path_of(options)) as store, _holding(store, options.thread):
        if options.branch is None:
            store.delete_thread(options.thread)
            _history(store).delete_thread(options.thread)
        else:
            doomed = _history(store).delete_branch(store, options.thread, doomed[0])
    print(f"{what} is gone: {len(doomed)} of {count} checkpoints")
    _tell_of_vacuum()
    return OK


def _doomed(store: Any, options: argparse.Namespace) -> list[str]:
    """Of a thread all checkpoints; of a branch its first one and all that followed, oldest first."""
    from engine.time_travel import list_branches
    from engine.time_travel.branch_list import branch_at

    headers = headers_of(store, options.thread)
    pairs = [(header.checkpoint_id, header.parent_id) for header in headers]
    if options.branch is None:
        return [name for name, _parent in pairs]
    branches = list_branches(store, options.thread)
    found = branches[branch_at(branches, pairs, checkpoint_of(store, options.thread, options.branch))]
    if found.forked_from is None:
        raise ValueError(
            f"That is a first line of thread {options.thread!r}, forked from nothing. Without --branch the thread goes."
        )
    gone = {found.first: None}
    for name, parent in pairs:
        if parent in gone:
            gone[name] = None
    return list(gone)


def _prune(options: argparse.Namespace) -> int:
    with reading(options) as (store, facts):
        count = len(headers_of(store, options.thread))
        size = store.size_of(options.thread) if hasattr(store, "size_of") else 0
        # Refuses before anything is touched, also before an older format is brought up to date.
        gone = len(_history_of(facts).prunable(store, options.thread, options.keep_last)) if facts is not None else 0
    if options.dry_run:
        print(f"{gone} of {count} checkpoints would go")
        return OK
    with writing(path_of(options)) as store, _holding(store, options.thread):
        gone = len(_history(store).prune(store, options.thread, options.keep_last))
        now = store.size_of(options.thread)
    print(f"{gone} of {count} checkpoints gone; {bytes_text(size)} before, {bytes_text(now)} now")
    _tell_of_vacuum()
    return OK


def _vacuum(options: argparse.Namespace) -> int:
    path: Path = path_of(options)
    before = path.stat().st_size
    with writing(path) as store:
        store.compact()
    print(f"{path}: {bytes_text(before)} before, {bytes_text(path.stat().st_size)} now")
    return OK


def _tell_of_vacuum() -> None:
    print("'history vacuum' gives the room back to the disk.")


@contextlib.contextmanager
def _holding(store: Any, thread: str) -> Iterator[None]:
    """Nobody runs the thread meanwhile."""
    from engine.runner.thread_hold import ThreadHold

    hold = ThreadHold(store)
    hold.take(thread)
    try:
        yield
    finally:
        hold.release()


def _history(store: Any) -> Any:
    from engine.store.run_facts import RunFacts

    return _history_of(RunFacts(store.file))


def _history_of(facts: Any) -> Any:
    from engine.runner.run_history import RunHistory

    return RunHistory(facts)
