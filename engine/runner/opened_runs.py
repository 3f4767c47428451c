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
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec
from engine.runner.local_files import prepare_folder, runs_database
from engine.runner.run_history import THREAD, RunHistory, next_by_channels
from engine.store.checkpoint_store import CheckpointStore
from engine.store.run_facts import INDEX, RunFacts
from engine.store.run_reader import reading_runs
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.thread_file import export_thread
from engine.time_travel.thread_import import import_thread

SQLITE = b"SQLite format 3\x00"

MOST_LOOKED_AT = 2_000
"""Checkpoints of a thread from which the graph is told when nothing else tells it."""


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
        list_threads(told, threads, text)
    return OpenedRuns(graph_path, len(threads), is_observed)


def list_threads(facts: RunFacts, threads: Sequence[str], graph_text: str) -> None:
    """Threads of which nothing was told are found in the list of runs, too."""
    known = {fact.data["thread_id"] for fact in facts.read(INDEX, kinds=[THREAD])}
    for thread in threads:
        if thread not in known:
            RunHistory(facts).note_thread(thread, None, graph_text)


def observed_graph(store: CheckpointStore, threads: Sequence[str], name: str) -> GraphSpec:
    """The nodes that were ever due, and a line wherever one was due after another."""
    nodes: dict[str, None] = {}
    lines: dict[tuple[str, str], None] = {}
    for thread in threads:
        due: dict[str, tuple[str, ...]] = {}
        found = list(store.list(thread, "", limit=MOST_LOOKED_AT))
        for stored in reversed(found):
            due[stored.checkpoint_id] = next_by_channels(stored.values)
            nodes.update(dict.fromkeys(each for each in due[stored.checkpoint_id] if each != START))
            before = due.get(stored.parent_id or "", ())
            for source in before if stored.metadata.get("source", "loop") == "loop" else ():
                for target in due[stored.checkpoint_id] or (END,):
                    lines[(source, target)] = None
    return GraphSpec(
        name=name,
        nodes={each: NodeSpec() for each in nodes},
        edges=tuple(EdgeSpec(source, target) for source, target in lines),
    )


def _graph_text(facts: RunFacts) -> str | None:
    """Of the newest run whose graph is kept and can be read."""
    for fact in reversed(facts.read(INDEX, kinds=[THREAD])):
        text = facts.graph_text(str(fact.data.get("graph", "")))
        if text is not None:
            with contextlib.suppress(GraphFileError):
                return format_graph(parse_graph(text, where="the run"))
    return None
