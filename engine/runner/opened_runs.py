"""Makes a folder in which a window can look at runs that somebody sent: a run database, LangGraph's file, an export.

The file is only read, as data: nothing in it is imported or run. Its threads are copied into a run database of their
own, and beside it stands the graph they ran on, or what can be told of it by what ran after what. Code is not needed to
look. Called by ``stepgraph history open``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.graph.graph_file import GraphFileError, format_graph, parse_graph
from engine.runner.local_files import prepare_folder, runs_database
from engine.runner.observed_graph import observed_graph, tell_thread
from engine.runner.run_history import THREAD, RunHistory
from engine.store.run_facts import INDEX, RunFacts
from engine.store.run_reader import reading_runs
from engine.store.sqlite_store import SqliteStore
from engine.store.store_saver import StoreSaver
from engine.time_travel.thread_file import export_thread
from engine.time_travel.thread_import import import_thread

SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class OpenedRuns:
    graph: Path
    """To be opened by the window."""
    threads: int
    is_observed: bool
    """The graph is only what was seen of it: nodes that were due, and lines between what followed one another."""


def open_runs(source: Path, folder: Path) -> OpenedRuns:
    """Copies the runs of a file into a new folder. Raises LookupError for no runs, and what reading the file raises."""
    with source.open("rb") as file:
        is_database = file.read(len(SQLITE)) == SQLITE
    name = source.name.split(".")[0] or "runs"
    graph_path = folder / f"{name}.graph.json"
    folder.mkdir(parents=True)
    with contextlib.closing(SqliteStore(prepare_folder(runs_database(graph_path)))) as target:
        if is_database:
            with reading_runs(source) as (store, facts):
                threads = store.threads()
                for thread in threads:
                    import_thread(target, export_thread(store, thread, facts=facts))
        else:
            with source.open(encoding="utf-8") as lines:
                threads = (import_thread(target, list(lines)),)
        if not threads:
            raise LookupError(f"{source.name} holds no run.")
        told = RunFacts(target.file)
        text = _graph_text(told)
        is_observed = text is None
        text = text or format_graph(observed_graph(target, threads, name))
        graph_path.write_text(text, encoding="utf-8")
        untold = list_threads(told, threads, text)
        with target.together():
            for thread in untold:
                tell_thread(RunHistory(told), StoreSaver(target), thread, parse_graph(text, where="the run"))
    return OpenedRuns(graph_path, len(threads), is_observed)


def list_threads(facts: RunFacts, threads: Sequence[str], graph_text: str) -> list[str]:
    """Threads of which nothing was told are found in the list of runs, too. Gives these."""
    known = {fact.data["thread_id"] for fact in facts.read(INDEX, kinds=[THREAD])}
    untold = [thread for thread in threads if thread not in known]
    for thread in untold:
        RunHistory(facts).note_thread(thread, None, graph_text)
    return untold


def _graph_text(facts: RunFacts) -> str | None:
    """Of the newest run whose graph is kept and can be read."""
    for fact in reversed(facts.read(INDEX, kinds=[THREAD])):
        text = facts.graph_text(str(fact.data.get("graph", "")))
        if text is not None:
            with contextlib.suppress(GraphFileError):
                return format_graph(parse_graph(text, where="the run"))
    return None
