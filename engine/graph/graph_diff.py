"""What changed between two versions of a graph, in words, with renamed nodes paired. Layout is no part of it. Pure.

Used by ``stepgraph diff``. A renamed node is one line, and the edges that only follow its name are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from engine.graph.graph_json import edge_to_json, node_to_json, router_to_json, subgraph_to_json
from engine.graph.json_text import one_line
from engine.graph.options_json import defaults_to_json
from engine.graph.spec import (
    EdgeSpec,
    GraphSpec,
    Json,
    NodeSpec,
    RouterSpec,
    edge_order,
    router_of,
    shown_name,
    sorted_edges,
)


class Kind(Enum):
    """How something differs; the value is the sign in front of its line."""

    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"
    RENAMED = ">"


@dataclass(frozen=True)
class Difference:
    """One thing that differs."""

    kind: Kind
    thing: str
    """What it is about, in the words of the newer version: ``node 'plan'``, ``edge 'a' to END``, ``state``."""
    before: str = ""
    """The old value; for a renamed node its old name. Empty for what was added."""
    after: str = ""

    def __str__(self) -> str:
        values = " -> ".join(value for value in (self.before, self.after) if value)
        return f"{self.kind.value} {self.thing}{': ' if values else ''}{values}"

    def to_json(self) -> dict[str, Json]:
        return {"kind": self.kind.name.lower(), "thing": self.thing, "before": self.before, "after": self.after}


def diff_graphs(before: GraphSpec, after: GraphSpec) -> tuple[Difference, ...]:
    """All differences: of the graph itself, then nodes, edges and routers by name. None if the graphs mean the same."""
    names = renamed_nodes(before, after)
    old = _with_names(before, names)
    return (
        *_fields("", _graph_json(old), _graph_json(after)),
        *_nodes(old, after, {new: name for name, new in names.items()}),
        *_edges(old, after),
        *_routers(old, after),
    )


def format_diff(differences: Iterable[Difference]) -> str:
    """One line for each, with a final line end; empty if there are none."""
    return "".join(f"{difference}\n" for difference in differences)


def renamed_nodes(before: GraphSpec, after: GraphSpec) -> dict[str, str]:
    """Old to new name of the nodes that only got another name, as far as that is certain.

    A pair has the same function or subgraph, which no other node that came or went has; or, failing that, the same
    neighbours.
    """
    gone = [name for name in sorted(before.nodes) if name not in after.nodes]
    come = [name for name in sorted(after.nodes) if name not in before.nodes]
    pairs = _paired(
        {name: _runs(before.nodes[name]) for name in gone}, {name: _runs(after.nodes[name]) for name in come}
    )
    gone = [name for name in gone if name not in pairs]
    come = [name for name in come if name not in pairs.values()]
    return pairs | _paired(_neighbours(before, gone), _neighbours(after, come))


def _runs(node: NodeSpec) -> str | None:
    """What tells a node that got another name: its function, or its subgraph."""
    if node.graph is None:
        return node.fn
    return one_line(node.graph if isinstance(node.graph, str) else subgraph_to_json(node.graph))


def _paired(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Names whose sign is the same on both sides and stands only once on each. None as a sign pairs with nothing."""
    in_old, in_new = Counter(old.values()), Counter(new.values())
    name_of = {sign: name for name, sign in new.items() if sign and in_new[sign] == 1}
    return {name: name_of[sign] for name, sign in old.items() if in_old[sign] == 1 and sign in name_of}


def _neighbours(graph: GraphSpec, names: Iterable[str]) -> dict[str, frozenset[tuple[str, ...]]]:
    """What leads to and from each of these nodes. Lines among them say nothing: both names may be new."""
    chosen = set(names)
    around: dict[str, set[tuple[str, ...]]] = {name: set() for name in chosen}

    def note(source: str, target: str, *how: str) -> None:
        if source in chosen and target not in chosen:
            around[source].add(("to", target, *how))
        if target in chosen and source not in chosen:
            around[target].add(("from", source, *how))

    for edge in graph.edges:
        for source in edge.sources:
            note(source, edge.target)
    for node, routers in graph.routers.items():
        for router in routers:
            for branch in router.branches:
                if branch.target is not None:
                    note(node, branch.target, router.name, branch.label)
    return {name: frozenset(lines) for name, lines in around.items()}


def _with_names(graph: GraphSpec, names: Mapping[str, str]) -> GraphSpec:
    """The graph with its nodes under other names, wherever they stand."""

    def new(name: str) -> str:
        return names.get(name, name)

    def edge(old: EdgeSpec) -> EdgeSpec:
        source = tuple(map(new, old.sources)) if old.is_join else new(old.sources[0])
        return replace(old, source=source, target=new(old.target))

    def node(old: NodeSpec) -> NodeSpec:
        return replace(old, destinations=tuple(sorted(map(new, old.destinations)))) if old.destinations else old

    def router(old: RouterSpec) -> RouterSpec:
        branches = [replace(b, target=None if b.target is None else new(b.target)) for b in old.branches]
        return replace(old, branches=tuple(branches))

    return replace(
        graph,
        nodes={new(name): node(spec) for name, spec in graph.nodes.items()},
        edges=sorted_edges(map(edge, graph.edges)),
        routers={new(name): tuple(map(router, routers)) for name, routers in graph.routers.items()},
    )


def _nodes(before: GraphSpec, after: GraphSpec, old_names: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*before.nodes, *after.nodes}):
        thing = f"node {shown_name(name)}"
        old, new = before.nodes.get(name), after.nodes.get(name)
        if name in old_names:
            yield Difference(Kind.RENAMED, thing, shown_name(old_names[name]), shown_name(name))
        if old is None and new is not None:
            yield Difference(Kind.ADDED, thing, after=_shown(node_to_json(new)))
        elif new is None and old is not None:
            yield Difference(Kind.REMOVED, thing, before=_shown(node_to_json(old)))
        elif (
            old is not None
            and new is not None
            and isinstance(old.graph, GraphSpec)
            and isinstance(new.graph, GraphSpec)
        ):
            yield from _fields(thing, node_to_json(replace(old, graph=None)), node_to_json(replace(new, graph=None)))
            for inside in diff_graphs(old.graph, new.graph):
                yield replace(inside, thing=f"{inside.thing} in {shown_name(name)}")
        elif old is not None and new is not None:
            yield from _fields(thing, node_to_json(old), node_to_json(new))


def _edges(before: GraphSpec, after: GraphSpec) -> Iterator[Difference]:
    old = {edge_order(edge): edge for edge in sorted_edges(before.edges)}
    new = {edge_order(edge): edge for edge in sorted_edges(after.edges)}
    for order in sorted({*old, *new}):
        edge = new.get(order) or old[order]
        sources = " and ".join(map(shown_name, edge.sources))
        thing = f"{'join' if edge.is_join else 'edge'} {sources} to {shown_name(edge.target)}"
        if order not in old:
            yield Difference(Kind.ADDED, thing)
        elif order not in new:
            yield Difference(Kind.REMOVED, thing)
        else:
            yield from _fields(thing, edge_to_json(old[order]), edge_to_json(new[order]))


def _routers(before: GraphSpec, after: GraphSpec) -> Iterator[Difference]:
    for node in sorted({*before.routers, *after.routers}):
        names = {router.name for graph in (before, after) for router in graph.routers.get(node, ())}
        for name in sorted(names):
            named = f" '{name}'" if name else ""
            thing = f"router{named} of {shown_name(node)}"
            old, new = router_of(before, node, name), router_of(after, node, name)
            if old is None:
                yield Difference(Kind.ADDED, thing)
            elif new is None:
                yield Difference(Kind.REMOVED, thing)
                continue
            yield from _branches(thing, old or RouterSpec(), new or RouterSpec())


def _branches(router: str, before: RouterSpec, after: RouterSpec) -> Iterator[Difference]:
    """A branch is told by its label. Order is told where it decides: among conditions."""
    without = {"name": None, "branches": None}
    yield from _fields(router, {**router_to_json(before), **without}, {**router_to_json(after), **without})
    labels = list(dict.fromkeys(branch.label for spec in (before, after) for branch in spec.branches))
    for label in labels:
        thing = f"branch '{label}' of {router}"
        old, new = before.branch(label), after.branch(label)
        if old is None and new is not None:
            yield Difference(Kind.ADDED, thing, after=_target(new.target))
        elif new is None and old is not None:
            yield Difference(Kind.REMOVED, thing, before=_target(old.target))
        elif old is not None and new is not None:
            if old.target != new.target:
                yield Difference(Kind.CHANGED, thing, _target(old.target), _target(new.target))
            yield from _fields(thing, {"when": old.when, **old.extra}, {"when": new.when, **new.extra})
    orders = [
        [b.label for b in spec.branches if before.branch(b.label) and after.branch(b.label)] for spec in (before, after)
    ]
    if orders[0] != orders[1] and any(branch.when is not None for branch in after.branches):
        yield Difference(Kind.CHANGED, f"order of {router}", ", ".join(orders[0]), ", ".join(orders[1]))


def _graph_json(graph: GraphSpec) -> dict[str, Json]:
    fields = {"name": graph.name, "state": graph.state, "recursion_limit": graph.recursion_limit}
    return {**fields, "defaults": defaults_to_json(graph.defaults) or None, **graph.extra}


def _fields(thing: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new and type(old) is type(new):
            continue
        name = f"{key} of {thing}" if thing else key
        kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
        yield Difference(kind, name, "" if old is None else _shown(old), "" if new is None else _shown(new))


def _target(target: str | None) -> str:
    return "nowhere" if target is None else shown_name(target)


def _shown(value: Json) -> str:
    text = one_line(value)
    return "" if text == "{}" else text if len(text) <= 120 else f"{text[:117]}..."
