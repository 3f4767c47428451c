"""A graph as a picture's content: nodes and edges by id, nothing that runs. What ``get_graph`` returns.

Shaped like langchain-core's ``Graph``, so that code which draws or compares graphs finds what it expects. ``mermaid``
turns one into text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from engine.graph.mermaid import CurveStyle, NodeStyles, draw_mermaid
from engine.graph.spec import END


class Edge(NamedTuple):
    """A line from one node to another. ``data`` is its label, None if it has none."""

    source: str
    target: str
    data: Any = None
    conditional: bool = False


@dataclass(frozen=True)
class Node:
    """``data`` is what runs there, if anything; ``name`` is what is shown."""

    id: str
    name: str
    data: Any = None
    metadata: Mapping[str, Any] | None = None


@dataclass
class DrawnGraph:
    """Nodes by id, in drawing order, and the edges between them."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def add_node(self, data: Any, id: str, *, metadata: Mapping[str, Any] | None = None) -> Node:
        """Raises ValueError if the id is taken."""
        if id in self.nodes:
            raise ValueError(f"Node with id {id} already exists")
        self.nodes[id] = Node(id, id, data, metadata or None)
        return self.nodes[id]

    def add_edge(self, source: str, target: str, data: Any = None, conditional: bool = False) -> None:
        """Adds a line unless these two nodes have one already. END is added as a node when first needed."""
        if any((edge.source, edge.target) == (source, target) for edge in self.edges):
            return
        if target == END and END not in self.nodes:
            self.add_node(None, END)
        for id in (source, target):
            if id not in self.nodes:
                raise ValueError(f"Node {id} not in graph")
        self.edges.append(Edge(source, target, data, conditional))

    def expand(self, name: str, inner: DrawnGraph) -> None:
        """Puts a subgraph's nodes in the place of the node ``name``; their ids get its name and a colon in front."""
        if len(inner.nodes) < 2 or name not in self.nodes:
            return
        inner = _without_ends(inner)
        first, last = inner.first_node(), inner.last_node()
        if first is None or last is None:
            return
        del self.nodes[name]
        prefix = f"{name}:"
        for node in inner.nodes.values():
            self.nodes[prefix + node.id] = replace(node, id=prefix + node.id)
        for place, edge in enumerate(self.edges):
            source = prefix + last.id if edge.source == name else edge.source
            target = prefix + first.id if edge.target == name else edge.target
            self.edges[place] = edge._replace(source=source, target=target)
        self.edges += [e._replace(source=prefix + e.source, target=prefix + e.target) for e in inner.edges]

    def first_node(self, exclude: frozenset[str] = frozenset()) -> Node | None:
        """The one node that no line leads to, not counting lines from ``exclude``; None if there are several."""
        reached = {edge.target for edge in self.edges if edge.source not in exclude}
        found = [node for id, node in self.nodes.items() if id not in exclude and id not in reached]
        return found[0] if len(found) == 1 else None

    def last_node(self, exclude: frozenset[str] = frozenset()) -> Node | None:
        """The one node that no line leaves, not counting lines to ``exclude``; None if there are several."""
        left = {edge.source for edge in self.edges if edge.target not in exclude}
        found = [node for id, node in self.nodes.items() if id not in exclude and id not in left]
        return found[0] if len(found) == 1 else None

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """The graph as JSON values, in drawing order."""
        nodes = [
            {
                "id": node.id,
                **_data_json(node),
                **({"metadata": dict(node.metadata)} if node.metadata is not None else {}),
            }
            for node in self.nodes.values()
        ]
        edges = []
        for edge in self.edges:
            one: dict[str, Any] = {"source": edge.source, "target": edge.target}
            if edge.data is not None:
                one["data"] = edge.data
            if edge.conditional:
                one["conditional"] = True
            edges.append(one)
        return {"nodes": nodes, "edges": edges}

    def draw_mermaid(
        self,
        *,
        with_styles: bool = True,
        curve_style: CurveStyle = CurveStyle.LINEAR,
        node_colors: NodeStyles | None = None,
        wrap_label_n_words: int = 9,
        frontmatter_config: Mapping[str, Any] | None = None,
    ) -> str:
        """The graph as a Mermaid flowchart."""
        first, last = self.first_node(), self.last_node()
        return draw_mermaid(
            self.nodes.values(),
            self.edges,
            first_node=None if first is None else first.id,
            last_node=None if last is None else last.id,
            with_styles=with_styles,
            curve_style=curve_style,
            node_styles=node_colors or NodeStyles(),
            wrap_label_n_words=wrap_label_n_words,
            frontmatter_config=frontmatter_config or {},
        )


def _without_ends(graph: DrawnGraph) -> DrawnGraph:
    """A copy without its first and its last node, each only if one line joins it to one node that takes its place."""
    trimmed = DrawnGraph(dict(graph.nodes), list(graph.edges))
    first = trimmed.first_node()
    if first is not None and trimmed.first_node(frozenset({first.id})) is not None:
        _remove_if_single(trimmed, first.id, [edge.source for edge in trimmed.edges])
    last = trimmed.last_node()
    if last is not None and trimmed.last_node(frozenset({last.id})) is not None:
        _remove_if_single(trimmed, last.id, [edge.target for edge in trimmed.edges])
    return trimmed


def _remove_if_single(graph: DrawnGraph, id: str, ends: list[str]) -> None:
    if ends.count(id) == 1:
        del graph.nodes[id]
        graph.edges = [edge for edge in graph.edges if id not in (edge.source, edge.target)]


def _data_json(node: Node) -> dict[str, Any]:
    """What runs there, in the class names that LangGraph gives it, so that descriptions from either compare equal."""
    if node.data is None:
        return {}
    id = _SUBGRAPH if hasattr(node.data, "get_graph") else _FUNCTION
    return {"type": "runnable", "data": {"id": list(id), "name": node.id}}


_FUNCTION = ("langgraph", "_internal", "_runnable", "RunnableCallable")
_SUBGRAPH = ("langgraph", "graph", "state", "CompiledStateGraph")
