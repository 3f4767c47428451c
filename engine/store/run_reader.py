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
