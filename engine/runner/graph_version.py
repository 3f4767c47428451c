"""The version of the graph that a runner loaded, beside the one that a thread last ran on. Part of ``driver``.

Tells what is another one now, which nodes are missing, and how a thread goes on with others in their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.graph.graph_file import format_graph
from engine.runner.branching import START, TASKS
from engine.runner.graph_drift import code_files, digests_of, drift, texts_of
from engine.runner.host import HostedGraph
from engine.runner.run_events import CheckpointFacts, ErrorFacts, GraphDrifted
from engine.runner.run_history import RunHistory


class GraphVersion:
    """Belongs to the run thread, as the history does."""

    def __init__(self, hosted: HostedGraph, history: RunHistory) -> None:
        self._hosted = hosted
        self._history = history
        self._noted = ""
        # The thread of which this version is written down.

    @property
    def text(self) -> str:
        """The graph as its file would have it."""
        return self._loaded[0]

    def note(self, thread_id: str) -> None:
        """The thread runs on this version from here on."""
        if self._noted != thread_id and self._history.graph_of(thread_id) != self._loaded:
            self._history.note_graph(thread_id, *self._loaded, texts_of(self._files))
        self._noted = thread_id

    def drift(self, thread_id: str, pending: Sequence[str]) -> GraphDrifted | None:
        """What is another one since the thread last ran; None if nothing is."""
        text, code = self._history.graph_of(thread_id)
        return drift(thread_id, text, code, self._hosted.spec, self._loaded[1], pending)

    def missing(self, due: Sequence[str], renamed: Mapping[str, str]) -> list[str]:
        """The nodes that are due and that the graph no longer has, without those that a node of it stands in for."""
        nodes = self._hosted.spec.nodes
        gone = [name for name in dict.fromkeys(due) if name not in (*nodes, START)]
        return [name for name in gone if renamed.get(name) not in nodes]

    def jump(self, saver: Any, thread_id: str, head: CheckpointFacts | None, renamed: Mapping[str, str]) -> Any:
        """The command that makes the new nodes due in place of the missing ones; None if none is missing."""
        kit = self._hosted.kit
        if head is None or not any(name in renamed for name in head.next):
            return None
        where = {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": head.id}
        stored = saver.get_tuple({"configurable": where})
        sent = [packet for packet in stored.checkpoint["channel_values"].get(TASKS) or () if packet.node in renamed]
        plain = dict.fromkeys(name for name in head.next if name in renamed)
        for packet in sent:
            plain.pop(packet.node, None)
        to = [renamed[name] for name in plain]
        return kit.command(goto=[*to, *(kit.send_class(renamed[packet.node], packet.arg) for packet in sent)])

    @cached_property
    def _loaded(self) -> tuple[str, dict[str, str]]:
        """The text of the graph and the hashes of its code, as this process loaded them."""
        return format_graph(self._hosted.spec), digests_of(self._files)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return code_files(self._hosted.spec, self._hosted.folder)


def missing_error(missing: Sequence[str]) -> ErrorFacts:
    """Why a run cannot go on without these nodes, and the ways out."""
    names = " and ".join(map(repr, missing))
    text = (
        f"The run waits for node {names}, which the graph no longer has. Nothing was run. Go on with the graph as "
        "it is now, say which node took its place, or fork from an earlier step."
    )
    return ErrorFacts("GraphChangedError", text)
