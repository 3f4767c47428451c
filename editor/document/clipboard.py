"""Copy and paste as text: a piece of a graph is itself the text of a graph file, with the places beside it.

So it can be pasted into another window, a mail or an editor, and a whole graph file can be pasted too. Pure; what is
pasted is data only and is read as strictly as a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from editor.document.changes import (
    Change,
    EdgeAdded,
    NodeAdded,
    NodePlaced,
    RemarkChanged,
    RoutersChanged,
    SubgraphPlaced,
)
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.layout import GRID_PX, Layout, Position, on_grid
from editor.document.layout_file import layout_to_json, read_layout_object
from editor.document.names import free_name
from editor.document.remark import Remark
from editor.document.remark_json import fitting_rect, read_remarks, remark_to_json
from engine.graph.graph_file import GraphFileError, format_graph, parse_graph
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, Json, RouterSpec, edge_order, sorted_edges

PLACES = "x-places"
"""The key beside the graph's own that holds positions."""
LAYOUTS = "x-layouts"
"""The same for what stands inside of subgraphs."""
REMARKS = "x-remarks"
"""The same for frames and notes."""
SHIFT_PX = 8 * GRID_PX
"""How far a copy stands from its original, if the pointer gives no place."""


def copy_text(document: Document, names: Iterable[str], remarks: Iterable[str] = ()) -> str:
    """The chosen nodes with the edges among them, and the chosen remarks by their keys. Empty if there are none.

    START and END may be chosen too.
    """
    chosen = set(names)
    nodes = {name: node for name, node in document.graph.nodes.items() if name in chosen}
    written = {key: remark_to_json(document.layout.remarks[key]) for key in remarks if key in document.layout.remarks}
    if not nodes and not written:
        return ""
    routers = {
        node: tuple(_within(router, chosen) for router in of_node)
        for node, of_node in document.graph.routers.items()
        if node in nodes
    }
    edges = [edge for edge in document.graph.edges if edge.target in chosen and chosen.issuperset(edge.sources)]
    places = {name: list(place) for name in nodes if (place := document.position_of(name)) is not None}
    inside = {name: layout_to_json(each) for name, each in document.layout.subgraphs.items() if name in nodes}
    parts: dict[str, Json] = {PLACES: places, LAYOUTS: inside, REMARKS: written}
    extra = {key: part for key, part in parts.items() if part or key == PLACES}
    return format_graph(GraphSpec(document.graph.name, None, nodes, tuple(edges), routers, None, extra))


def paste(document: Document, text: str, at: tuple[float, float] | None = None) -> Command:
    """The nodes in the text under free names, with their edges and routers. ``at``: where their top-left corner goes.

    Raises ``CommandError`` if the text is no graph.
    """
    try:
        piece = parse_graph(text, where="the clipboard")
    except GraphFileError as error:
        raise CommandError("The clipboard holds no nodes that can be pasted.") from error
    remarks = read_remarks(piece.extra.get(REMARKS, {}), [])
    if not piece.nodes and not remarks:
        raise CommandError("The clipboard holds no nodes that can be pasted.")
    new_names = _free_names(document, piece.nodes)
    places, (dx, dy) = _places(document, piece, remarks.values(), at)
    ends = {**new_names, START: START, END: END}
    changes: list[Change] = []
    for name, node in piece.nodes.items():
        new = new_names[name]
        node = replace(node, destinations=tuple(sorted({ends[d] for d in node.destinations if d in ends})))
        changes += [NodeAdded(new, node), NodePlaced(new, document.position_of(new), places[name])]
        if isinstance(node.graph, GraphSpec) and (layout := _layout_inside(piece, name)) != Layout():
            changes.append(SubgraphPlaced(new, None, layout))
    changes += [EdgeAdded(edge) for edge in _new_edges(document, piece, ends)]
    for name, routers in piece.routers.items():
        if name in new_names:
            renamed = tuple(_retargeted(router, ends) for router in routers)
            changes.append(RoutersChanged(new_names[name], (), renamed))
    taken = dict(document.layout.remarks)
    for remark in remarks.values():
        x, y, width, height = remark.rect
        key = free_name(taken, remark.kind)
        taken[key] = replace(remark, rect=fitting_rect(remark.kind, x + dx, y + dy, width, height))
        changes.append(RemarkChanged(key, None, taken[key]))
    return Command("Paste", tuple(changes))


def duplicate(document: Document, names: Iterable[str]) -> Command:
    """Copies of the chosen nodes beside them."""
    return replace(paste(document, copy_text(document, names)), label="Duplicate")


def pasted_names(command: Command) -> tuple[str, ...]:
    """The nodes that a paste adds, to select them."""
    return tuple(change.name for change in command.changes if isinstance(change, NodeAdded))


def pasted_remarks(command: Command) -> tuple[str, ...]:
    """The keys of the remarks that a paste adds."""
    return tuple(change.key for change in command.changes if isinstance(change, RemarkChanged))


def _within(router: RouterSpec, chosen: Collection[str]) -> RouterSpec:
    """The router with branches that lead out of the piece leading nowhere. Leading to END is kept."""
    branches = tuple(
        branch if branch.target in chosen or branch.target == END else replace(branch, target=None)
        for branch in router.branches
    )
    return replace(router, branches=branches)


def _retargeted(router: RouterSpec, ends: dict[str, str]) -> RouterSpec:
    branches = tuple(
        replace(branch, target=None if branch.target is None else ends.get(branch.target)) for branch in router.branches
    )
    return replace(router, branches=branches)


def _free_names(document: Document, wishes: Iterable[str]) -> dict[str, str]:
    taken = {*document.graph.nodes, *document.graph.routers}
    names: dict[str, str] = {}
    for wish in wishes:
        names[wish] = free_name(taken, wish)
        taken.add(names[wish])
    return names


def _new_edges(document: Document, piece: GraphSpec, ends: dict[str, str]) -> tuple[EdgeSpec, ...]:
    """The piece's edges under the new names. One between START and END only may be there already."""
    present = {edge_order(edge) for edge in document.graph.edges}
    edges = []
    for edge in piece.edges:
        if edge.target in ends and all(source in ends for source in edge.sources):
            sources = tuple(ends[source] for source in edge.sources)
            edges.append(replace(edge, source=sources if edge.is_join else sources[0], target=ends[edge.target]))
    return tuple(edge for edge in sorted_edges(edges) if edge_order(edge) not in present)


def _places(
    document: Document, piece: GraphSpec, remarks: Collection[Remark], at: tuple[float, float] | None
) -> tuple[dict[str, Position], tuple[float, float]]:
    """A place for each node: as they stood to each other, and in a row where the text does not say.

    Also by how much all of it is moved.
    """
    written = piece.extra.get(PLACES)
    known: dict[str, Position] = {}
    for index, name in enumerate(piece.nodes):
        place = written.get(name) if isinstance(written, dict) else None
        usable = isinstance(place, list) and len(place) == 2 and all(type(n) is int and abs(n) < 10**6 for n in place)
        known[name] = (place[0], place[1]) if usable and place is not None else (index * 60 * GRID_PX, 0)
    corners = [*known.values(), *(remark.rect[:2] for remark in remarks)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    dx, dy = (at[0] - left, at[1] - top) if at is not None else _shift(document, corners)
    return {name: on_grid(x + dx, y + dy) for name, (x, y) in known.items()}, (dx, dy)


def _layout_inside(piece: GraphSpec, name: str) -> Layout:
    written = piece.extra.get(LAYOUTS)
    layout = written.get(name) if isinstance(written, dict) else None
    return read_layout_object(layout, []) if isinstance(layout, dict) else Layout()


def _shift(document: Document, corners: Collection[Position]) -> tuple[int, int]:
    """The first step down to the right at which nothing pasted covers another thing exactly."""
    taken = {*document.layout.positions.values(), *(remark.rect[:2] for remark in document.layout.remarks.values())}
    step = SHIFT_PX
    while any(on_grid(x + step, y + step) in taken for x, y in corners):
        step += SHIFT_PX
    return (step, step)
