"""Ways out of a problem between which a person has to choose: what each one does is clear, which one is meant is not.

The certain ones are in ``problem_fixes``, which offers both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from editor.document.changes import EdgeAdded, EdgeRemoved, NodePlaced, RoutersChanged
from editor.document.command import Command, CommandError
from editor.document.commands import (
    add_branch,
    add_node,
    change_branch,
    change_node,
    change_router,
    connect,
    delete,
    delete_branch,
    disconnect,
    let_conditions_decide,
    rename_node,
)
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.jump_commands import declare_jumps, nodes_with_undeclared_jumps
from editor.document.module_commands import add_node_stub, add_router_stub, together
from editor.document.names import free_name, why_not_name
from editor.document.problems import Problem
from editor.document.router_labels import returned_labels
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError, identifier_for
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    PlainOutlet,
    RouterSpec,
    edge_order,
    router_of,
    shown_name,
    shown_text,
)

Choice = tuple[str, Callable[[], Command]]
"""What it is called, and how it is made."""
BESIDE_PX = 260
"""Between a node and one that is added as its target."""
MOST_ENTRIES = 3


def choices_of(problem: Problem, document: Document, sources: ProjectSources | None) -> Iterator[Choice]:
    """Each is possible now. None for problems that only code or a name can mend."""
    node = problem.node or ""
    router = router_of(document.graph, node, problem.router) if problem.router is not None else None
    if router is not None:
        yield from _of_router(problem, document, sources, node, router)
    elif problem.edge is not None:
        yield from _of_edge(problem, document, sources, problem.edge)
    elif problem.id == "undeclared_jumps" and sources is not None:
        nodes = nodes_with_undeclared_jumps(document, sources)
        if len(nodes) > 1:
            yield f"Draw the jumps of all {len(nodes)} nodes", partial(declare_jumps, document, sources, nodes)
    else:
        yield from _of_node(problem, document, node)


def _of_router(
    problem: Problem, document: Document, sources: ProjectSources | None, node: str, router: RouterSpec
) -> Iterator[Choice]:
    label = problem.branch or ""
    match problem.id:
        case "router_without_branches":
            labels = _labels_in_code(router, sources)
            if labels:
                known = ", ".join(map(shown_text, labels[:4])) + (" …" if len(labels) > 4 else "")
                yield f"Declare what it returns: {known}", partial(_declare, document, node, router, labels)
            new = free_name({branch.label for branch in router.branches}, "branch")
            yield "Add a branch", partial(add_branch, document, node, router.name, new)
        case "router_without_function":
            if sources is not None:
                yield "Write a function for it", partial(add_router_stub, document, sources, node, router.name)
            yield "Let conditions decide", partial(let_conditions_decide, document, node, router.name)
        case "branch_without_target":
            outlet = BranchOutlet(node, router.name, label)
            yield "Lead it to END", partial(connect, document, outlet, END)
            yield "Delete the branch", partial(delete_branch, document, node, router.name, label)
        case "condition_ignored":
            yield "Remove the condition", partial(change_branch, document, node, router.name, label, when=None)
            yield "Let the conditions decide", partial(change_router, document, node, router.name, fn=None)


def _of_edge(problem: Problem, document: Document, sources: ProjectSources | None, edge: EdgeId) -> Iterator[Choice]:
    source, target = edge.outlet.node, edge.target
    match problem.id:
        case "unknown_target":
            if document.has_place(source) and why_not_name(document, target) is None:
                yield f"Add the node {shown_text(target)}", partial(_add_target, document, sources, edge)
            yield _letting_go(document, edge)
        case "edge_into_start" | "edge_from_end" | "unknown_source":
            yield _letting_go(document, edge)
        case "join_and_edge":
            single = [each for each in document.graph.edges if (each.source, each.target) == (source, target)]
            joins = [e for e in document.graph.edges if e.is_join and e.target == target and source in e.sources]
            yield "Delete the single edge", lambda: Command("", tuple(map(EdgeRemoved, single)))
            yield "Take it out of the join", partial(_without_source, document, joins, source)
        case "join_with_start":
            joins = [e for e in document.graph.edges if e.is_join and e.target == target and START in e.sources]
            yield "Take START out of the join", partial(_without_source, document, joins, START)


def _of_node(problem: Problem, document: Document, node: str) -> Iterator[Choice]:
    graph = document.graph
    match problem.id:
        case "no_entry":
            reached = {edge.target for edge in graph.edges if node not in edge.sources}
            entries = [name for name in graph.nodes if name not in reached] or list(graph.nodes)
            for name in entries[:MOST_ENTRIES]:
                yield f"Start with {shown_name(name)}", partial(connect, document, PlainOutlet(START), name)
        case "unreachable_node":
            if START not in graph.routers:
                yield f"Run {shown_name(node)} at the start", partial(connect, document, PlainOutlet(START), node)
            yield f"Delete {shown_name(node)}", partial(delete, document, [node])
        case "ends_without_edge" if why_not(document, PlainOutlet(node), END) is None:
            yield f"Lead {shown_name(node)} to END", partial(connect, document, PlainOutlet(node), END)
        case "no_way_to_end":
            for router in graph.routers.get(node, ())[:1]:
                branch = BranchSpec(free_name({each.label for each in router.branches}, "end"), END)
                yield (
                    f"Add the branch {shown_text(branch.label)} to END",
                    partial(_with_branches, document, node, router, (branch,)),
                )
        case "similar_names" | "illegal_name" if node in graph.nodes:
            new = _other_name(document, node)
            if why_not_name(document, new, renaming=node) is None:
                yield f"Rename it to {shown_text(new)}", partial(rename_node, document, node, new)
        case "function_and_graph" if node in graph.nodes:
            yield "Take the function away", partial(change_node, document, node, fn=None)
            yield "Take the graph away", partial(change_node, document, node, graph=None)
        case "router_on_unknown_node":
            gone = RoutersChanged(node, graph.routers.get(node, ()), ())
            yield "Delete the router", lambda: Command("", (gone,))


def _labels_in_code(router: RouterSpec, sources: ProjectSources | None) -> tuple[str, ...]:
    if router.fn is None or sources is None:
        return ()
    try:
        found = sources.find(router.fn)
    except SourceError:
        return ()
    return () if found is None else returned_labels(found.text)


def _declare(document: Document, node: str, router: RouterSpec, labels: tuple[str, ...]) -> Command:
    """A label that is a node's name leads there, as it does in LangGraph where no path map is given."""
    ends = {END: END, "end": END, "END": END}
    targets = {label: label if label in document.graph.nodes else ends.get(label) for label in labels}
    return _with_branches(document, node, router, tuple(BranchSpec(*item) for item in targets.items()))


def _with_branches(document: Document, node: str, router: RouterSpec, branches: tuple[BranchSpec, ...]) -> Command:
    return change_router(document, node, router.name, branches=(*router.branches, *branches))


def _add_target(document: Document, sources: ProjectSources | None, edge: EdgeId) -> Command:
    """With a function, as every new node. A module that cannot be written into does not keep it from being added."""
    if sources is not None:
        with suppress(CommandError):
            return together(document, "", partial(_placed, edge=edge), partial(_stub, sources=sources, edge=edge))
    return _placed(document, edge)


def _stub(document: Document, sources: ProjectSources, edge: EdgeId) -> Command:
    return add_node_stub(document, sources, edge.target)


def _placed(document: Document, edge: EdgeId) -> Command:
    """Beside the node that leads there; if that has no place yet, both are found one when they are drawn."""
    beside = document.position_of(edge.outlet.node)
    if beside is None:
        added = add_node(document, edge.target, (0, 0))
        return replace(added, changes=tuple(each for each in added.changes if not isinstance(each, NodePlaced)))
    taken = set(document.layout.positions.values())
    place = (beside[0] + BESIDE_PX, beside[1])
    while place in taken:
        place = (place[0], place[1] + BESIDE_PX // 2)
    return add_node(document, edge.target, place)


def _letting_go(document: Document, edge: EdgeId) -> Choice:
    is_branch = isinstance(edge.outlet, BranchOutlet)
    return "Let the branch lead nowhere" if is_branch else "Delete the edge", partial(disconnect, document, edge)


def _without_source(document: Document, joins: list[EdgeSpec], source: str) -> Command:
    """What is left of a join may be there already, as a join or an edge."""
    changes: list[EdgeRemoved | EdgeAdded] = list(map(EdgeRemoved, joins))
    present = {edge_order(edge) for edge in document.graph.edges}
    for edge in joins:
        rest = tuple(name for name in edge.sources if name != source)
        left = EdgeSpec(rest if len(rest) > 1 else rest[0], edge.target, edge.extra) if rest else None
        if left is not None and edge_order(left) not in present:
            present.add(edge_order(left))
            changes.append(EdgeAdded(left))
    return Command("", tuple(changes))


def _other_name(document: Document, node: str) -> str:
    """A name near the old one that differs from all others in more than capital letters."""
    wish = node if why_not_name(document, node, renaming=node) is None else identifier_for(node)
    alike = {name.casefold() for name in (*document.graph.nodes, *document.graph.routers) if name != node}
    return next(
        name
        for name in (wish, *(f"{wish}_{number}" for number in range(2, len(alike) + 3)))
        if name != node and name.casefold() not in alike
    )
