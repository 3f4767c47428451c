"""Graph files that were read already, and what they name. No Qt; for ``trust``, from any thread.

Before each run the code that would run is looked at anew, and a graph of 5,000 nodes takes 70 ms to parse. What is kept
is kept by content: the file is read each time.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.graph.graph_file import read_graph
from engine.graph.levels import levels
from engine.graph.option_rules import option_references
from engine.graph.spec import GraphSpec

MOST_KEPT = 8


@dataclass(frozen=True)
class _Named:
    graph: GraphSpec
    references: tuple[str, ...]
    expressions: tuple[str, ...]


_read: OrderedDict[Path, tuple[bytes, GraphSpec]] = OrderedDict()
"""By path: the digest of the content, and what it says."""
_named: OrderedDict[int, _Named] = OrderedDict()
"""By the identity of the graph, which is compared by that alone: comparing contents takes as long as reading them."""


def known_graph(path: Path) -> GraphSpec:
    """As ``read_graph``, and raises the same."""
    digest = _digest_of(path)
    known = _read.get(path)
    if known is not None and digest is not None and known[0] == digest:
        return known[1]
    graph = read_graph(path)
    if digest is not None and _digest_of(path) == digest:  # else somebody wrote it meanwhile
        _keep(_read, path, (digest, graph))
    return graph


def references_of(graph: GraphSpec) -> tuple[str, ...]:
    """All ``module:attribute`` references of the graph and the subgraphs in it, each once, sorted."""
    return _names(graph).references


def expressions_of(graph: GraphSpec) -> tuple[str, ...]:
    """All conditions that stand in the graph file itself, each once, sorted."""
    return _names(graph).expressions


def _names(graph: GraphSpec) -> _Named:
    known = _named.get(id(graph))
    if known is None or known.graph is not graph:
        known = _Named(graph, _references(graph), _expressions(graph))
        _keep(_named, id(graph), known)
    return known


def _references(graph: GraphSpec) -> tuple[str, ...]:
    found: set[str | None] = set()
    for level in levels(graph):
        found |= {level.graph.state, *(node.fn for node in level.graph.nodes.values())}
        found |= {router.fn for routers in level.graph.routers.values() for router in routers}
        found |= {name for node in level.graph.nodes.values() for _, name in option_references(node)}
        found |= {name for _, name in option_references(level.graph.defaults)}
    return tuple(sorted(reference for reference in found if reference))


def _expressions(graph: GraphSpec) -> tuple[str, ...]:
    routers = (router for level in levels(graph) for of_node in level.graph.routers.values() for router in of_node)
    return tuple(sorted({branch.when for router in routers for branch in router.branches if branch.when}))


def _digest_of(path: Path) -> bytes | None:
    """None if it cannot be read; why is for ``read_graph`` to say."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None


def _keep(kept: OrderedDict[Any, Any], key: object, value: object) -> None:
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
