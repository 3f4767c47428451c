"""What can happen to a document: frozen facts in the past tense, each with an exact inverse, and how they are applied.

A command is a list of these. ``apply_changes`` applies all of them or none. Views follow them by node name and edge.
Called by ``undo_history`` and ``recovery_log``; made by ``commands``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from editor.document.document import Document
from editor.document.layout import Layout, Position
from editor.document.module_text import ModuleText
from editor.document.remark import Remark
from engine.graph.spec import EdgeSpec, GraphSpec, Json, NodeSpec, RouterSpec, edge_order

T = TypeVar("T")
GraphField = Literal["name", "state", "recursion_limit", "defaults"]


class ChangeDoesNotFit(ValueError):
    """A change speaks of something the document does not hold. Our bug or a foreign journal, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class NodeAdded:
    name: str
    node: NodeSpec

    def inverse(self) -> NodeRemoved:
        return NodeRemoved(self.name, self.node)


@dataclass(frozen=True, slots=True)
class NodeRemoved:
    """What the node had was taken away before by changes of their own: position, inner layout, edges and routers."""

    name: str
    node: NodeSpec

    def inverse(self) -> NodeAdded:
        return NodeAdded(self.name, self.node)


@dataclass(frozen=True, slots=True)
class NodeChanged:
    name: str
    old: NodeSpec
    new: NodeSpec

    def inverse(self) -> NodeChanged:
        return NodeChanged(self.name, self.new, self.old)


@dataclass(frozen=True, slots=True)
class NodeRenamed:
    """The node, its routers and its position have a new key. Edges and branches follow by changes of their own."""

    old: str
    new: str

    def inverse(self) -> NodeRenamed:
        return NodeRenamed(self.new, self.old)


@dataclass(frozen=True, slots=True)
class NodePlaced:
    """A node, START or END got a position, moved, or lost its position (None)."""

    name: str
    old: Position | None
    new: Position | None

    def inverse(self) -> NodePlaced:
        return NodePlaced(self.name, self.new, self.old)


@dataclass(frozen=True, slots=True)
class RemarkChanged:
    """A frame or a note was made (from None), moved, written anew, or taken away (to None)."""

    key: str
    old: Remark | None
    new: Remark | None

    def inverse(self) -> RemarkChanged:
        return RemarkChanged(self.key, self.new, self.old)


@dataclass(frozen=True, slots=True)
class SubgraphPlaced:
    """All that stands in a node's subgraph got its places, other ones, or lost them (None)."""

    name: str
    old: Layout | None
    new: Layout | None

    def inverse(self) -> SubgraphPlaced:
        return SubgraphPlaced(self.name, self.new, self.old)


@dataclass(frozen=True, slots=True)
class EdgeAdded:
    edge: EdgeSpec

    def inverse(self) -> EdgeRemoved:
        return EdgeRemoved(self.edge)


@dataclass(frozen=True, slots=True)
class EdgeRemoved:
    edge: EdgeSpec

    def inverse(self) -> EdgeAdded:
        return EdgeAdded(self.edge)


@dataclass(frozen=True, slots=True)
class RoutersChanged:
    """All routers of one node (or START), before and after: a branch was added, renamed, moved, connected, ..."""

    node: str
    old: tuple[RouterSpec, ...]
    new: tuple[RouterSpec, ...]

    def inverse(self) -> RoutersChanged:
        return RoutersChanged(self.node, self.new, self.old)


@dataclass(frozen=True, slots=True)
class GraphFieldChanged:
    field: GraphField
    old: Json
    new: Json

    def inverse(self) -> GraphFieldChanged:
        return GraphFieldChanged(self.field, self.new, self.old)


@dataclass(frozen=True, slots=True)
class ModuleRead:
    """A module beside the graph is part of the document from now on, with the text it has on disk. No edit."""

    path: str
    module: ModuleText

    def inverse(self) -> ModuleForgotten:
        return ModuleForgotten(self.path, self.module)


@dataclass(frozen=True, slots=True)
class ModuleForgotten:
    """The inverse of ``ModuleRead``; the module has no edits."""

    path: str
    module: ModuleText

    def inverse(self) -> ModuleRead:
        return ModuleRead(self.path, self.module)


@dataclass(frozen=True, slots=True)
class ModuleSpliced:
    """In a module's text, ``new`` stands where ``old`` stood."""

    path: str
    start: int
    """In characters from the beginning of the module's text."""
    old: str
    new: str

    def inverse(self) -> ModuleSpliced:
        return ModuleSpliced(self.path, self.start, self.new, self.old)


@dataclass(frozen=True, slots=True)
class InSubgraph:
    """A change of a graph that is a node of this one, or of one further inside."""

    path: tuple[str, ...]
    """The nodes to open, the outermost first; at least one."""
    change: Change

    def inverse(self) -> InSubgraph:
        return InSubgraph(self.path, self.change.inverse())


Change = (
    NodeAdded
    | NodeRemoved
    | NodeChanged
    | NodeRenamed
    | NodePlaced
    | RemarkChanged
    | SubgraphPlaced
    | InSubgraph
    | EdgeAdded
    | EdgeRemoved
    | RoutersChanged
    | GraphFieldChanged
    | ModuleRead
    | ModuleForgotten
    | ModuleSpliced
)


def apply_changes(document: Document, changes: Iterable[Change]) -> Document:
    """The document after all changes, in order. Raises ``ChangeDoesNotFit`` and then nothing has changed."""
    draft = _Draft(document)
    for change in changes:
        draft.apply(change)
    return draft.document()


def inverse_of(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that undo these: each turned round, the last one first."""
    return tuple(change.inverse() for change in reversed(tuple(changes)))


def lifted(path: tuple[str, ...], changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes of the subgraph at this path, as changes of the outermost graph. Modules belong to no level."""
    return tuple(_lifted(path, change) for change in changes)


def _lifted(path: tuple[str, ...], change: Change) -> Change:
    if not path or isinstance(change, (ModuleRead, ModuleForgotten, ModuleSpliced)):
        return change
    if isinstance(change, InSubgraph):
        return InSubgraph((*path, *change.path), change.change)
    return InSubgraph(path, change)


class _Draft:
    """A document on the way from old to new: copies once, so that a thousand changes cost one copy."""

    def __init__(self, document: Document) -> None:
        self._old = document
        self._nodes = dict(document.graph.nodes)
        self._routers = dict(document.graph.routers)
        self._edges = list(document.graph.edges)
        self._positions = dict(document.layout.positions)
        self._fields: dict[str, Json] = {}
        self._modules = dict(document.modules)
        self._subgraphs = dict(document.layout.subgraphs)
        self._remarks = dict(document.layout.remarks)
        self._inner: dict[str, _Draft] = {}
        """Subgraphs on their way, by node; written into the nodes by ``_settle``."""
        self._touched: set[str] = set()

    def document(self) -> Document:
        """What was not touched stays the same object, so that a view can see at once that nothing moved."""
        self._settle()
        graph, layout = self._old.graph, self._old.layout
        parts: dict[str, Json] = dict(self._fields)
        if "nodes" in self._touched:
            parts["nodes"] = self._nodes
        if "edges" in self._touched:
            parts["edges"] = tuple(self._edges)
        if "routers" in self._touched:
            parts["routers"] = self._routers
        if parts:
            graph = replace(graph, **parts)
        if "positions" in self._touched:
            layout = replace(layout, positions=self._positions)
        if "subgraphs" in self._touched:
            layout = replace(layout, subgraphs=self._subgraphs)
        if "remarks" in self._touched:
            layout = replace(layout, remarks=self._remarks)
        modules = self._modules if "modules" in self._touched else self._old.modules
        return Document(graph, layout, modules)

    def apply(self, change: Change) -> None:
        if isinstance(change, InSubgraph):
            name, rest = change.path[0], change.path[1:]
            self._inside(name).apply(InSubgraph(rest, change.change) if rest else change.change)
            return
        self._settle()
        match change:
            case NodeAdded(name, node):
                _need(name not in self._nodes, f"there already is a node '{name}'")
                self._nodes[name] = node
                self._touched.add("nodes")
            case NodeRemoved(name, node):
                _need(self._nodes.get(name) == node, f"node '{name}' is not as expected")
                _need(name not in self._positions, f"node '{name}' still has a position")
                _need(name not in self._subgraphs, f"the subgraph of node '{name}' still has a layout")
                del self._nodes[name]
                self._touched.add("nodes")
            case NodeChanged(name, old, new):
                _need(self._nodes.get(name) == old, f"node '{name}' is not as expected")
                self._nodes[name] = new
                self._touched.add("nodes")
            case NodeRenamed(old_name, new_name):
                self._rename(old_name, new_name)
            case NodePlaced(name, old_place, new_place):
                self._put("positions", self._positions, name, old_place, new_place)
            case RemarkChanged(key, old_remark, new_remark):
                self._put("remarks", self._remarks, key, old_remark, new_remark)
            case SubgraphPlaced(name, old_layout, new_layout):
                kept = None if new_layout == Layout() else new_layout
                self._put("subgraphs", self._subgraphs, name, old_layout, kept)
            case EdgeAdded(edge):
                self._add_edge(edge)
            case EdgeRemoved(edge):
                self._remove_edge(edge)
            case RoutersChanged(node, old_routers, new_routers):
                _need(self._routers.get(node, ()) == old_routers, f"the routers of '{node}' are not as expected")
                self._routers[node] = new_routers
                if not new_routers:
                    del self._routers[node]
                self._touched.add("routers")
            case GraphFieldChanged(field, old, new):
                now = self._fields.get(field, getattr(self._old.graph, field))
                _need(now == old, f"the graph's {field} is not as expected")
                self._fields[field] = new
            case ModuleRead(path, module):
                _need(path not in self._modules, f"module '{path}' was read already")
                self._modules[path] = module
                self._touched.add("modules")
            case ModuleForgotten(path, module):
                _need(self._modules.get(path) == module, f"module '{path}' is not as expected")
                del self._modules[path]
                self._touched.add("modules")
            case ModuleSpliced(path, start, old_text, new_text):
                self._splice(path, start, old_text, new_text)

    def _inside(self, name: str) -> _Draft:
        if name not in self._inner:
            node = self._nodes.get(name)
            graph = None if node is None else node.graph
            _need(isinstance(graph, GraphSpec), f"node '{name}' is no subgraph")
            assert isinstance(graph, GraphSpec), "said above"
            self._inner[name] = _Draft(Document(graph, self._subgraphs.get(name, Layout())))
        return self._inner[name]

    def _settle(self) -> None:
        """The subgraphs as they are now stand in their nodes, so that the next change can be one of these."""
        for name, draft in self._inner.items():
            old, new = draft._old, draft.document()
            if new.graph is not old.graph:
                self._nodes[name] = replace(self._nodes[name], graph=new.graph)
                self._touched.add("nodes")
            if new.layout is not old.layout:
                self._set_subgraph_layout(name, new.layout)
        self._inner.clear()

    def _set_subgraph_layout(self, name: str, layout: Layout) -> None:
        if layout == Layout():
            self._subgraphs.pop(name, None)
        else:
            self._subgraphs[name] = layout
        self._touched.add("subgraphs")

    def _rename(self, old: str, new: str) -> None:
        _need(old in self._nodes, f"there is no node '{old}'")
        for part, table in (
            ("nodes", self._nodes),
            ("routers", self._routers),
            ("positions", self._positions),
            ("subgraphs", self._subgraphs),
        ):
            _need(new not in table, f"'{new}' is already among the {part}")
            if old in table:
                table[new] = table.pop(old)  # type: ignore[assignment]  # each table keeps its own kind of value
                self._touched.add(part)

    def _put(self, part: str, table: dict[str, T], key: str, old: T | None, new: T | None) -> None:
        _need(table.get(key) == old, f"of the {part}, '{key}' is not as expected")
        if new is None:
            table.pop(key, None)
        else:
            table[key] = new
        self._touched.add(part)

    def _splice(self, path: str, start: int, old: str, new: str) -> None:
        module = self._modules.get(path)
        _need(module is not None and start >= 0, f"module '{path}' was not read")
        assert module is not None, "said above"
        end = start + len(old)
        _need(module.text[start:end] == old, f"module '{path}' is not as expected at {start}")
        self._modules[path] = module.with_text(module.text[:start] + new + module.text[end:])
        self._touched.add("modules")

    def _add_edge(self, edge: EdgeSpec) -> None:
        order = edge_order(edge)
        index = bisect_left(self._edges, order, key=edge_order)
        taken = index < len(self._edges) and edge_order(self._edges[index]) == order
        _need(not taken, f"there already is an edge {edge.source} -> {edge.target}")
        self._edges.insert(index, edge)
        self._touched.add("edges")

    def _remove_edge(self, edge: EdgeSpec) -> None:
        index = bisect_left(self._edges, edge_order(edge), key=edge_order)
        if index < len(self._edges) and self._edges[index] == edge:
            del self._edges[index]
        else:  # those of a subgraph may stand in another order in a file
            _need(edge in self._edges, f"there is no edge {edge.source} -> {edge.target}")
            self._edges.remove(edge)
        self._touched.add("edges")


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ChangeDoesNotFit(f"A change does not fit the document: {otherwise}.")
