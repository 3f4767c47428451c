"""A graph as it is drawn: nodes, edges, Mermaid text. Worked out from the plan; no node runs.

What cannot be known before running (where a router without ``path_map`` goes) has no edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.graph.names import END, START

if TYPE_CHECKING:
    from engine.runtime.compiled_graph import Pregel
    from engine.runtime.state_graph import StateGraph


@dataclass(frozen=True)
class DrawnNode:
    """One box."""

    id: str
    name: str
    data: Any
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class DrawnEdge:
    """One arrow; ``data`` is its label."""

    source: str
    target: str
    data: Any = None
    conditional: bool = False


@dataclass
class DrawnGraph:
    """What ``get_graph()`` returns."""

    nodes: dict[str, DrawnNode] = field(default_factory=dict)
    edges: list[DrawnEdge] = field(default_factory=list)

    def add_edge(self, source: str, target: str, data: Any = None, *, conditional: bool = False) -> None:
        """Add an arrow, unless there is one between the two."""
        if any(edge.source == source and edge.target == target for edge in self.edges):
            return
        if target not in self.nodes and target == END:
            self.nodes[END] = DrawnNode(END, END, None)
        self.edges.append(DrawnEdge(source, target, data, conditional))

    def to_json(self, *, with_schemas: bool = False) -> dict[str, Any]:
        """As plain data, in the shape that langchain's graphs have."""
        return {
            "nodes": [self._node_json(node) for node in self.nodes.values()],
            "edges": [_edge_json(edge) for edge in self.edges],
        }

    def draw_mermaid(self, *, with_styles: bool = True, **_options: Any) -> str:
        """As a Mermaid flow chart."""
        lines = ["---", "config:", "  flowchart:", "    curve: linear", "---", "graph TD;"]
        if with_styles:
            lines += [f"\t{self._box(node)}" for node in self.nodes.values()]
        for edge in self.edges:
            arrow = "-.->" if edge.conditional else "-->"
            if edge.data is not None:
                arrow = f"-. &nbsp;{edge.data}&nbsp; .->" if edge.conditional else f"-- &nbsp;{edge.data}&nbsp; -->"
            lines.append(f"\t{_mermaid_id(edge.source)} {arrow} {_mermaid_id(edge.target)};")
        if with_styles:
            lines += [
                "\tclassDef default fill:#f2f0ff,line-height:1.2",
                "\tclassDef first fill-opacity:0",
                "\tclassDef last fill:#bfb6fc",
            ]
        return "\n".join(lines) + "\n"

    def _box(self, node: DrawnNode) -> str:
        style = ":::first" if node.id == START else ":::last" if node.id == END else ""
        marks = "".join(f"<hr/><small><em>{key} = {value}</em></small>" for key, value in (node.metadata or {}).items())
        name = node.name if not style else f"<p>{node.name}</p>"
        shape = ("([", "])") if style else ("(", ")")
        return f"{_mermaid_id(node.id)}{shape[0]}{name}{marks}{shape[1]}{style}"

    @staticmethod
    def _node_json(node: DrawnNode) -> dict[str, Any]:
        if node.data is None:
            return {"id": node.id, "type": "schema", "data": node.name}
        found: dict[str, Any] = {
            "id": node.id,
            "type": "runnable",
            "data": {"id": list(_address(node.data)), "name": node.name},
        }
        if node.metadata:
            found["metadata"] = dict(node.metadata)
        return found


def _edge_json(edge: DrawnEdge) -> dict[str, Any]:
    found: dict[str, Any] = {"source": edge.source, "target": edge.target}
    if edge.data is not None:
        found["data"] = edge.data
    if edge.conditional:
        found["conditional"] = True
    return found


def _address(value: Any) -> tuple[str, ...]:
    kind = type(value)
    if callable(value) and not hasattr(kind, "invoke"):
        return ("langgraph", "_internal", "_runnable", "RunnableCallable")
    return (*kind.__module__.split("."), kind.__name__)


def _mermaid_id(name: str) -> str:
    """A name that Mermaid takes: other characters as their code."""
    return "".join(c if c.isalnum() or c in "_-" else f"\\{ord(c):x}" for c in name)


def draw_state_graph(graph: Pregel, builder: StateGraph, subgraphs: Mapping[str, DrawnGraph]) -> DrawnGraph:
    """The drawing of a compiled state graph, with some nodes replaced by their own drawings."""
    arrows = _reachable(_arrows(builder))
    drawn = DrawnGraph()
    drawn.nodes[START] = DrawnNode(START, START, _StartData)
    for name, spec in builder.nodes.items():
        drawn.nodes[name] = DrawnNode(name, name, spec.action, _node_metadata(graph, name, spec))
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
        _unfold(drawn, name, inner)
    return drawn


class _StartData:
    """Stands for START, which runs nothing of the user's."""


def _node_metadata(graph: Pregel, name: str, spec: Any) -> dict[str, Any] | None:
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


def _arrows(builder: StateGraph) -> list[DrawnEdge]:
    parts = builder.parts
    found = [DrawnEdge(start, end) for start, end in parts.edges if end != END]
    found += [DrawnEdge(start, end) for starts, end in parts.waiting_edges if end != END for start in starts]
    for name, spec in parts.nodes.items():
        labels = spec.ends.items() if isinstance(spec.ends, dict) else ((end, None) for end in spec.ends)
        found += [DrawnEdge(name, end, label, True) for end, label in labels]
    for source, branches in parts.branches.items():
        for branch in branches.values():
            found += [DrawnEdge(source, end, str(label), True) for label, end in (branch.ends or {}).items()]
    return found


def _reachable(arrows: list[DrawnEdge]) -> list[DrawnEdge]:
    """Those that lead away from nodes that START leads to."""
    by_source: dict[str, list[DrawnEdge]] = {}
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


def _last_layer(arrows: list[DrawnEdge]) -> list[str]:
    """The nodes furthest from START."""
    layer, known = [START], {START}
    while True:
        following = sorted({edge.target for edge in arrows if edge.source in layer} - known - {END})
        if not following:
            return [name for name in layer if name != START] or layer
        known.update(following)
        layer = following


def _unfold(drawn: DrawnGraph, name: str, inner: DrawnGraph) -> None:
    """Put a subgraph's drawing in the place of its node."""
    inside = [node for id, node in inner.nodes.items() if id not in (START, END)]
    if name not in drawn.nodes or not inside:
        return
    entries = [edge.target for edge in inner.edges if edge.source == START]
    exits = [edge.source for edge in inner.edges if edge.target == END]
    if len(set(entries)) != 1 or len(set(exits)) != 1:
        entries, exits = [START], [END]
        inside = list(inner.nodes.values())
    del drawn.nodes[name]
    for node in inside:
        drawn.nodes[f"{name}:{node.id}"] = DrawnNode(f"{name}:{node.id}", node.name, node.data, node.metadata)
    kept = {node.id for node in inside}
    first, last = f"{name}:{entries[0]}", f"{name}:{exits[0]}"
    drawn.edges = [
        DrawnEdge(
            last if e.source == name else e.source, first if e.target == name else e.target, e.data, e.conditional
        )
        for e in drawn.edges
    ]
    drawn.edges += [
        DrawnEdge(f"{name}:{e.source}", f"{name}:{e.target}", e.data, e.conditional)
        for e in inner.edges
        if e.source in kept and e.target in kept
    ]


def draw_one_node(graph: Pregel) -> DrawnGraph:
    """The drawing of an entrypoint."""
    drawn = DrawnGraph()
    drawn.nodes[START] = DrawnNode(START, START, None)
    for name, node in graph.plan.nodes.items():
        drawn.nodes[name] = DrawnNode(name, name, node.function.source if node.function is not None else None)
        drawn.add_edge(START, name)
        drawn.add_edge(name, END)
    return drawn


def as_langchain_graph(drawn: DrawnGraph) -> Any:
    """As langchain-core's ``Graph``, which can also draw pictures; the drawing itself if that is not installed."""
    from importlib.util import find_spec

    if find_spec("langchain_core") is None:
        return drawn
    from langchain_core.runnables.graph import Graph, Node

    graph = Graph()
    for node in drawn.nodes.values():
        graph.nodes[node.id] = Node(
            node.id, node.name, _langchain_data(node), dict(node.metadata) if node.metadata else None
        )
    for edge in drawn.edges:
        graph.add_edge(graph.nodes[edge.source], graph.nodes[edge.target], edge.data, edge.conditional)
    return graph


def _langchain_data(node: DrawnNode) -> Any:
    if node.data is None or hasattr(type(node.data), "invoke"):
        return node.data
    from langchain_core.runnables import RunnableLambda

    function = node.data if callable(node.data) and node.data is not _StartData else lambda value: value
    return RunnableLambda(function)
