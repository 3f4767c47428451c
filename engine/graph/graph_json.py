"""The parts of a graph file as JSON values: specs to objects and back, with the path of whatever is wrong. Pure.

Keys that are not known are kept in ``extra``, wherever they stand. Used by ``graph_file`` for whole files and by the
editor for single parts (journal, clipboard).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.json_checks import (
    WrongValue,
    foreign,
    need_list,
    need_object,
    need_text,
    need_text_or_none,
    need_truth,
)
from engine.graph.json_text import JsonPath, shown_value
from engine.graph.options_json import OPTION_KEYS, defaults_to_json, options_to_json, read_defaults, read_options
from engine.graph.spec import (
    END,
    MAX_SUBGRAPH_DEPTH,
    START,
    BranchSpec,
    EdgeSpec,
    GraphSpec,
    Json,
    NodeSpec,
    RouterSpec,
    SubgraphMemory,
    edge_order,
    sorted_edges,
)

GRAPH_KEYS = frozenset(
    ("format", "format_version", "name", "state", "recursion_limit", "defaults", "nodes", "edges", "routers")
)
SUBGRAPH_KEYS = GRAPH_KEYS - {"format", "format_version"}
_NODE_KEYS = frozenset({"fn", "graph", "checkpointer", "disabled", "defer", "metadata", *OPTION_KEYS})
_EDGE_KEYS = frozenset({"from", "to"})
_ROUTER_KEYS = frozenset({"name", "fn", "branches"})
_BRANCH_KEYS = frozenset({"label", "when", "to"})


def node_to_json(node: NodeSpec) -> dict[str, Json]:
    """A node as its JSON object, defaults left out."""
    data: dict[str, Json] = {}
    if node.fn is not None:
        data["fn"] = node.fn
    if node.graph is not None:
        data["graph"] = node.graph if isinstance(node.graph, str) else subgraph_to_json(node.graph)
    if node.checkpointer != "inherit":
        data["checkpointer"] = node.checkpointer
    if node.disabled:
        data["disabled"] = True
    if node.defer:
        data["defer"] = True
    data |= options_to_json(node)
    if node.metadata:
        data["metadata"] = dict(node.metadata)
    return {**data, **foreign(node.extra, _NODE_KEYS)}


def subgraph_to_json(graph: GraphSpec) -> dict[str, Json]:
    """A subgraph as its JSON object, keys in the order of a graph file."""
    data = graph_fields_to_json(graph)
    data["nodes"] = {name: node_to_json(node) for name, node in sorted(graph.nodes.items())}
    data["edges"] = [edge_to_json(edge) for edge in sorted_edges(graph.edges)]
    routers = {node: [router_to_json(each) for each in of_node] for node, of_node in sorted(graph.routers.items())}
    if any(routers.values()):
        data["routers"] = {node: items if len(items) > 1 else items[0] for node, items in routers.items() if items}
    return {**data, **foreign(graph.extra, SUBGRAPH_KEYS)}


def graph_fields_to_json(graph: GraphSpec) -> dict[str, Json]:
    """What a graph says of itself, defaults left out."""
    fields: dict[str, Json] = {
        "name": graph.name or None,
        "state": graph.state,
        "recursion_limit": graph.recursion_limit,
    }
    fields["defaults"] = defaults_to_json(graph.defaults) or None
    return {key: value for key, value in fields.items() if value is not None}


def edge_to_json(edge: EdgeSpec) -> dict[str, Json]:
    """An edge as its JSON object."""
    source = edge.source if isinstance(edge.source, str) else list(edge.source)
    return {"from": source, "to": edge.target, **foreign(edge.extra, _EDGE_KEYS)}


def router_to_json(router: RouterSpec) -> dict[str, Json]:
    """A router as its JSON object: branches as a map by label, or as a list if one has more than a target."""
    data: dict[str, Json] = {}
    if router.name:
        data["name"] = router.name
    if router.fn is not None:
        data["fn"] = router.fn
    if any(branch.when is not None or branch.extra for branch in router.branches):
        data["branches"] = [_branch_to_json(branch) for branch in router.branches]
    else:
        data["branches"] = {branch.label: branch.target for branch in router.branches}
    return {**data, **foreign(router.extra, _ROUTER_KEYS)}


def _branch_to_json(branch: BranchSpec) -> dict[str, Json]:
    data: dict[str, Json] = {"label": branch.label}
    if branch.when is not None:
        data["when"] = branch.when
    return {**data, "to": branch.target, **foreign(branch.extra, _BRANCH_KEYS)}


def read_graph_object(data: Mapping[str, Json], path: JsonPath = (), depth: int = 0) -> GraphSpec:
    """A graph from the object of a graph file whose format was checked. Raises ``WrongValue``, as all readers here.

    ``depth``: of a subgraph, how many graphs are around it.
    """
    limit = data.get("recursion_limit")
    if limit is not None and (type(limit) is not int or limit < 1):
        raise WrongValue(
            (*path, "recursion_limit"),
            f"The recursion limit should be a whole number from 1, not {shown_value(limit)}.",
        )
    return GraphSpec(
        name=need_text(data.get("name", "" if depth else "untitled"), (*path, "name")),
        state=need_text_or_none(data.get("state"), (*path, "state")),
        nodes=_read_nodes(need_object(data.get("nodes", {}), (*path, "nodes")), (*path, "nodes"), depth),
        edges=_read_edges(need_list(data.get("edges", []), (*path, "edges")), (*path, "edges")),
        routers=_read_routers(need_object(data.get("routers", {}), (*path, "routers")), (*path, "routers")),
        recursion_limit=limit,
        extra=foreign(data, SUBGRAPH_KEYS if depth else GRAPH_KEYS),
        defaults=read_defaults(data.get("defaults", {}), (*path, "defaults")),
    )


def _read_nodes(data: Mapping[str, Json], path: JsonPath, depth: int) -> dict[str, NodeSpec]:
    for name in (START, END):
        if name in data:
            raise WrongValue(
                (*path, name), f"'{name}' is reserved and cannot be a node.", "Give the node another name."
            )
    return {name: read_node(data[name], (*path, name), depth) for name in sorted(data)}


def read_node(value: Json, path: JsonPath, depth: int = 0) -> NodeSpec:
    """A node from its JSON object. ``depth``: how many graphs are around its own."""
    data = need_object(value, path)
    return NodeSpec(
        fn=need_text_or_none(data.get("fn"), (*path, "fn")),
        graph=_read_subgraph(data.get("graph"), (*path, "graph"), depth + 1),
        checkpointer=_read_memory(data.get("checkpointer", "inherit"), (*path, "checkpointer")),
        disabled=need_truth(data.get("disabled", False), (*path, "disabled")),
        defer=need_truth(data.get("defer", False), (*path, "defer")),
        metadata=need_object(data.get("metadata", {}), (*path, "metadata")),
        extra=foreign(data, _NODE_KEYS),
        **read_options(data, path),
    )


def _read_subgraph(value: Json, path: JsonPath, depth: int) -> GraphSpec | str | None:
    if value is None or isinstance(value, str):
        return value
    if depth > MAX_SUBGRAPH_DEPTH:
        what = f"Subgraphs are nested deeper than {MAX_SUBGRAPH_DEPTH} levels."
        raise WrongValue(path, what, "Move the inner ones into a file of their own.")
    return read_graph_object(need_object(value, path), path, depth)


def _read_memory(value: Json, path: JsonPath) -> SubgraphMemory:
    known: dict[Any, SubgraphMemory] = {"inherit": "inherit", "own": "own", "none": "none"}
    if not isinstance(value, str) or value not in known:
        raise WrongValue(path, f'The checkpointer should be "inherit", "own" or "none", not {shown_value(value)}.')
    return known[value]


def _read_edges(items: list[Json], path: JsonPath) -> tuple[EdgeSpec, ...]:
    """In canonical order. The same edge twice, as a merge may leave it, is one edge."""
    edges: dict[Any, EdgeSpec] = {}
    for index, item in enumerate(items):
        (edge,) = sorted_edges([read_edge(item, (*path, index))])
        same = edges.setdefault(edge_order(edge), edge)
        if same.extra != edge.extra:
            what = f"The edge {shown_value(item['from'])} to {shown_value(item['to'])} stands twice and differs."
            raise WrongValue((*path, index), what, "Remove one of the two.")
    return tuple(edges[order] for order in sorted(edges))


def read_edge(value: Json, path: JsonPath) -> EdgeSpec:
    """An edge from its JSON object."""
    data = need_object(value, path)
    source = _needed(data, "from", path)
    if isinstance(source, list):
        if not source:
            raise WrongValue((*path, "from"), "A join needs at least one node to wait for.")
        sources: str | tuple[str, ...] = tuple(need_text(name, (*path, "from", i)) for i, name in enumerate(source))
    else:
        sources = need_text(source, (*path, "from"))
    target = need_text(_needed(data, "to", path), (*path, "to"))
    return EdgeSpec(sources, target, foreign(data, _EDGE_KEYS))


def _read_routers(data: Mapping[str, Json], path: JsonPath) -> dict[str, tuple[RouterSpec, ...]]:
    routers: dict[str, tuple[RouterSpec, ...]] = {}
    for node in sorted(data):
        here = (*path, node)
        many = isinstance(data[node], list)
        items = data[node] if many else [data[node]]
        of_node = tuple(read_router(item, (*here, i) if many else here) for i, item in enumerate(items))
        _need_distinct([router.name for router in of_node], "routers", "names", here)
        if of_node:
            routers[node] = of_node
    return routers


def read_router(value: Json, path: JsonPath) -> RouterSpec:
    """A router from its JSON object."""
    data = need_object(value, path)
    branches_path = (*path, "branches")
    written = data.get("branches", {})
    if isinstance(written, list):
        branches = tuple(_read_branch(item, (*branches_path, i)) for i, item in enumerate(written))
    else:
        labels = need_object(written, branches_path).items()
        branches = tuple(BranchSpec(label, need_text_or_none(to, (*branches_path, label))) for label, to in labels)
    _need_distinct([branch.label for branch in branches], "branches", "labels", branches_path)
    return RouterSpec(
        fn=need_text_or_none(data.get("fn"), (*path, "fn")),
        branches=branches,
        name=need_text(data.get("name", ""), (*path, "name")),
        extra=foreign(data, _ROUTER_KEYS),
    )


def _read_branch(value: Json, path: JsonPath) -> BranchSpec:
    data = need_object(value, path)
    return BranchSpec(
        label=need_text(_needed(data, "label", path), (*path, "label")),
        target=need_text_or_none(data.get("to"), (*path, "to")),
        when=need_text_or_none(data.get("when"), (*path, "when")),
        extra=foreign(data, _BRANCH_KEYS),
    )


def _need_distinct(names: list[str], what: str, which: str, path: JsonPath) -> None:
    twice = (
        next((name for i, name in enumerate(names) if name in names[:i]), None)
        if len(set(names)) < len(names)
        else None
    )
    if twice is not None:
        raise WrongValue(
            path, f"Two {what} here are both called {shown_value(twice)}.", f"Give them different {which}."
        )


def _needed(data: Mapping[str, Json], key: str, path: JsonPath) -> Json:
    if key not in data:
        raise WrongValue(path, f"The key '{key}' is missing here.")
    return data[key]
