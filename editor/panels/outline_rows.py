"""The rows of the outline: all nodes of the graph and its subgraphs, in the order a run may meet them. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.graph.spec import START, GraphSpec, NodeSpec

Path = tuple[str, ...]
"""The nodes to open, the outermost first; empty for the graph itself."""


@dataclass(frozen=True, slots=True)
class OutlineRow:
    path: Path
    """The graph that the node stands in."""
    name: str
    runs: str
    """Its function, the file of its graph, or how many nodes its subgraph has."""
    icon: str
    opens: bool = False
    """It has rows of its own."""
    is_open: bool = False

    @property
    def inner(self) -> Path:
        """What is below it."""
        return (*self.path, self.name)

    @property
    def detail(self) -> str:
        """What runs, where the name does not say so already."""
        return "" if self.runs.rpartition(":")[2] == self.name else self.runs

    @property
    def depth(self) -> int:
        return len(self.path)


def outline(graph: GraphSpec, closed: frozenset[Path] = frozenset(), text: str = "") -> tuple[OutlineRow, ...]:
    """``closed``: subgraphs whose rows are left out. ``text``: only nodes with it in their name or function, and the
    subgraphs around these; nothing is closed then.
    """
    if not text:
        return tuple(_rows(graph, (), closed))
    wanted, kept = text.casefold(), []
    around: set[Path] = set()
    for row in reversed(tuple(_rows(graph, (), frozenset()))):
        if row.inner in around or wanted in row.name.casefold() or wanted in row.runs.casefold():
            kept.append(row)
            around.add(row.path)
    return tuple(reversed(kept))


def _rows(graph: GraphSpec, path: Path, closed: frozenset[Path]) -> Iterator[OutlineRow]:
    for name in order_of_flow(graph):
        node = graph.nodes[name]
        inside = node.graph if isinstance(node.graph, GraphSpec) and node.graph.nodes else None
        is_open = inside is not None and (*path, name) not in closed
        icon = "node" if node.graph is None else "subgraph"
        yield OutlineRow(path, name, what_runs(node), icon, inside is not None, is_open)
        if inside is not None and is_open:
            yield from _rows(inside, (*path, name), closed)


def what_runs(node: NodeSpec) -> str:
    if isinstance(node.graph, GraphSpec):
        count = len(node.graph.nodes)
        return f"{count} node{'' if count == 1 else 's'}"
    return node.graph or node.fn or ""


def order_of_flow(graph: GraphSpec) -> list[str]:
    """A node comes after all that lead to it, but for edges back; branches one after the other, as they are drawn.

    Reversed postorder of a depth-first walk from START. What START does not lead to comes last.
    """
    leads: dict[str, list[str]] = {}
    for edge in graph.edges:
        for source in edge.sources:
            leads.setdefault(source, []).append(edge.target)
    for name, routers in graph.routers.items():
        targets = [branch.target for router in routers for branch in router.branches if branch.target is not None]
        leads.setdefault(name, []).extend(targets)
    for name, node in graph.nodes.items():
        if node.destinations:
            leads.setdefault(name, []).extend(node.destinations)
    met: set[str] = set()
    order: list[str] = []
    for start in (START, *graph.nodes):
        if start not in met:
            order += reversed(_walk(start, leads, met))
    return [name for name in order if name in graph.nodes]


def _walk(start: str, leads: Mapping[str, list[str]], met: set[str]) -> list[str]:
    """What is reached from there and was not met before, each after all that it leads to. Without recursion."""
    finished: list[str] = []
    met.add(start)
    stack = [(start, iter(reversed(leads.get(start, ()))))]
    while stack:
        name, ahead = stack[-1]
        for target in ahead:
            if target not in met:
                met.add(target)
                stack.append((target, iter(reversed(leads.get(target, ())))))
                break
        else:
            stack.pop()
            finished.append(name)
    return finished
