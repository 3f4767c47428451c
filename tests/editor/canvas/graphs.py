"""Small graphs for the canvas tests."""

from __future__ import annotations

from editor.document.document import Document
from editor.document.layout import Layout, Position
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec


def measure(text: str) -> float:
    """Seven px for a letter, so that shapes do not depend on installed fonts."""
    return 7.0 * len(text)


def document(
    nodes: dict[str, Position],
    edges: list[tuple[str | tuple[str, ...], str]] = (),
    routers: dict[str, dict[str, str | None]] | None = None,
) -> Document:
    """Nodes with their places, plain edges or joins, and one function router for each node named."""
    graph = GraphSpec(
        name="test",
        nodes={name: NodeSpec(fn=f"nodes:{name}") for name in nodes if name not in (START, END)},
        edges=tuple(EdgeSpec(source, target) for source, target in edges),
        routers={
            node: (RouterSpec(fn="routing:choose", branches=tuple(BranchSpec(*item) for item in branches.items())),)
            for node, branches in (routers or {}).items()
        },
    )
    return Document(graph, Layout(nodes))


def loop() -> Document:
    """START -> a -> b, b chooses back to a or END; c stands apart."""
    return document(
        {START: (0, 12), "a": (120, 0), "b": (400, 0), "c": (400, 200), END: (800, 12)},
        [(START, "a"), ("a", "b")],
        {"b": {"again": "a", "done": END}},
    )
