"""Every edit the user can make, as a function from the document to a command. Pure: ``UndoHistory.do`` carries it out.

A command that cannot be made raises ``CommandError`` with a sentence for the user; one that would change nothing is
empty and is ignored by the history. Positions are scene pixels and are put on the grid here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from editor.document.changes import (
    Change,
    EdgeAdded,
    EdgeRemoved,
    GraphField,
    GraphFieldChanged,
    NodeAdded,
    NodeChanged,
    NodePlaced,
    NodeRemoved,
    NodeRenamed,
    RoutersChanged,
    SubgraphPlaced,
)
from editor.document.command import Command, CommandError, refuse
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.layout import on_grid
from editor.document.names import why_not_name
from editor.document.rewiring import (
    destinations_renamed,
    edge_renamed,
    jump_led,
    routers_retargeted,
    touches,
    without_branch_targets,
    without_destinations,
    without_edges,
)
from editor.document.router_commands import (
    add_branch,
    add_router,
    branch_changed,
    change_branch,
    change_router,
    delete_branch,
    delete_router,
    has_conditions,
    let_conditions_decide,
    let_function_decide,
    move_branch,
    rename_branch,
)
from engine.graph.jumps import JumpOutlet
from engine.graph.option_rules import OPTION_TITLES
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    EdgeId,
    EdgeSpec,
    NodeSpec,
    Outlet,
    PlainOutlet,
    edge_order,
    shown_name,
    shown_text,
    sorted_edges,
)

__all__ = [
    "Command",
    "CommandError",
    # Nodes and places.
    "add_node",
    "change_node",
    "change_nodes",
    "delete",
    "delete_and_heal",
    "insert_on_edge",
    "move",
    "rename_node",
    "set_layout",
    # Edges.
    "connect",
    "disconnect",
    "join",
    "retarget",
    # Routers: in router_commands.
    "add_branch",
    "add_router",
    "change_branch",
    "change_router",
    "delete_branch",
    "delete_router",
    "has_conditions",
    "let_conditions_decide",
    "let_function_decide",
    "move_branch",
    "rename_branch",
    # The graph itself.
    "change_graph",
]


# Nodes ----------------------------------------------------------------------------------------------------------------


def add_node(document: Document, name: str, position: tuple[float, float], fn: str | None = None) -> Command:
    refuse(why_not_name(document, name))
    place = NodePlaced(name, document.position_of(name), on_grid(*position))
    return Command(f"Add {shown_text(name)}", (NodeAdded(name, NodeSpec(fn=fn)), place))


def rename_node(document: Document, old: str, new: str) -> Command:
    """Gives a node another name everywhere: edges, joins, routers, branches and layout keep pointing at it."""
    _need_node(document, old)
    refuse(why_not_name(document, new, renaming=old))
    if new == old:
        return Command(f"Rename {shown_text(old)}", ())
    touched = [edge for edge in document.graph.edges if touches(edge, old)]
    # Of a broken file only: edges that had the new name before there was such a node.
    present = {edge_order(edge) for edge in document.graph.edges if touches(edge, new)}
    after_edges = sorted_edges(edge_renamed(edge, old, new) for edge in touched)
    removed = [EdgeRemoved(edge) for edge in touched]
    added = [EdgeAdded(edge) for edge in after_edges if edge_order(edge) not in present]
    routers = [
        RoutersChanged(new if node == old else node, before, after)
        for node, before in document.graph.routers.items()
        if (after := routers_retargeted(before, old, new)) != before
    ]
    return Command(
        f"Rename {shown_text(old)} to {shown_text(new)}",
        (NodeRenamed(old, new), *removed, *added, *routers, *destinations_renamed(document, old, new)),
    )


def change_node(document: Document, name: str, **fields: Any) -> Command:
    """Sets fields of a ``NodeSpec`` (fn, defer, metadata, retry, ...). Options are judged by ``problems``, not here."""
    old = _need_node(document, name)
    new = replace(old, **fields)
    changes = (NodeChanged(name, old, new),) if new != old else ()
    options = [OPTION_TITLES[field].lower() for field in fields if field in OPTION_TITLES]
    label = f"Change {options[0]} of {shown_text(name)}" if options else f"Change {shown_text(name)}"
    return Command(label, changes, None if options else ("change_node", name, tuple(sorted(fields))))


def change_nodes(document: Document, names: Iterable[str], **fields: Any) -> Command:
    """Sets the same fields of several nodes, as one edit."""
    chosen = tuple(dict.fromkeys(names))
    if len(chosen) == 1:
        return change_node(document, chosen[0], **fields)
    changes = [change for name in chosen for change in change_node(document, name, **fields).changes]
    return Command(f"Change {len(chosen)} nodes", tuple(changes))


def delete(document: Document, nodes: Iterable[str] = (), edges: Iterable[EdgeId] = ()) -> Command:
    """Removes nodes with their edges and routers, and single edges. Branches stay, with nothing at their end."""
    gone = tuple(dict.fromkeys(nodes))
    lines = tuple(dict.fromkeys(edges))
    for name in gone:
        if name in (START, END):
            raise CommandError(f"{shown_name(name)} belongs to every graph and cannot be deleted.")
        _need_node(document, name)
    changes = [*without_edges(document, gone, lines), *without_branch_targets(document, gone, lines)]
    changes += without_destinations(document, gone, lines)
    for name in gone:
        if (place := document.position_of(name)) is not None:
            changes.append(NodePlaced(name, place, None))
        if (inside := document.layout.subgraphs.get(name)) is not None:
            changes.append(SubgraphPlaced(name, inside, None))
        changes.append(NodeRemoved(name, document.graph.nodes[name]))
    return Command(_delete_label(gone, lines), tuple(changes))


def delete_and_heal(document: Document, name: str) -> Command:
    """Removes a node and joins up what led to it with what came after it, as far as that is allowed and unambiguous.

    With one plain successor everything that led to the node leads there, branches too; with several, plain edges do.
    """
    _need_node(document, name)
    after = [edge.target for edge in document.graph.edges if edge.source == name and edge.target != name]
    changes = list(delete(document, [name]).changes)
    before = [edge for edge in document.graph.edges if edge.target == name and name not in edge.sources]
    present = {(edge.source, edge.target) for edge in document.graph.edges}
    for edge in before:
        for target in after:
            straight_through = edge.source == START and target == END
            if (edge.source, target) not in present and not straight_through:
                present.add((edge.source, target))
                changes.append(EdgeAdded(EdgeSpec(edge.source, target)))
    if len(after) == 1:
        changes = [_healed(change, document, name, after[0]) for change in changes]
    return Command(f"Delete {shown_text(name)} and reconnect", tuple(changes))


def insert_on_edge(document: Document, edge: EdgeId, name: str) -> Command:
    """Puts a node into an edge: what led to the target leads to the node, and the node leads to the target."""
    _need_node(document, name)
    onward = PlainOutlet(name)
    if name in (edge.outlet.node, edge.target):
        raise CommandError(f"{shown_text(name)} already is an end of this edge.")
    changes = list(retarget(document, edge, name).changes)
    if why_not(document, onward, edge.target) is None:
        changes.append(EdgeAdded(EdgeSpec(name, edge.target)))
    return Command(f"Insert {shown_text(name)}", tuple(changes))


# Places ---------------------------------------------------------------------------------------------------------------


def move(document: Document, positions: Mapping[str, tuple[float, float]]) -> Command:
    """Moves nodes, START or END. Moves of the same nodes that follow each other at once are one undo step."""
    changes = _placed(document, positions)
    names = tuple(sorted(positions))
    label = f"Move {shown_name(names[0])}" if len(names) == 1 else f"Move {len(names)} nodes"
    return Command(label, changes, merge_key=("move", names))


def set_layout(document: Document, positions: Mapping[str, tuple[float, float]]) -> Command:
    """Puts many nodes in their places at once: the auto layout."""
    return Command("Tidy", _placed(document, positions))


# Edges ----------------------------------------------------------------------------------------------------------------


def connect(document: Document, outlet: Outlet, target: str) -> Command:
    """Draws an edge. A plain one comes beside those already there; a branch lets go of its old target."""
    refuse(why_not(document, outlet, target))
    label = f"Connect {shown_name(outlet.node)} to {shown_name(target)}"
    match outlet:
        case JumpOutlet(node):
            return Command(label, tuple(jump_led(document, node, None, target)))
        case PlainOutlet(node):
            return Command(label, (EdgeAdded(EdgeSpec(node, target)),))
        case BranchOutlet():
            return Command(label, branch_changed(document, outlet, target=target))


def disconnect(document: Document, edge: EdgeId) -> Command:
    return delete(document, edges=[edge])


def retarget(document: Document, edge: EdgeId, target: str) -> Command:
    """Moves an edge's end to another node. One line of a join leaves the join and becomes a plain edge."""
    if edge.target == target:
        return Command("Move an edge's end", ())
    refuse(why_not(document, edge.outlet, target))
    label = f"Lead {shown_name(edge.outlet.node)} to {shown_name(target)}"
    match edge.outlet:
        case JumpOutlet(node):
            return Command(label, tuple(jump_led(document, node, edge.target, target)))
        case PlainOutlet(node):
            removed = without_edges(document, (), (edge,))
            if not removed:
                raise CommandError("That edge does not exist any more.")
            extra = next((e.extra for e in document.graph.edges if e.source == node and e.target == edge.target), {})
            return Command(label, (*removed, EdgeAdded(EdgeSpec(node, target, extra))))
        case BranchOutlet():
            return Command(label, branch_changed(document, edge.outlet, target=target))


def join(document: Document, sources: Sequence[str], target: str) -> Command:
    """Makes plain edges from these sources wait for each other: the target runs once all of them have run."""
    wanted = tuple(sorted(set(sources)))
    if len(wanted) < 2:
        raise CommandError("A join needs at least two nodes to wait for.")
    if START in wanted:
        raise CommandError("START cannot be part of a join: it runs only once, before all nodes.")
    for name in wanted:
        reason = why_not(document, PlainOutlet(name), target)
        if reason is not None and not reason.endswith(f"already leads to {shown_name(target)}."):
            raise CommandError(reason)
    lines = [EdgeId(PlainOutlet(name), target) for name in wanted]
    changes = (*without_edges(document, (), lines), EdgeAdded(EdgeSpec(wanted, target)))
    return Command(f"Join {len(wanted)} edges into {shown_name(target)}", changes)


# The graph ------------------------------------------------------------------------------------------------------------


def change_graph(document: Document, **fields: Any) -> Command:
    """Sets fields of the ``GraphSpec`` itself (name, state, recursion_limit, defaults)."""
    unknown = set(fields) - {"name", "state", "recursion_limit", "defaults"}
    if unknown:
        raise TypeError(f"A graph has no field {', '.join(sorted(unknown))} that can be set by itself.")
    changes = tuple(
        GraphFieldChanged(cast(GraphField, field), old, new)
        for field, new in fields.items()
        if (old := getattr(document.graph, field)) != new
    )
    return Command("Change the graph", changes, merge_key=("change_graph", tuple(sorted(fields))))


# Parts of the above ---------------------------------------------------------------------------------------------------


def _need_node(document: Document, name: str) -> NodeSpec:
    node = document.graph.nodes.get(name)
    if node is None:
        raise CommandError(f"There is no node {shown_name(name)} that can be changed.")
    return node


def _placed(document: Document, positions: Mapping[str, tuple[float, float]]) -> tuple[Change, ...]:
    for name in positions:
        if not document.has_place(name):
            raise CommandError(f"There is no node {shown_text(name)} to move.")
    places = ((name, document.position_of(name), on_grid(*place)) for name, place in positions.items())
    return tuple(NodePlaced(name, old, new) for name, old, new in places if old != new)


def _healed(change: Change, document: Document, gone: str, onward: str) -> Change:
    """A change that cuts branches off a deleted node, made to lead them to the node after it instead."""
    if not isinstance(change, RoutersChanged) or change.node == gone:
        return change
    return replace(change, new=routers_retargeted(document.graph.routers[change.node], gone, onward))


def _delete_label(nodes: Sequence[str], lines: Sequence[EdgeId]) -> str:
    match nodes, lines:
        case [name], []:
            return f"Delete {shown_text(name)}"
        case [], [line]:
            return f"Disconnect {shown_name(line.outlet.node)} from {shown_name(line.target)}"
        case [], _:
            return f"Delete {len(lines)} edges"
        case _, []:
            return f"Delete {len(nodes)} nodes"
        case _:
            return f"Delete {len(nodes) + len(lines)} things"
