"""Works out how a compiled graph is drawn: which arrows there are, where it ends. No node runs.

What cannot be known before running (where a router without ``path_map`` goes) has no arrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.builder import GraphBuilder
from engine.graph.drawn_graph import DrawnGraph, Edge
from engine.graph.names import END, START
from engine.runtime.draw_deferred import implicit_arrows
from engine.runtime.runnable_graph import RunnableGraph


def draw_state_graph(graph: RunnableGraph, builder: GraphBuilder, subgraphs: Mapping[str, DrawnGraph]) -> DrawnGraph:
    """The drawing of a compiled state graph, with some nodes replaced by their own drawings."""
    arrows = _reachable(_arrows(builder))
    arrows += implicit_arrows(builder, arrows)
    drawn = DrawnGraph()
    drawn.add_node(_START_DATA, START)
    for name, spec in builder.nodes.items():
        drawn.add_node(spec.action, name, metadata=_node_metadata(graph, name, spec))
    for edge in sorted(arrows, key=lambda e: (e.source, e.target, e.conditional, e.data or "")):
        label = edge.data if edge.data != edge.target else None
        drawn.add_edge(edge.source, edge.target, label, conditional=edge.conditional)
    sources = {edge.source for edge in arrows}
    ends = sorted({edge.target for edge in arrows if edge.target != END} - sources)
    for name in ends:
        drawn.add_edge(name, END)
    if not ends and not any(edge.target == END for edge in arrows):
        last = _last_layer(arrows)
        if len(last) == 1:
            drawn.add_edge(last[0], END, conditional=True)
    for name, inner in subgraphs.items():
        drawn.expand(name, inner)
    return drawn


_START_DATA = "start"
"""Stands for START, which runs nothing of the user's."""


def _node_metadata(graph: RunnableGraph, name: str, spec: Any) -> dict[str, Any] | None:
    metadata = dict(spec.metadata or {})
    if spec.defer:
        metadata["defer"] = True
    stops = [
        word
        for word, names in (("before", graph.interrupt_before_nodes), ("after", graph.interrupt_after_nodes))
        if name in names
    ]
    if stops:
        metadata["__interrupt"] = ",".join(stops)
    return metadata or None


def _arrows(builder: GraphBuilder) -> list[Edge]:
    parts = builder.parts
    found = [Edge(start, end) for start, end in parts.edges if end != END]
    found += [Edge(start, end) for starts, end in parts.waiting_edges if end != END for start in starts]
    for name, spec in parts.nodes.items():
        labels = spec.ends.items() if isinstance(spec.ends, dict) else ((end, None) for end in spec.ends)
        found += [Edge(name, end, label, True) for end, label in labels]
    for source, branches in parts.branches.items():
        for branch in branches.values():
            found += [Edge(source, end, str(label), True) for label, end in (branch.ends or {}).items()]
    return found


def _reachable(arrows: list[Edge]) -> list[Edge]:
    """Those that lead away from nodes that START leads to."""
    by_source: dict[str, list[Edge]] = {}
    for edge in arrows:
        by_source.setdefault(edge.source, []).append(edge)
    known, waiting, found = {START}, [START], []
    while waiting:
        for edge in by_source.get(waiting.pop(), ()):
            found.append(edge)
            if edge.target not in known:
                known.add(edge.target)
                waiting.append(edge.target)
    return found


def _last_layer(arrows: list[Edge]) -> list[str]:
    """The nodes furthest from START."""
    layer, known = [START], {START}
    while True:
        following = sorted({edge.target for edge in arrows if edge.source in layer} - known - {END})
        if not following:
            return [name for name in layer if name != START] or layer
        known.update(following)
        layer = following


def draw_one_node(graph: RunnableGraph) -> DrawnGraph:
    """The drawing of an entrypoint."""
    drawn = DrawnGraph()
    for name, node in graph.plan.nodes.items():
        drawn.add_node(node.function.source if node.function is not None else None, name)
    drawn.add_node(None, START)
    for name in graph.plan.nodes:
        drawn.add_edge(START, name)
        drawn.add_edge(name, END, conditional=True)
    return drawn
