"""What was renamed by changes of a document: nodes, branches, keys of the state. Pure.

For those who keep names outside of the document, such as breakpoints. Told for an undo, too, since that is a change.
Nodes are told by their paths, on every level; one that moves into a subgraph or out of one has another path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from editor.document.changes import Change, InSubgraph, NodeRenamed, RoutersChanged
from editor.document.document import Document
from engine.graph.spec import GraphSpec, NodeSpec, RouterSpec
from engine.graph.state_source import StateSourceError, read_state_class

Path = tuple[str, ...]
"""A node with the nodes to open before it, the outermost first."""


@dataclass(frozen=True)
class Renames:
    """Old name to new name."""

    nodes: tuple[tuple[Path, Path], ...] = ()
    """With the nodes to open before them. What is inside of them goes along."""
    routers: tuple[tuple[Path, Path], ...] = ()
    """The node whose routers another node has now: those behind a selection are the new subgraph's."""
    branches: tuple[tuple[Path, str, str, str], ...] = ()
    """(node, router, old label, new label); the node by its new path."""
    keys: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.routers or self.branches or self.keys)


def renames_of(old: Document, new: Document, changes: Sequence[Change]) -> Renames:
    """What is certain: one name in a place where all else is as it was."""
    nodes: list[tuple[Path, Path]] = []
    branches: list[tuple[Path, str, str, str]] = []
    for path, change in map(_with_path, changes):
        match change:
            case NodeRenamed():
                nodes.append(((*path, change.old), (*path, change.new)))
            case RoutersChanged():
                branches += [((*path, change.node), *each) for each in _branches(change.old, change.new)]
    routers: list[tuple[Path, Path]] = []
    if not nodes and old.graph is not new.graph:
        _find_moves(old.graph, new.graph, (), nodes, routers)
    return Renames(tuple(nodes), tuple(routers), tuple(branches), _keys(old, new))


def _with_path(change: Change) -> tuple[Path, Change]:
    path: Path = ()
    while isinstance(change, InSubgraph):
        path, change = (*path, *change.path), change.change
    return path, change


def _find_moves(
    old: GraphSpec, new: GraphSpec, path: Path, nodes: list[tuple[Path, Path]], routers: list[tuple[Path, Path]]
) -> None:
    """Into a subgraph that is new on a level, or out of one that is gone from it; then on the levels inside."""
    gone = {name: node for name, node in old.nodes.items() if name not in new.nodes}
    added = {name: node for name, node in new.nodes.items() if name not in old.nodes}
    for around, outer in added.items():
        if isinstance(outer.graph, GraphSpec):
            moved = [name for name in gone if _is_same(gone[name], outer.graph.nodes.get(name))]
            nodes += [((*path, name), (*path, around, name)) for name in moved]
            behind = new.routers.get(around)
            routers += [((*path, n), (*path, around)) for n in moved if behind and old.routers.get(n) == behind]
    for around, outer in gone.items():
        if isinstance(outer.graph, GraphSpec):
            for name, node in outer.graph.nodes.items():
                now = next((each for each in (name, *_other_names(name, added)) if _is_same(node, added.get(each))), "")
                if now:
                    nodes.append(((*path, around, name), (*path, now)))
                    if around in old.routers and now in new.routers and now not in outer.graph.routers:
                        routers.append(((*path, around), (*path, now)))
    for name, node in old.nodes.items():
        inner, inner_now = node.graph, new.nodes[name].graph if name in new.nodes else None
        if isinstance(inner, GraphSpec) and isinstance(inner_now, GraphSpec) and inner is not inner_now:
            _find_moves(inner, inner_now, (*path, name), nodes, routers)


def _other_names(name: str, added: Mapping[str, NodeSpec]) -> list[str]:
    """A node that comes out of a subgraph gets a number if its name is taken."""
    return [each for each in added if each.startswith(f"{name}_") and each[len(name) + 1 :].isdigit()]


def _is_same(node: NodeSpec, other: NodeSpec | None) -> bool:
    """But for where it says it may jump, which a move changes."""
    return other is not None and replace(node, destinations=()) == replace(other, destinations=())


def _branches(old: tuple[RouterSpec, ...], new: tuple[RouterSpec, ...]) -> list[tuple[str, str, str]]:
    found = []
    for before, after in zip(old, new, strict=False):
        labels = ([branch.label for branch in before.branches], [branch.label for branch in after.branches])
        pair = _one_renamed(*labels)
        if before.name == after.name and pair is not None:
            found.append((before.name, *pair))
    return found


def _keys(old: Document, new: Document) -> tuple[tuple[str, str], ...]:
    name = (new.graph.state or "").partition(":")[2]
    if old.modules is new.modules or not name or old.graph.state != new.graph.state:
        return ()
    for path, module in new.modules.items():
        before = old.modules.get(path)
        if before is None or before.text == module.text or f"class {name}" not in module.text:
            continue  # a module that only uses the class is not parsed at each letter typed there
        try:
            classes = read_state_class(before.text, name), read_state_class(module.text, name)
        except StateSourceError:
            continue
        pair = _one_renamed(*([key.name for key in each.keys] for each in classes))
        if pair is not None:
            was, now = classes[0].key(pair[0]), classes[1].key(pair[1])
            if was is not None and now is not None and (was.type, was.reducer) == (now.type, now.reducer):
                return (pair,)
    return ()


def _one_renamed(old: Sequence[str], new: Sequence[str]) -> tuple[str, str] | None:
    """The only place where two lists of equal length differ, if what is there now was nowhere before."""
    if len(old) != len(new):
        return None
    pairs = [(before, after) for before, after in zip(old, new, strict=True) if before != after]
    return pairs[0] if len(pairs) == 1 and pairs[0][1] not in old else None
