"""The versions of the graph and of its code that a thread ran on, one after the other. Read from the run database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.graph.fingerprints import node_prints
from engine.graph.graph_file import GraphFileError, parse_graph

if TYPE_CHECKING:  # the window reads texts as this file does, and has no database
    from engine.runner.run_history import RunHistory


def ran_versions(history: RunHistory, thread_id: str) -> list[dict[str, Any]]:
    """As ``requests.ReadVersions`` says."""
    told = []
    for version in history.versions(thread_id):
        texts = {file: text for file, digest in version.code.items() if (text := history.text(digest)) is not None}
        nodes = {}
        graph_text = history.text(version.graph)
        if graph_text is not None:
            try:
                graph = parse_graph(graph_text, where="the version the thread ran on")
            except GraphFileError:
                continue
            nodes = {
                name: [each.wiring, each.code]
                for name, each in node_prints(graph, {file: plain_text(text) for file, text in texts.items()}).items()
            }
        told.append({"since": version.since, "graph": version.graph, "code": version.code, "nodes": nodes})
    return told


def plain_text(text: str) -> str:
    """Line ends and a mark at the beginning are no difference that a person sees."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
