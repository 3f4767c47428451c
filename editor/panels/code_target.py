"""What a code section shows: the function of a node or router, the state class, or a whole module. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter

from editor.document.document import Document
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from engine.graph.spec import START, NodeSpec, RouterSpec, is_reference


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """By name, so that it stays what it is while the graph changes. Nothing: all empty."""

    node: str = ""
    """Whose function or router it is."""
    router: str = ""
    is_router: bool = False
    is_state: bool = False
    module: str = ""
    """A whole module instead, by its path in the graph's folder."""
    reference: str | None = None
    """What the graph names there now, ``module:function``."""
    is_subgraph: bool = False

    @property
    def title(self) -> str:
        if self.module:
            return self.module
        if self.is_state:
            return "State"
        if self.is_router:
            return " ".join(filter(None, ("Router", self.router, "of", _plain(self.node))))
        return _plain(self.node) or "Code"

    @property
    def function(self) -> str:
        return (self.reference or "").partition(":")[2]

    @property
    def may_be_written(self) -> bool:
        """Whether a stub can be written if there is no code."""
        return bool(self.node) and not self.is_subgraph and (self.reference is None or is_reference(self.reference))

    def now(self, document: Document) -> CodeTarget:
        """The same with what the graph names there now; nothing if what it belonged to is gone."""
        graph = document.graph
        if self.module:
            return self
        if self.is_state:
            return replace(self, reference=graph.state)
        if self.is_router:
            router = _router(document, self.node, self.router)
            return CodeTarget() if router is None else replace(self, reference=router.fn)
        node = graph.nodes.get(self.node)
        if node is None:
            return CodeTarget()
        return replace(self, reference=node.fn, is_subgraph=node.graph is not None)

    def key(self) -> tuple[str, str, bool, bool, str]:
        """The same for the same thing, whatever the graph names there."""
        return (self.node, self.router, self.is_router, self.is_state, self.module)


def of_node(node: str) -> CodeTarget:
    return CodeTarget(node=node)


def of_router(node: str, router: str) -> CodeTarget:
    return CodeTarget(node=node, router=router, is_router=True)


STATE = CodeTarget(is_state=True)


class TargetList:
    """Everything of a graph that has code or could have: nodes, routers with a function, the state.

    Remembers what it listed, as most of it is the same after an edit.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[NodeSpec, CodeTarget]] = {}
        self._routers: dict[str, tuple[tuple[RouterSpec, ...], tuple[CodeTarget, ...]]] = {}

    def of(self, document: Document) -> tuple[CodeTarget, ...]:
        graph = document.graph
        nodes, routers = self._nodes, self._routers
        self._nodes = {
            name: old if (old := nodes.get(name)) is not None and old[0] is node else (node, _of(name, node))
            for name, node in sorted(graph.nodes.items(), key=itemgetter(0))
        }
        self._routers = {
            name: known
            if (known := routers.get(name)) is not None and known[0] is each
            else (each, _of_routers(name, each))
            for name, each in sorted(graph.routers.items(), key=itemgetter(0))
            if name in graph.nodes or name == START
        }
        of_routers = [*self._routers.get(START, ((), ()))[1]]
        of_routers += [target for name, (_, listed) in self._routers.items() if name != START for target in listed]
        of_state = [] if graph.state is None else [STATE.now(document)]
        return (*map(itemgetter(1), self._nodes.values()), *of_routers, *of_state)


def _of(name: str, node: NodeSpec) -> CodeTarget:
    return CodeTarget(node=name, reference=node.fn, is_subgraph=node.graph is not None)


def _of_routers(name: str, routers: tuple[RouterSpec, ...]) -> tuple[CodeTarget, ...]:
    return tuple(
        CodeTarget(node=name, router=router.name, is_router=True, reference=router.fn)
        for router in routers
        if router.fn is not None
    )


def why_no_code(target: CodeTarget) -> str:
    if target.is_subgraph:
        return "This node is a graph of its own; its nodes have the code."
    if target.is_state:
        return "The graph has no state class."
    if target.is_router:
        return "This router has no function."
    if target.node:
        return "No function is chosen yet."
    return "Select a node to see its code."


def is_there(sources: ProjectSources, reference: str | None) -> bool:
    """Whether the reference leads to something, or to a module that cannot be read and so is not to be written into."""
    if not reference:
        return False
    try:
        return sources.find(reference) is not None
    except SourceError:
        return True


def _plain(node: str) -> str:
    return "START" if node == START else node if node.isprintable() else ascii(node)


def _router(document: Document, node: str, name: str) -> RouterSpec | None:
    return next((router for router in document.graph.routers.get(node, ()) if router.name == name), None)
