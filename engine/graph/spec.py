"""What a drawn graph is: frozen descriptions of nodes, edges and routers, as data only.

Holds no functions and imports no user code: a function is named by a reference such as ``"nodes:classify"``.
Read and written by ``graph_file``; edited, always by making a new one, by ``editor.document``; turned into a
``StateGraph`` by ``engine.runner.host``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Union

from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    DefaultsSpec,
    FallbackSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)

START = "__start__"
END = "__end__"

Json = Any
"""A value that JSON can hold. Unknown keys of a file are kept as such and written back."""

SubgraphMemory = Literal["inherit", "own", "none"]
"""Where a subgraph keeps its checkpoints: with the parent's, anew for each call; a history of its own in each thread;
nowhere. LangGraph's ``checkpointer`` None, True and False."""

MAX_SUBGRAPH_DEPTH = 16
"""Subgraphs inside subgraphs: beyond what a person can follow, and within the nesting that a file may have."""


@dataclass(frozen=True)
class NodeSpec:
    """One node. Its name is the key under which ``GraphSpec.nodes`` holds it."""

    fn: str | None = None
    """``module:function``, the module found beside the graph file first; None while no function is chosen."""
    graph: GraphSpec | str | None = None
    """Instead of a function: a subgraph, or the path of another graph file, from the folder of this one."""
    checkpointer: SubgraphMemory = "inherit"
    """Of a subgraph only."""
    defer: bool = False
    metadata: Mapping[str, Json] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Keys this version does not know, kept as read."""
    input_schema: str | None = None
    """``module:Class`` of what the function reads; None for the hint of its parameter, or the whole state."""
    destinations: tuple[str, ...] = ()
    """Sorted: where the function may jump by ``Command(goto=...)``, as far as it is declared. END may be one."""
    retry: tuple[RetrySpec, ...] = ()
    """The first that fits an error decides."""
    cache: CacheSpec | None = None
    timeout: TimeoutSpec | None = None
    error_handler: str | None = None
    """``module:function`` that runs in the node's place when it has failed for good, and says where to go on."""
    circuit_breaker: BreakerSpec | None = None
    rate_limit: RateLimitSpec | None = None
    fallback: tuple[FallbackSpec, ...] = ()
    """Tried in this order."""
    disabled: bool = False
    """It is passed by: it does nothing, and what follows it runs. See ``disabled``."""


@dataclass(frozen=True)
class EdgeSpec:
    """A plain edge, or a join if ``source`` names several nodes: the target runs once all of them have run."""

    source: str | tuple[str, ...]
    target: str
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def is_join(self) -> bool:
        return not isinstance(self.source, str)


@dataclass(frozen=True)
class BranchSpec:
    """One labelled outlet of a router."""

    label: str
    target: str | None
    """A node's name or END; None for a branch that is not connected yet."""
    when: str | None = None
    """One-line expression over the state's keys, for expression routers; None means else."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Keys this version does not know, kept as read."""


@dataclass(frozen=True)
class RouterSpec:
    """A conditional edge of one node: a function that returns a label, or expressions tried from top to bottom."""

    fn: str | None = None
    """``module:function`` that returns a branch's label; None for an expression router (see ``BranchSpec.when``)."""
    branches: tuple[BranchSpec, ...] = ()
    name: str = ""
    """Tells several routers of one node apart; empty for the only one."""
    extra: Mapping[str, Json] = field(default_factory=dict)

    def branch(self, label: str) -> BranchSpec | None:
        return next((branch for branch in self.branches if branch.label == label), None)


@dataclass(frozen=True)
class GraphSpec:
    """A whole graph: what ``name.graph.json`` holds, without any layout."""

    name: str = "untitled"
    """Empty for a subgraph: its node has the name."""
    state: str | None = None
    """``module:Class`` of the state schema; None in a subgraph that has the state of the graph around it."""
    nodes: Mapping[str, NodeSpec] = field(default_factory=dict)
    edges: tuple[EdgeSpec, ...] = ()
    routers: Mapping[str, tuple[RouterSpec, ...]] = field(default_factory=dict)
    """Routers by the node (or START) they stand on, in order."""
    recursion_limit: int | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    defaults: DefaultsSpec = field(default_factory=DefaultsSpec)


@dataclass(frozen=True)
class PlainOutlet:
    """The plain output of a node or of START."""

    node: str


@dataclass(frozen=True)
class BranchOutlet:
    """One branch of one router: where a conditional edge starts."""

    node: str
    router: str
    label: str


Outlet = Union[PlainOutlet, BranchOutlet]


@dataclass(frozen=True)
class EdgeId:
    """The identity of one drawn line, derived from what it joins and never stored. A join has one line per source."""

    outlet: Outlet
    target: str

    def __hash__(self) -> int:
        """Kept: whoever draws a large graph asks for it ten times for each line."""
        kept: int | None = self.__dict__.get("_hash")
        if kept is None:
            kept = self.__dict__["_hash"] = hash((self.outlet, self.target))
        return kept

    def __getstate__(self) -> dict[str, object]:
        """Without the hash, which is another one in another process."""
        return {"outlet": self.outlet, "target": self.target}


def drawn_edges(graph: GraphSpec) -> tuple[EdgeId, ...]:
    """All lines of the drawing, each once: plain edges in order, then branches that have a target, in router order.

    A target may be missing from ``graph.nodes`` in a broken file (see ``problems``).
    """
    lines = [EdgeId(PlainOutlet(source), edge.target) for edge in graph.edges for source in edge.sources]
    for node, routers in graph.routers.items():
        for router in routers:
            lines += [
                EdgeId(BranchOutlet(node, router.name, branch.label), branch.target)
                for branch in router.branches
                if branch.target is not None
            ]
    return tuple(dict.fromkeys(lines))


def router_of(graph: GraphSpec, node: str, name: str) -> RouterSpec | None:
    """The router of that name on that node (or on START)."""
    return next((router for router in graph.routers.get(node, ()) if router.name == name), None)


def edge_order(edge: EdgeSpec) -> tuple[tuple[str, ...], bool, str]:
    """The sort key that gives edges their canonical order: by source, then by target; a join after a plain edge."""
    return (edge.sources, edge.is_join, edge.target)


def sorted_edges(edges: Iterable[EdgeSpec]) -> tuple[EdgeSpec, ...]:
    """The edges in canonical order, the sources of each join too. The order of edges has no meaning."""
    return tuple(sorted(map(_with_sorted_sources, edges), key=edge_order))


def _with_sorted_sources(edge: EdgeSpec) -> EdgeSpec:
    if not edge.is_join:
        return edge
    sources = tuple(sorted(set(edge.sources)))
    return edge if sources == edge.source else replace(edge, source=sources)


def is_reference(text: str) -> bool:
    """Whether the text has the form ``package.module:name``. Says nothing about whether it is there."""
    module, colon, name = text.partition(":")
    return bool(colon) and all(part.isidentifier() for part in [*module.split("."), *name.split(".")])


def why_illegal_name(name: str) -> str | None:
    """Why no node may have this name, as a sentence; None if one may. LangGraph's rules, and one visible line."""
    if name in (START, END):
        return f"'{name}' is reserved for {'START' if name == START else 'END'}."
    if not name.strip():
        return "A node needs a name."
    if name != name.strip():
        return "A node's name cannot begin or end with a space."
    for character in ("|", ":"):
        if character in name:
            return f"A node's name cannot contain '{character}': the engine uses it to separate names."
    if not name.isprintable():
        return "A node's name cannot contain line breaks or invisible characters."
    return None


def shown_name(name: str) -> str:
    """A node's name as it stands in a sentence: as ``shown_text``; START and END as they are drawn."""
    return {START: "START", END: "END"}.get(name) or shown_text(name)


def shown_text(text: str) -> str:
    """A name or label as it stands in a sentence: quoted, at most 60 characters, nothing in it invisible."""
    if len(text) > 60:
        text = f"{text[:57]}..."
    return f"'{text}'" if text.isprintable() else ascii(text)
