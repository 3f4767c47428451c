"""A graph file's description as Mermaid text, for documents and chats. Pure; runs and imports nothing of the graph.

What ``get_graph(xray=True).draw_mermaid()`` of a compiled graph gives, with every branch and its label, also where two
branches lead to one node. A subgraph is a frame around its nodes if it has one first and one last node, else one node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from engine.graph.drawn_graph import DrawnGraph, Edge, Node
from engine.graph.mermaid import draw_mermaid
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, NodeSpec, drawn_edges


def graph_mermaid(graph: GraphSpec) -> str:
    """A flowchart from top to bottom. Edges to nodes that the file does not have are left out."""
    drawn = _drawn(graph, _names_that_frame(graph))
    return draw_mermaid(drawn.nodes.values(), drawn.edges, first_node=START, last_node=END, escape=True)


def _drawn(graph: GraphSpec, framed: frozenset[str]) -> DrawnGraph:
    names = (START, *graph.nodes, END)
    nodes = {name: Node(name, name, metadata=_facts(graph.nodes.get(name))) for name in names}
    known = [line for line in drawn_edges(graph) if line.outlet.node in nodes and line.target in nodes]
    drawn = DrawnGraph(nodes, [_edge(line) for line in known])
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec) and name in framed:
            drawn.expand(name, _drawn(node.graph, framed))
    return drawn


def _facts(node: NodeSpec | None) -> dict[str, bool] | None:
    """What stands below the name."""
    facts = {"defer": node.defer, "disabled": node.disabled} if node is not None else {}
    return {key: True for key, holds in facts.items() if holds} or None


def _names_that_frame(graph: GraphSpec) -> frozenset[str]:
    """Subgraphs whose name no other subgraph has, at any depth: Mermaid knows one frame of a name."""
    names = Counter(_subgraph_names(graph))
    return frozenset(name for name, times in names.items() if times == 1 and ":" not in name)


def _subgraph_names(graph: GraphSpec) -> Iterable[str]:
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec):
            yield name
            yield from _subgraph_names(node.graph)


def _edge(line: EdgeId) -> Edge:
    """Dotted with its label for a branch; a label that only repeats the target is left out, as LangGraph does."""
    if not isinstance(line.outlet, BranchOutlet):
        return Edge(line.outlet.node, line.target)
    label = line.outlet.label
    return Edge(line.outlet.node, line.target, None if label == line.target else label, conditional=True)
