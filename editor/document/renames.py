"""What was renamed by changes of a document: nodes, branches, keys of the state. Pure.

For those who keep names outside of the document, such as breakpoints. Told for an undo, too, since that is a change.
Nodes inside subgraphs are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from editor.document.changes import Change, NodeRenamed, RoutersChanged
from editor.document.document import Document
from engine.graph.spec import RouterSpec
from engine.graph.state_source import StateSourceError, read_state_class


@dataclass(frozen=True)
class Renames:
    """Old name to new name."""

    nodes: tuple[tuple[str, str], ...] = ()
    branches: tuple[tuple[str, str, str, str], ...] = ()
    """(node, router, old label, new label); the node by its new name."""
    keys: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.branches or self.keys)


def renames_of(old: Document, new: Document, changes: Sequence[Change]) -> Renames:
    """What is certain: one name in a place where all else is as it was."""
    nodes = tuple((change.old, change.new) for change in changes if isinstance(change, NodeRenamed))
    branches = [
        (change.node, *renamed)
        for change in changes
        if isinstance(change, RoutersChanged)
        for renamed in _branches(change.old, change.new)
    ]
    return Renames(nodes, tuple(branches), _keys(old, new))


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
