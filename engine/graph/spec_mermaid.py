"""A graph file's description as Mermaid text, for documents and chats. Pure; runs and imports nothing of the graph.

What ``get_graph().draw_mermaid()`` of a compiled graph gives, with every branch and its label, also where two branches
lead to one node.
"""

from __future__ import annotations

from engine.graph.drawn_graph import Edge, Node
from engine.graph.mermaid import draw_mermaid
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, drawn_edges


def graph_mermaid(graph: GraphSpec) -> str:
    """A flowchart from top to bottom. Edges to nodes that the file does not have are left out."""
    names = (START, *graph.nodes, END)
    deferred = {name for name, node in graph.nodes.items() if node.defer}
    nodes = {name: Node(name, name, metadata={"defer": True} if name in deferred else None) for name in names}
    known = [line for line in drawn_edges(graph) if line.outlet.node in nodes and line.target in nodes]
    return draw_mermaid(nodes.values(), [_edge(line) for line in known], first_node=START, last_node=END)


def _edge(line: EdgeId) -> Edge:
    """Dotted with its label for a branch; a label that only repeats the target is left out, as LangGraph does."""
    if not isinstance(line.outlet, BranchOutlet):
        return Edge(line.outlet.node, line.target)
    label = line.outlet.label
    return Edge(line.outlet.node, line.target, None if label == line.target else label, conditional=True)
