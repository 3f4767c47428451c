"""A selection becomes a subgraph, and a subgraph is dissolved into the graph around it: each one undo step. Pure.

The run gives the same result before and after, unless a reducer adds what a subgraph hands back a second time, or
something outside runs beside the selection: it waits for all of the subgraph then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from editor.document.changes import NodeAdded, NodePlaced
from editor.document.command import Command, CommandError, refuse
from editor.document.document import Document
from editor.document.document_diff import changes_between
from editor.document.layout import Layout, Position, on_grid
from editor.document.names import free_name, why_not_name
from editor.document.remark import Remark
from editor.document.subgraph_boundary import Boundary, boundary_of
from engine.graph.spec import (
    END,
    MAX_SUBGRAPH_DEPTH,
    START,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    RouterSpec,
    shown_text,
    sorted_edges,
)

WISH = "subgraph"
PILL_GAP_PX = 160
"""Between START or END and the cards inside a new subgraph."""


def add_subgraph(document: Document, name: str, position: tuple[float, float]) -> Command:
    """An empty subgraph with the state of the graph around it."""
    refuse(why_not_name(document, name))
    node = NodeSpec(graph=GraphSpec("", document.graph.state))
    place = NodePlaced(name, document.position_of(name), on_grid(*position))
    return Command(f"Add {shown_text(name)}", (NodeAdded(name, node), place))


def add_reference(document: Document, name: str, position: tuple[float, float], reference: str) -> Command:
    """Another graph file as a node."""
    refuse(why_not_name(document, name))
    place = NodePlaced(name, document.position_of(name), on_grid(*position))
    return Command(f"Add {shown_text(name)}", (NodeAdded(name, NodeSpec(graph=reference)), place))


def name_for_subgraph(document: Document) -> str:
    """A free one, to be changed by the user at once."""
    return free_name({*document.graph.nodes, *document.graph.routers}, WISH)


def make_subgraph(document: Document, names: Iterable[str], name: str, *, depth: int = 0) -> Command:
    """The nodes as one subgraph, drawn in their middle. START and END among them are left out.

    ``depth``: how many graphs are around this one. Raises ``CommandError`` with the reason if it would run otherwise.
    """
    chosen = frozenset(each for each in names if document.has_node(each))
    if not chosen:
        raise CommandError("Select the nodes that shall become a subgraph.")
    refuse(why_not_name(document, name))
    if depth + 1 + max(_depth(document.graph.nodes[each]) for each in chosen) > MAX_SUBGRAPH_DEPTH:
        raise CommandError(f"Subgraphs can be nested {MAX_SUBGRAPH_DEPTH} deep.")
    boundary = boundary_of(document.graph, chosen)
    graph = document.graph
    inner = _inner_graph(graph, chosen, boundary)
    nodes = {each: node for each, node in graph.nodes.items() if each not in chosen}
    routers = {
        node: tuple(_retargeted(router, dict.fromkeys(chosen, name)) for router in of_node)
        for node, of_node in graph.routers.items()
        if node not in chosen
    }
    if boundary.moved_routers:
        routers[name] = boundary.moved_routers
    outer = replace(
        graph,
        nodes={**nodes, name: NodeSpec(graph=inner)},
        edges=_outer_edges(graph, chosen, name, boundary),
        routers=routers,
    )
    layout = _layout_around(document, chosen, name, boundary)
    changes = changes_between(document, Document(outer, layout, document.modules))
    return Command(f"Make {_counted(chosen)} a subgraph", changes)


def _inner_graph(graph: GraphSpec, chosen: frozenset[str], boundary: Boundary) -> GraphSpec:
    ends = {target: END for _, target in _targets(graph) if target not in chosen}
    edges = [edge for edge in graph.edges if edge.target in chosen and chosen.issuperset(edge.sources)]
    edges += [EdgeSpec(START, entry) for entry in boundary.entries]
    edges += [EdgeSpec(last, END) for last in boundary.exits]
    return GraphSpec(
        "",
        graph.state,
        {name: node for name, node in graph.nodes.items() if name in chosen},
        sorted_edges(edges),
        {
            node: tuple(_retargeted(router, ends) for router in of_node)
            for node, of_node in graph.routers.items()
            if node in chosen and node != boundary.router_node
        },
        defaults=graph.defaults,
    )


def _outer_edges(graph: GraphSpec, chosen: frozenset[str], name: str, boundary: Boundary) -> tuple[EdgeSpec, ...]:
    edges: dict[tuple[object, str], EdgeSpec] = {}
    for edge in graph.edges:
        if edge.target in chosen and chosen.issuperset(edge.sources):
            continue
        sources = tuple(dict.fromkeys(name if source in chosen else source for source in edge.sources))
        source = sources[0] if len(sources) == 1 else tuple(sorted(sources))
        target = name if edge.target in chosen else edge.target
        edges.setdefault((source, target), replace(edge, source=source, target=target))
    joined = {edge.target for edge in edges.values() if edge.is_join and name in edge.sources}
    for target in boundary.targets:  # of branches that lead out; of plain edges they are there already
        if target not in joined:
            edges.setdefault((name, target), EdgeSpec(name, target))
    return sorted_edges(edges.values())


def _targets(graph: GraphSpec) -> Iterable[tuple[str, str]]:
    for node, routers in graph.routers.items():
        for router in routers:
            for branch in router.branches:
                if branch.target is not None:
                    yield node, branch.target


def _retargeted(router: RouterSpec, new: Mapping[str, str]) -> RouterSpec:
    branches = tuple(
        replace(branch, target=None if branch.target is None else new.get(branch.target, branch.target))
        for branch in router.branches
    )
    return replace(router, branches=branches)


def _layout_around(document: Document, chosen: frozenset[str], name: str, boundary: Boundary) -> Layout:
    """The cards inside keep their places; the new card stands in their middle."""
    layout = document.layout
    inside = {each: place for each, place in layout.positions.items() if each in chosen}
    positions = {each: place for each, place in layout.positions.items() if each not in chosen}
    subgraphs = {each: inner for each, inner in layout.subgraphs.items() if each not in chosen}
    deeper = {each: inner for each, inner in layout.subgraphs.items() if each in chosen}
    if inside:
        positions[name] = middle_of(inside.values())
        if len(inside) == len(chosen):
            left, right = min(x for x, _ in inside.values()), max(x for x, _ in inside.values())
            heights = [inside[each][1] for each in boundary.entries], [y for _, y in inside.values()]
            first = on_grid(left - PILL_GAP_PX, sum(heights[0]) / len(heights[0]) + PILL_DROP_PX)
            last = on_grid(right + CARD_PX + PILL_GAP_PX / 2, sum(heights[1]) / len(heights[1]) + PILL_DROP_PX)
            inside |= {START: first, END: last}
    remarks = _remarks_of(layout, chosen)
    outside = {key: remark for key, remark in layout.remarks.items() if key not in remarks}
    if inside or deeper:
        subgraphs[name] = Layout(inside, {}, deeper, remarks)
    return replace(layout, positions=positions, subgraphs=subgraphs, remarks=outside if remarks else layout.remarks)


def _remarks_of(layout: Layout, chosen: frozenset[str]) -> dict[str, Remark]:
    """Frames round chosen nodes only, and the notes in them: they go inside with the nodes."""
    middles = {name: (x + CARD_PX / 2, y + PILL_DROP_PX * 2) for name, (x, y) in layout.positions.items()}
    frames = {}
    for key, remark in layout.remarks.items():
        held = {name for name, (x, y) in middles.items() if _holds(remark, x, y)}
        if remark.kind == "frame" and held and held <= chosen:
            frames[key] = remark
    notes = {
        key: remark
        for key, remark in layout.remarks.items()
        if remark.kind == "note"
        and any(
            _holds(frame, remark.rect[0] + remark.rect[2] / 2, remark.rect[1] + remark.rect[3] / 2)
            for frame in frames.values()
        )
    }
    return frames | notes


def _holds(remark: Remark, x: float, y: float) -> bool:
    left, top, width, height = remark.rect
    return left <= x <= left + width and top + TITLE_PX <= y <= top + height


TITLE_PX = 32
"""Height of a frame's title, as the canvas draws it: what stands there is not in the frame."""
CARD_PX = 184
"""About the width of a card; the canvas has the exact one."""
PILL_DROP_PX = 14
"""A pill is lower than a card by so much on each side."""


def middle_of(places: Iterable[Position]) -> Position:
    """The place for a card in the middle of cards at these places."""
    known = list(places)
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return on_grid((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)


def _counted(names: Iterable[str]) -> str:
    all_names = sorted(names)
    return shown_text(all_names[0]) if len(all_names) == 1 else f"{len(all_names)} nodes"


def _depth(node: NodeSpec) -> int:
    """How many levels of subgraphs the node brings along: 0 for a plain one."""
    if not isinstance(node.graph, GraphSpec):
        return 0
    return 1 + max((_depth(each) for each in node.graph.nodes.values()), default=0)
