"""Every edit the user can make, as a function from the document to a command. Pure: ``UndoHistory.do`` carries it out.

A command that cannot be made raises ``CommandError`` with a sentence for the user; one that would change nothing is
empty and is ignored by the history. Positions are scene pixels and are put on the grid here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
)
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.layout import on_grid
from editor.document.names import free_name, why_not_label, why_not_name
from editor.document.rewiring import (
    edge_renamed,
    routers_retargeted,
    touches,
    without_branch_targets,
    without_edges,
)
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    NodeSpec,
    Outlet,
    PlainOutlet,
    RouterSpec,
    edge_order,
    router_of,
    shown_name,
    sorted_edges,
)


class CommandError(ValueError):
    """The edit is not possible. The text is a sentence that can be shown as it is."""


@dataclass(frozen=True, slots=True)
class Command:
    """Changes that belong together: one row of the undo list."""

    label: str
    """What it does, as the undo menu shows it: "Rename 'plan' to 'draft'"."""
    changes: tuple[Change, ...]
    merge_key: Hashable | None = None
    """Commands with the same key that follow each other become one row: the many moves of one drag."""


# Nodes ----------------------------------------------------------------------------------------------------------------


def add_node(document: Document, name: str, position: tuple[float, float], fn: str | None = None) -> Command:
    _refuse(why_not_name(document, name))
    place = NodePlaced(name, document.position_of(name), on_grid(*position))
    return Command(f"Add '{name}'", (NodeAdded(name, NodeSpec(fn=fn)), place))


def rename_node(document: Document, old: str, new: str) -> Command:
    """Gives a node another name everywhere: edges, joins, routers, branches and layout keep pointing at it."""
    _need_node(document, old)
    _refuse(why_not_name(document, new, renaming=old))
    if new == old:
        return Command(f"Rename '{old}'", ())
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
    return Command(f"Rename '{old}' to '{new}'", (NodeRenamed(old, new), *removed, *added, *routers))


def change_node(document: Document, name: str, **fields: Any) -> Command:
    """Sets fields of a ``NodeSpec`` (fn, defer, metadata)."""
    old = _need_node(document, name)
    new = replace(old, **fields)
    changes = (NodeChanged(name, old, new),) if new != old else ()
    return Command(f"Change '{name}'", changes, merge_key=("change_node", name, tuple(sorted(fields))))


def delete(document: Document, nodes: Iterable[str] = (), edges: Iterable[EdgeId] = ()) -> Command:
    """Removes nodes with their edges and routers, and single edges. Branches stay, with nothing at their end."""
    gone = tuple(dict.fromkeys(nodes))
    lines = tuple(dict.fromkeys(edges))
    for name in gone:
        if name in (START, END):
            raise CommandError(f"{shown_name(name)} belongs to every graph and cannot be deleted.")
        _need_node(document, name)
    changes = [*without_edges(document, gone, lines), *without_branch_targets(document, gone, lines)]
    for name in gone:
        if (place := document.position_of(name)) is not None:
            changes.append(NodePlaced(name, place, None))
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
    return Command(f"Delete '{name}' and reconnect", tuple(changes))


def insert_on_edge(document: Document, edge: EdgeId, name: str) -> Command:
    """Puts a node into an edge: what led to the target leads to the node, and the node leads to the target."""
    _need_node(document, name)
    onward = PlainOutlet(name)
    if name in (edge.outlet.node, edge.target):
        raise CommandError(f"'{name}' already is an end of this edge.")
    changes = list(retarget(document, edge, name).changes)
    if why_not(document, onward, edge.target) is None:
        changes.append(EdgeAdded(EdgeSpec(name, edge.target)))
    return Command(f"Insert '{name}'", tuple(changes))


# Places ---------------------------------------------------------------------------------------------------------------


def move(document: Document, positions: Mapping[str, tuple[float, float]]) -> Command:
    """Moves nodes, START or END. Moves of the same nodes that follow each other are one undo step."""
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
    _refuse(why_not(document, outlet, target))
    label = f"Connect {shown_name(outlet.node)} to {shown_name(target)}"
    match outlet:
        case PlainOutlet(node):
            return Command(label, (EdgeAdded(EdgeSpec(node, target)),))
        case BranchOutlet():
            return Command(label, _branch_changed(document, outlet, target=target))


def disconnect(document: Document, edge: EdgeId) -> Command:
    return delete(document, edges=[edge])


def retarget(document: Document, edge: EdgeId, target: str) -> Command:
    """Moves an edge's end to another node. One line of a join leaves the join and becomes a plain edge."""
    if edge.target == target:
        return Command("Move an edge's end", ())
    _refuse(why_not(document, edge.outlet, target))
    label = f"Lead {shown_name(edge.outlet.node)} to {shown_name(target)}"
    match edge.outlet:
        case PlainOutlet(node):
            removed = without_edges(document, (), (edge,))
            if not removed:
                raise CommandError("That edge does not exist any more.")
            extra = next((e.extra for e in document.graph.edges if e.source == node and e.target == edge.target), {})
            return Command(label, (*removed, EdgeAdded(EdgeSpec(node, target, extra))))
        case BranchOutlet():
            return Command(label, _branch_changed(document, edge.outlet, target=target))


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


# Routers --------------------------------------------------------------------------------------------------------------


def add_router(
    document: Document,
    node: str,
    fn: str | None = None,
    branches: Iterable[BranchSpec | tuple[str, str | None] | str] = (),
) -> Command:
    """Puts a router on a node or START. A branch is given as a whole, as (label, target), or as its label."""
    _need_source(document, node)
    made = tuple(_as_branch(branch) for branch in branches)
    labels: set[str] = set()
    for branch in made:
        _refuse(why_not_label(labels, branch.label))
        labels.add(branch.label)
        if branch.target is not None and (branch.target == START or not document.has_place(branch.target)):
            raise CommandError(f"The branch '{branch.label}' cannot lead to {shown_name(branch.target)}.")
    old = document.graph.routers.get(node, ())
    name = free_name({router.name for router in old}, "route") if old else ""
    router = RouterSpec(fn=fn, branches=made, name=name)
    return Command(f"Add a router to {shown_name(node)}", (RoutersChanged(node, old, (*old, router)),))


def change_router(document: Document, node: str, router: str, **fields: Any) -> Command:
    """Sets fields of a ``RouterSpec`` (fn, name, branches)."""
    old = _need_router(document, node, router)
    if "name" in fields and fields["name"] != router and router_of(document.graph, node, fields["name"]) is not None:
        raise CommandError(f"{shown_name(node)} already has a router '{fields['name']}'.")
    key = ("change_router", node, router, tuple(sorted(fields)))
    return _router_command(f"Change the router of {shown_name(node)}", document, node, old, replace(old, **fields), key)


def delete_router(document: Document, node: str, router: str) -> Command:
    old = _need_router(document, node, router)
    return _router_command(f"Delete the router of {shown_name(node)}", document, node, old, None)


def add_branch(
    document: Document, node: str, router: str, label: str, target: str | None = None, when: str | None = None
) -> Command:
    """One more outlet. It comes last, but before an else, which always stays last."""
    old = _need_router(document, node, router)
    _refuse(why_not_label({branch.label for branch in old.branches}, label))
    if target is not None and (target == START or not document.has_place(target)):
        raise CommandError(f"The branch '{label}' cannot lead to {shown_name(target)}.")
    has_else = old.fn is None and when is not None and bool(old.branches) and old.branches[-1].when is None
    place = len(old.branches) - (1 if has_else else 0)
    branches = (*old.branches[:place], BranchSpec(label, target, when), *old.branches[place:])
    return _router_command(f"Add branch '{label}'", document, node, old, replace(old, branches=branches))


def rename_branch(document: Document, node: str, router: str, old: str, new: str) -> Command:
    """Gives a branch another label. The function that returns the label must be changed to match (see ``problems``)."""
    spec = _need_router(document, node, router)
    _need_branch(spec, node, old)
    if new == old:
        return Command(f"Rename branch '{old}'", ())
    _refuse(why_not_label({branch.label for branch in spec.branches}, new))
    outlet = BranchOutlet(node, router, old)
    return Command(f"Rename branch '{old}' to '{new}'", _branch_changed(document, outlet, label=new))


def change_branch(document: Document, node: str, router: str, label: str, **fields: Any) -> Command:
    """Sets fields of a ``BranchSpec`` other than its label (when, target)."""
    outlet = BranchOutlet(node, router, label)
    _need_branch(_need_router(document, node, router), node, label)
    key = ("change_branch", node, router, label, tuple(sorted(fields)))
    return Command(f"Change branch '{label}'", _branch_changed(document, outlet, **fields), merge_key=key)


def delete_branch(document: Document, node: str, router: str, label: str) -> Command:
    """Removes an outlet and its edge. A router that loses its last branch stays, without outlets."""
    old = _need_router(document, node, router)
    _need_branch(old, node, label)
    branches = tuple(branch for branch in old.branches if branch.label != label)
    return _router_command(f"Delete branch '{label}'", document, node, old, replace(old, branches=branches))


def move_branch(document: Document, node: str, router: str, label: str, place: int) -> Command:
    """Puts a branch at another place of its router, from 0 on. Expressions are tried in this order."""
    old = _need_router(document, node, router)
    moved = _need_branch(old, node, label)
    others = [branch for branch in old.branches if branch.label != label]
    others.insert(max(0, min(place, len(others))), moved)
    return _router_command(f"Move branch '{label}'", document, node, old, replace(old, branches=tuple(others)))


# The graph ------------------------------------------------------------------------------------------------------------


def change_graph(document: Document, **fields: Any) -> Command:
    """Sets fields of the ``GraphSpec`` itself (name, state, recursion_limit)."""
    unknown = set(fields) - {"name", "state", "recursion_limit"}
    if unknown:
        raise TypeError(f"A graph has no field {', '.join(sorted(unknown))} that can be set by itself.")
    changes = tuple(
        GraphFieldChanged(cast(GraphField, field), old, new)
        for field, new in fields.items()
        if (old := getattr(document.graph, field)) != new
    )
    return Command("Change the graph", changes, merge_key=("change_graph", tuple(sorted(fields))))


# Parts of the above ---------------------------------------------------------------------------------------------------


def _refuse(reason: str | None) -> None:
    if reason is not None:
        raise CommandError(reason)


def _need_node(document: Document, name: str) -> NodeSpec:
    node = document.graph.nodes.get(name)
    if node is None:
        raise CommandError(f"There is no node {shown_name(name)} that can be changed.")
    return node


def _need_source(document: Document, name: str) -> None:
    if name == END:
        raise CommandError("Nothing can start at END: it is where the run ends.")
    if not document.has_place(name):
        raise CommandError(f"There is no node '{name}'.")


def _need_router(document: Document, node: str, name: str) -> RouterSpec:
    router = router_of(document.graph, node, name)
    if router is None:
        named = f" '{name}'" if name else ""
        raise CommandError(f"{shown_name(node)} has no router{named}.")
    return router


def _need_branch(router: RouterSpec, node: str, label: str) -> BranchSpec:
    branch = router.branch(label)
    if branch is None:
        raise CommandError(f"{shown_name(node)} has no branch '{label}'.")
    return branch


def _as_branch(branch: BranchSpec | tuple[str, str | None] | str) -> BranchSpec:
    match branch:
        case BranchSpec():
            return branch
        case str():
            return BranchSpec(branch, None)
        case (label, target):
            return BranchSpec(label, target)


def _placed(document: Document, positions: Mapping[str, tuple[float, float]]) -> tuple[Change, ...]:
    for name in positions:
        if not document.has_place(name):
            raise CommandError(f"There is no node '{name}' to move.")
    places = ((name, document.position_of(name), on_grid(*place)) for name, place in positions.items())
    return tuple(NodePlaced(name, old, new) for name, old, new in places if old != new)


def _healed(change: Change, document: Document, gone: str, onward: str) -> Change:
    """A change that cuts branches off a deleted node, made to lead them to the node after it instead."""
    if not isinstance(change, RoutersChanged) or change.node == gone:
        return change
    return replace(change, new=routers_retargeted(document.graph.routers[change.node], gone, onward))


def _branch_changed(document: Document, outlet: BranchOutlet, **fields: Any) -> tuple[Change, ...]:
    old = document.graph.routers[outlet.node]
    new = tuple(
        replace(
            router,
            branches=tuple(
                replace(branch, **fields) if branch.label == outlet.label else branch for branch in router.branches
            ),
        )
        if router.name == outlet.router
        else router
        for router in old
    )
    return (RoutersChanged(outlet.node, old, new),) if new != old else ()


def _router_command(
    label: str,
    document: Document,
    node: str,
    old: RouterSpec,
    new: RouterSpec | None,
    merge_key: Hashable | None = None,
) -> Command:
    """A command that puts another router in the place of an old one, or takes it away (None)."""
    before = document.graph.routers[node]
    after = tuple(new if router is old else router for router in before)
    kept = tuple(router for router in after if router is not None)
    return Command(label, (RoutersChanged(node, before, kept),) if kept != before else (), merge_key)


def _delete_label(nodes: Sequence[str], lines: Sequence[EdgeId]) -> str:
    match nodes, lines:
        case [name], []:
            return f"Delete '{name}'"
        case [], [line]:
            return f"Disconnect {shown_name(line.outlet.node)} from {shown_name(line.target)}"
        case [], _:
            return f"Delete {len(lines)} edges"
        case _, []:
            return f"Delete {len(nodes)} nodes"
        case _:
            return f"Delete {len(nodes) + len(lines)} things"
