"""What a graph with disabled nodes runs as. Pure.

A disabled node keeps its place and its edges, so a step is still a step and a join still waits for it, but it does
nothing: no function, no subgraph, no options, no jump, no update. Its routers decide as ever, on the state as it is.
Asked by whatever runs a graph, writes one as a program or judges one: ``runner.host``, ``export_python``, ``problems``.
"""

from __future__ import annotations

from dataclasses import replace

from engine.graph.spec import GraphSpec, NodeSpec


def node_as_it_runs(node: NodeSpec) -> NodeSpec:
    """The node itself, or what a disabled one comes down to: when it runs, and what is written down of it."""
    if not node.disabled:
        return node
    return NodeSpec(defer=node.defer, metadata=node.metadata, disabled=True)


def graph_as_it_runs(graph: GraphSpec) -> GraphSpec:
    """The graph with each disabled node come down to what it does, in the subgraphs of its file too."""
    others = {name: runs for name, node in graph.nodes.items() if (runs := _with_subgraph(node)) is not node}
    return replace(graph, nodes={**graph.nodes, **others}) if others else graph


def _with_subgraph(node: NodeSpec) -> NodeSpec:
    if node.disabled or not isinstance(node.graph, GraphSpec):
        return node_as_it_runs(node)
    inside = graph_as_it_runs(node.graph)
    return node if inside is node.graph else replace(node, graph=inside)
