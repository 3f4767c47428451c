"""Opens what ``stepgraph history`` looks at: a run database, by its name or its graph's, or a file of LangGraph's."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def path_of(options: argparse.Namespace) -> Path:
    from engine.runner.local_files import runs_database

    given: Path = options.database
    path = runs_database(given) if given.suffix == ".json" else given
    if not path.exists():
        what = f"{given} has not been run here" if path != given else f"There is no file {given}"
        raise LookupError(f"{what}.")
    return path


def path_to_fill(options: argparse.Namespace) -> Path:
    """As ``path_of``, for a database that need not be there yet. A graph has to be."""
    from engine.runner.local_files import prepare_folder, runs_database

    given: Path = options.database
    if given.suffix != ".json":
        return given
    if not given.exists():
        raise LookupError(f"There is no file {given}.")
    return prepare_folder(runs_database(given))


@contextlib.contextmanager
def reading(options: argparse.Namespace) -> Iterator[tuple[Any, Any]]:
    """The store and its facts; of LangGraph's files there are none."""
    from engine.store.run_reader import reading_runs

    with reading_runs(path_of(options)) as found:
        yield found


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Any]:
    from engine.store.sqlite_store import SqliteStore

    store = SqliteStore(path)
    try:
        yield store
    finally:
        store.close()


def headers_of(store: Any, thread: str) -> list[Any]:
    """Oldest first. Raises LookupError if there is no such thread."""
    from engine.errors import did_you_mean

    found = list(store.headers(thread))[::-1]
    if not found:
        threads = store.threads()
        if thread in threads:
            raise LookupError(f"Thread {thread!r} has no checkpoints.")
        raise LookupError(f"There is no thread {thread!r}. {did_you_mean(thread, threads, 'threads')}".strip())
    return found


def checkpoint_of(store: Any, thread: str, wanted: str) -> str:
    """A checkpoint by its id, by the beginning of it if there is only one, by its number, or ``head``."""
    ids = [header.checkpoint_id for header in headers_of(store, thread)]
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
