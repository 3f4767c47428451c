"""Graph files that stand in a graph as subgraphs: which paths may be named, and reading them. Imports no user code.

A reference is a path from the folder of the file that names it and stays inside that folder, so that opening or running
a file that came by mail never reaches out of its project. Used by the runner, ``stepgraph export`` and ``problems``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from engine.graph.graph_file import read_graph
from engine.graph.spec import MAX_SUBGRAPH_DEPTH, GraphSpec, NodeSpec, shown_text

SUFFIX = ".graph.json"
MAX_READ_IN = 2_000
"""So many subgraphs can stand in one exported graph. Files that name each other many times grow without bound."""


class GraphReferenceError(ValueError):
    """A reference to another graph file that cannot be followed. The text is a sentence with the way out."""


def why_not_reference(reference: str) -> str | None:
    """Why a graph cannot be named like this, as a sentence; None if it can. Says nothing about whether it is there."""
    if not reference.endswith(SUFFIX):
        return f"{shown_text(reference)} does not name a graph file: its name does not end with '{SUFFIX}'."
    path = PurePosixPath(reference)
    if "\\" in reference or ":" in reference or "\0" in reference or path.is_absolute():
        return f"{shown_text(reference)} is not a path from the graph's own folder, written with '/'."
    if ".." in path.parts:
        return f"{shown_text(reference)} leads out of the graph's folder. Keep the file inside it."
    return None


@dataclass(frozen=True)
class GraphPlace:
    """Where a graph was read from, and by way of which files."""

    path: Path
    """Absolute, links followed."""
    way: tuple[Path, ...] = ()
    """The files that lead here, the outermost first."""

    @staticmethod
    def of(path: Path) -> GraphPlace:
        return GraphPlace(Path(path).resolve())

    @property
    def folder(self) -> Path:
        return self.path.parent

    def follow(self, reference: str) -> tuple[GraphSpec, GraphPlace]:
        """The graph named in this one. Raises ``GraphReferenceError``, or ``GraphFileError`` if it cannot be read."""
        if (reason := why_not_reference(reference)) is not None:
            raise GraphReferenceError(reason)
        path = (self.folder / reference).resolve()
        if not path.is_relative_to(self.folder):
            raise GraphReferenceError(
                f"{shown_text(reference)} is a link out of the graph's folder. Put the file there."
            )
        way = (*self.way, self.path)
        if path in way:
            circle = " in ".join(file.name for file in reversed([*way[way.index(path) :], path]))
            raise GraphReferenceError(f"The graph stands inside itself: {circle}. Take one of these out.")
        if len(way) > MAX_SUBGRAPH_DEPTH:
            raise GraphReferenceError(f"Graph files name each other deeper than {MAX_SUBGRAPH_DEPTH} levels.")
        return read_graph(path), GraphPlace(path, way)


def why_no_graph_beside(graph_path: Path) -> Callable[[str], str | None]:
    """For ``problems``: whether a graph file that this one names is there. Looks at the name only, reads nothing."""
    return why_no_graph_in(graph_path.parent, graph_path)


def why_no_graph_in(folder: Path, own_path: Path | None = None) -> Callable[[str], str | None]:
    """As ``why_no_graph_beside``, for a graph that may have no file yet."""
    folder = folder.resolve()
    own = None if own_path is None else own_path.resolve()

    def why_not(reference: str) -> str | None:
        path = (folder / reference).resolve()
        if path == own:
            return f"{shown_text(reference)} is this graph itself."
        if not path.is_relative_to(folder):
            return f"{shown_text(reference)} is a link out of the graph's folder."
        return None if path.is_file() else f"There is no graph file {shown_text(reference)} here."

    return why_not


def with_files_read_in(graph: GraphSpec, place: GraphPlace) -> GraphSpec:
    """The graph with the graphs of other files in their places. Raises as ``follow`` does.

    For writing one module: files in other folders are refused, because their modules could not be told apart there.
    """
    return _ReadIn().of(graph, place)


class _ReadIn:
    def __init__(self) -> None:
        self._count = 0

    def of(self, graph: GraphSpec, place: GraphPlace) -> GraphSpec:
        nodes: Mapping[str, NodeSpec] = {name: self._node(node, place) for name, node in graph.nodes.items()}
        return replace(graph, nodes=nodes)

    def _node(self, node: NodeSpec, place: GraphPlace) -> NodeSpec:
        if node.graph is None:
            return node
        self._count += 1
        if self._count > MAX_READ_IN:
            raise GraphReferenceError(f"The graph has more than {MAX_READ_IN} subgraphs, too many for one module.")
        if isinstance(node.graph, GraphSpec):
            return replace(node, graph=self.of(node.graph, place))
        graph, inner_place = place.follow(node.graph)
        if inner_place.folder != place.folder:
            raise GraphReferenceError(
                f"{shown_text(node.graph)} is in another folder, from which one module cannot import. "
                "Keep both graphs in one folder, or export that one by itself."
            )
        return replace(node, graph=self.of(replace(graph, name=""), inner_place))
