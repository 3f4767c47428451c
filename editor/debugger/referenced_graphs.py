"""The graphs of other files that stand in a graph as subgraphs, read so that a run in them can be shown. No Qt.

Runs and imports nothing. What cannot be read stays a name, and what ran in it is then known by its states only.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.graph.graph_file import GraphFileError
from engine.graph.references import GraphPlace, GraphReferenceError
from engine.graph.spec import GraphSpec, NodeSpec

MOST_FILES = 200
"""Files that name each other many times must not hold up the window."""


class ReferencedGraphs:
    def __init__(self) -> None:
        self._asked: tuple[GraphSpec, Path] | None = None
        self._filled: GraphSpec | None = None
        self._left = 0

    def filled(self, graph: GraphSpec | None, path: Path | None) -> GraphSpec | None:
        """The graph with those of other files in their places; itself if it names none, and the same one each time."""
        if graph is None or path is None or not _names_files(graph):
            return graph
        if self._asked is None or self._asked[0] is not graph or self._asked[1] != path:
            self._asked, self._left = (graph, path), MOST_FILES
            self._filled = self._fill(graph, GraphPlace.of(path))
        return self._filled

    def forget(self) -> None:
        """The files may be other ones now."""
        self._asked = self._filled = None

    def _fill(self, graph: GraphSpec, place: GraphPlace) -> GraphSpec:
        return replace(graph, nodes={name: self._node(node, place) for name, node in graph.nodes.items()})

    def _node(self, node: NodeSpec, place: GraphPlace) -> NodeSpec:
        if isinstance(node.graph, GraphSpec):
            return replace(node, graph=self._fill(node.graph, place))
        if node.graph is None or self._left <= 0:
            return node
        self._left -= 1
        try:
            graph, inner = place.follow(node.graph)
        except (GraphReferenceError, GraphFileError, OSError):
            return node
        return replace(node, graph=self._fill(graph, inner))


def _names_files(graph: GraphSpec) -> bool:
    inner = [node.graph for node in graph.nodes.values() if node.graph is not None]
    return any(isinstance(each, str) or _names_files(each) for each in inner)
