"""Documents for tests: what does not matter is filled in."""

from __future__ import annotations

from editor.document import commands
from editor.document.commands import Command
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    PlainOutlet,
    RouterSpec,
)


def graph_of(*edges: tuple[str, str], **fields: object) -> GraphSpec:
    """A graph of plain edges; every end that is not START or END becomes a node with a function."""
    names = sorted({end for edge in edges for end in edge} - {START, END})
    nodes = {name: NodeSpec(fn=f"nodes:{name}") for name in names}
    parts: dict[str, object] = {"nodes": nodes, "edges": tuple(EdgeSpec(*edge) for edge in edges), "state": "state:S"}
    return GraphSpec(**{**parts, **fields})  # type: ignore[arg-type]  # a test names fields as the class does


def standing_clock() -> float:
    return 0.0


def chain() -> UndoHistory:
    """START -> a -> b -> END, placed on the canvas."""
    history = UndoHistory(Document(graph_of((START, "a"), ("a", "b"), ("b", END))), clock=standing_clock)
    history.do(commands.set_layout(history.document, {START: (0, 0), "a": (100, 0), "b": (400, 0), END: (700, 0)}))
    history.mark_saved()
    return history


def routed() -> UndoHistory:
    """START -> ask -> (router: yes -> done, no -> ask) and done -> END, with a join of two more nodes into done."""
    routers = {"ask": (RouterSpec("routing:choose", (BranchSpec("yes", "done"), BranchSpec("no", "ask"))),)}
    graph = graph_of((START, "ask"), ("ask", "left"), ("ask", "right"), ("done", END), routers=routers)
    edges = (*graph.edges, EdgeSpec(("left", "right"), "done"))
    return UndoHistory(Document(GraphSpec("routed", "state:S", graph.nodes, edges, routers)), clock=standing_clock)


YES = BranchOutlet("ask", "", "yes")


def do(history: UndoHistory, command: Command) -> Document:
    assert history.do(command)
    return history.document


def plain(node: str) -> PlainOutlet:
    return PlainOutlet(node)
