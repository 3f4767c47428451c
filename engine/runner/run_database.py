"""Opens what a graph's runs are kept in: the checkpoints, by the saver of the hosting engine, and the run facts."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from engine.runner.local_files import prepare_folder, runs_database
from engine.runner.run_history import RunHistory
from engine.runner.thread_hold import ThreadHold
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore


def has_database(graph_path: Path) -> bool:
    """Whether the graph was ever run here. Asking writes nothing."""
    return runs_database(graph_path).exists()


def open_database(graph_path: Path, engine: str, resources: ExitStack) -> tuple[Any, RunHistory]:
    """A saver and the history, closed with ``resources``. Each thread of a process opens its own."""
    path = prepare_folder(runs_database(graph_path))
    saver = resources.enter_context(_open_saver(path, engine))
    facts = RunFacts(path)
    resources.callback(facts.close)
    return saver, RunHistory(facts)


def open_hold(graph_path: Path, engine: str, saver: Any, resources: ExitStack) -> ThreadHold:
    """What keeps other runners off a thread. The other engine's tables have no lease, so there ours is used as well."""
    if engine == "langgraph":
        store = SqliteStore(runs_database(graph_path))
        resources.callback(store.close)
    else:
        store = saver.store  # only the store that holds a thread may write to it
    hold = ThreadHold(store)
    resources.callback(hold.release)
    return hold


def _open_saver(path: Path, engine: str) -> AbstractContextManager[Any]:
    # Imported here, so that who only reads the past loads neither engine.
    if engine == "langgraph":
        from langgraph.checkpoint.sqlite import SqliteSaver as LangGraphSaver

        # Another engine's tables stay in a file of their own.
        return LangGraphSaver.from_conn_string(str(path.with_suffix(".langgraph.sqlite")))
    from engine.store.sqlite_saver import SqliteSaver

    return SqliteSaver.from_conn_string(str(path))
