"""Opens a file of runs for looking: a run database of ours, or what LangGraph's ``SqliteSaver`` wrote."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.store.langgraph_file import LangGraphFile
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ForeignFileError


@contextlib.contextmanager
def reading_runs(path: Path) -> Iterator[tuple[Any, RunFacts | None]]:
    """The store and its facts; of LangGraph's files there are none. Raises what opening a ``SqliteStore`` raises."""
    theirs = _of_langgraph(path)  # asked first: our own way of opening would leave a log beside their file
    if theirs is not None:
        yield theirs, None
        return
    store = SqliteStore(path, read_only=True)
    try:
        yield store, RunFacts(store.file)
    finally:
        store.close()


def _of_langgraph(path: Path) -> LangGraphFile | None:
    try:
        return LangGraphFile(path)
    except ForeignFileError:
        return None
