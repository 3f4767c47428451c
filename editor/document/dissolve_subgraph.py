"""A subgraph is dissolved: its nodes stand in the graph around it and lead on as the subgraph did. Pure.

The other way round is ``subgraph_commands.make_subgraph``. What only a graph of its own can have (another state, a
memory, an option for all of it) is a reason against it, told in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from editor.document.changes import Change
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.document_diff import changes_between
from editor.document.layout import Layout, on_grid
from editor.document.names import free_name
from editor.document.remark_json import fitting_rect
from editor.document.subgraph_commands import middle_of
from engine.graph.spec import (
    END,
    START,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    RouterSpec,
    shown_name,
    shown_text,
    sorted_edges,
)


def dissolve(document: Document, name: str) -> Command:
    """Raises ``CommandError`` with the reason if it would run otherwise. Nodes whose names are taken get others."""
    return Command(f"Dissolve {shown_text(name)}", _changes(document, name))


def dissolved_names(document: Document, name: str) -> tuple[str, ...]:
    """What the nodes inside will be called, to select them afterwards."""
    return tuple(_new_names(document, name, _inner(document, name)).values())


def _inner(document: Document, name: str) -> GraphSpec:
    node = document.graph.nodes.get(name)
    if node is None or node.graph is None:
        raise CommandError("Select a subgraph to dissolve it.")
    if isinstance(node.graph, str):
        raise CommandError(f"{shown_name(name)} is the graph of another file. Open that file to change it.")
    return node.graph


def _changes(document: Document, name: str) -> tuple[Change, ...]:
    inner = _inner(document, name)
    _need_nothing_of_its_own(document, name, inner)
    names = _new_names(document, name, inner)
    renamed = any(old != new for old, new in names.items())
    ways = _Ways(document.graph, name, inner, names)
    if renamed and ways.has_open_router:
        raise CommandError(
            f"A router in {shown_name(name)} has no branches and names nodes by itself, and a node has to be renamed. "
            "Add its branches first."
        )
    graph = replace(
        document.graph,
        nodes={
            **{each: node for each, node in document.graph.nodes.items() if each != name},
            **{names[each]: _with_destinations(node, names) for each, node in inner.nodes.items()},
        },
        edges=sorted_edges(ways.edges()),
        routers=ways.routers(),
    )
    return changes_between(document, Document(graph, _layout(document, name, inner, names), document.modules))


def _need_nothing_of_its_own(document: Document, name: str, inner: GraphSpec) -> None:
    node = document.graph.nodes[name]
    if inner.state is not None and inner.state != document.graph.state:
        raise CommandError(
            f"{shown_name(name)} has a state class of its own, {shown_text(inner.state)}. "
            "Its nodes could not stand in a graph with another state."
        )
    if node.checkpointer == "own":
        raise CommandError(f"{shown_name(name)} remembers its own runs, which its nodes alone could not do.")
    if inner.defaults != document.graph.defaults and inner.nodes:
        raise CommandError(f"{shown_name(name)} has other defaults for its nodes than the graph around it.")
    plain = NodeSpec(graph=node.graph, checkpointer=node.checkpointer, metadata=node.metadata, extra=node.extra)
    options = [each.name for each in fields(NodeSpec) if getattr(node, each.name) != getattr(plain, each.name)]
    if options:
        raise CommandError(
            f"{shown_name(name)} has options for the whole of it ({', '.join(options)}). Take them off first."
        )
    if not inner.nodes:
        raise CommandError(f"{shown_name(name)} is empty. Delete it instead, or delete and reconnect.")


def _new_names(document: Document, name: str, inner: GraphSpec) -> dict[str, str]:
    taken = {*document.graph.nodes, *document.graph.routers} - {name}
    names: dict[str, str] = {}
    for each in inner.nodes:
        names[each] = free_name(taken, each)
        taken.add(names[each])
    return names


def _with_destinations(node: NodeSpec, names: Mapping[str, str]) -> NodeSpec:
    if not node.destinations:
        return node
    return replace(node, destinations=tuple(sorted(names.get(each, each) for each in node.destinations)))


class _Ways:
    """The edges and routers of both graphs as one. Checks in the constructor that they can be."""

    def __init__(self, graph: GraphSpec, name: str, inner: GraphSpec, names: Mapping[str, str]) -> None:
        self._graph, self._name, self._inner, self._names = graph, name, inner, names
        self.has_open_router = any(not each.branches for of_node in inner.routers.values() for each in of_node)
        self._entries = tuple(sorted(names[edge.target] for edge in inner.edges if START in edge.sources))
        self._start_routers = inner.routers.get(START, ())
        self._lasts = self._plain_lasts()
        self._branch_ends = [
            node
            for node, routers in inner.routers.items()
            for each in routers
            for b in each.branches
            if b.target == END
        ]
        self._targets = tuple(sorted({edge.target for edge in graph.edges if edge.sources == (name,)}))
        self._own_routers = graph.routers.get(name, ())
        self._joins = [edge for edge in graph.edges if edge.is_join and name in edge.sources]
        self._all_end = self._all_lasts_run()
        self._need_one_beginning()
        self._need_one_end()

    def edges(self) -> list[EdgeSpec]:
        found: dict[tuple[object, str], EdgeSpec] = {}

        def add(source: str | tuple[str, ...], target: str, like: EdgeSpec | None = None) -> None:
            parts = (source,) if isinstance(source, str) else tuple(sorted(set(source)))
            one: str | tuple[str, ...] = parts[0] if len(parts) == 1 else parts
            found.setdefault((one, target), EdgeSpec(one, target, like.extra if like is not None else {}))

        for edge in self._graph.edges:
            for sources in self._sources_instead(edge):
                for target in self._entries if edge.target == self._name else (edge.target,):
                    add(sources, target, edge)
        for edge in self._inner.edges:
            if START not in edge.sources and edge.target != END:
                inside = tuple(self._names.get(source, source) for source in edge.sources)
                add(inside if edge.is_join else inside[0], self._names.get(edge.target, edge.target), edge)
        return list(found.values())

    def routers(self) -> dict[str, tuple[RouterSpec, ...]]:
        end = self._targets[0] if len(self._targets) == 1 else END
        inward = {self._name: self._entries[0]} if len(self._entries) == 1 else {}
        found = {
            node: tuple(_retargeted(each, inward) for each in of_node)
            for node, of_node in self._graph.routers.items()
            if node != self._name
        }
        new = {**self._names, END: end}
        for node, of_node in self._inner.routers.items():
            if node != START:
                found[self._names[node]] = tuple(_retargeted(each, new) for each in of_node)
        if self._start_routers:
            (source,) = self._graph_sources()
            found[source] = (*found.get(source, ()), *(_retargeted(each, new) for each in self._start_routers))
        if self._own_routers:
            found[self._lasts[0]] = tuple(_retargeted(each, inward) for each in self._own_routers)
        return found

    def _sources_instead(self, edge: EdgeSpec) -> list[tuple[str, ...]]:
        """Where an edge of the outer graph starts now. From the subgraph: at all its last nodes, or at each of them."""
        if self._name not in edge.sources:
            return [edge.sources]
        others = tuple(source for source in edge.sources if source != self._name)
        return [(*self._lasts, *others)] if self._all_end else [(last, *others) for last in self._lasts]

    def _all_lasts_run(self) -> bool:
        """Whether each of the last nodes runs whenever the subgraph does: nothing chooses, and all are reached."""
        if not self._lasts or self._inner.routers or any(node.destinations for node in self._inner.nodes.values()):
            return False
        reached, before = {START}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {edge.target for edge in self._inner.edges if reached.issuperset(edge.sources)}
        return all(self._old(last) in reached for last in self._lasts)

    def _plain_lasts(self) -> tuple[str, ...]:
        """Nodes inside after which the subgraph ends whatever they return: with an edge to END, or without any."""
        lasts = set()
        for node in self._inner.nodes:
            onward = [edge.target for edge in self._inner.edges if node in edge.sources]
            if END in onward or not (onward or self._inner.routers.get(node) or self._inner.nodes[node].destinations):
                lasts.add(self._names[node])
        return tuple(sorted(lasts))

    def _graph_sources(self) -> list[str]:
        return [edge.sources[0] for edge in self._graph.edges if edge.target == self._name and not edge.is_join]

    def _led_to_by_branch(self) -> bool:
        return any(
            branch.target == self._name
            for of_node in self._graph.routers.values()
            for router in of_node
            for branch in router.branches
        )

    def _need_one_beginning(self) -> None:
        name = shown_name(self._name)
        if not self._entries and not self._start_routers:
            raise CommandError(f"No edge leaves START in {name}, so it is not clear where its nodes begin.")
        by_branch = self._led_to_by_branch()
        if by_branch and (self._start_routers or len(self._entries) != 1):
            raise CommandError(f"A branch leads to {name}, which begins at several nodes: a branch leads to one.")
        if self._start_routers:
            sources = self._graph_sources()
            joined = any(edge.is_join and edge.target == self._name for edge in self._graph.edges)
            if len(sources) != 1 or joined or by_branch or self._graph.routers.get(sources[0]):
                raise CommandError(
                    f"{name} begins with a router. It can be dissolved if one node without a router leads there."
                )

    def _need_one_end(self) -> None:
        name = shown_name(self._name)
        onward = len(self._targets) + len(self._own_routers) + len(self._joins)
        if self._branch_ends and (self._own_routers or self._joins or len(self._targets) > 1):
            raise CommandError(
                f"A branch in {name} leads to END, and what comes after {name} is more than one node. "
                "A branch leads to one."
            )
        ends = len(self._lasts) + len(set(self._branch_ends))
        if onward and ends > 1 and not self._all_end and (self._joins or self._runs_side_by_side()):
            raise CommandError(
                f"Several nodes of {name} run at once, and what comes after it waits for all of them. "
                "Join them inside before you dissolve it."
            )
        if self._own_routers and (len(self._lasts) != 1 or self._inner.routers.get(self._old(self._lasts[0]))):
            raise CommandError(f"{name} has a router, which can stand on its last node only if there is just one.")

    def _old(self, new: str) -> str:
        return next(old for old, name in self._names.items() if name == new)

    def _runs_side_by_side(self) -> bool:
        """Whether two nodes inside may run in one step, as far as the drawing tells."""
        plain = [source for edge in self._inner.edges for source in edge.sources]
        return len(set(plain)) < len(plain) or any(plain.count(node) for node in self._inner.routers)


def _retargeted(router: RouterSpec, new: Mapping[str, str]) -> RouterSpec:
    branches = tuple(
        replace(branch, target=None if branch.target is None else new.get(branch.target, branch.target))
        for branch in router.branches
    )
    return replace(router, branches=branches)


def _layout(document: Document, name: str, inner: GraphSpec, names: Mapping[str, str]) -> Layout:
    """The cards stand to each other as they did inside, their middle where the subgraph stood."""
    layout = document.layout
    own = layout.subgraphs.get(name, Layout())
    positions = {each: place for each, place in layout.positions.items() if each != name}
    subgraphs = {each: below for each, below in layout.subgraphs.items() if each != name}
    subgraphs |= {names[each]: below for each, below in own.subgraphs.items() if each in names}
    inside = {each: own.positions[each] for each in inner.nodes if each in own.positions}
    place = layout.positions.get(name)
    if inside and place is not None:
        middle = middle_of(inside.values())
        dx, dy = place[0] - middle[0], place[1] - middle[1]
        positions |= {names[each]: on_grid(x + dx, y + dy) for each, (x, y) in inside.items()}
    else:
        dx, dy = 0, 0
    remarks = dict(layout.remarks)
    for remark in own.remarks.values():
        x, y, width, height = remark.rect
        key = free_name(remarks, remark.kind)
        remarks[key] = replace(remark, rect=fitting_rect(remark.kind, x + dx, y + dy, width, height))
    return replace(layout, positions=positions, subgraphs=subgraphs, remarks=remarks)
