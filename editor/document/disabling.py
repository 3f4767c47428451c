"""Nodes are disabled, so that a run passes them by, and enabled again. Pure, like all commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from editor.document.changes import NodeChanged
from editor.document.command import Command, CommandError
from editor.document.document import Document
from engine.graph.spec import shown_text


def switch_disabled(document: Document, names: Iterable[str]) -> Command:
    """Disables these nodes; enables them if all of them are disabled. START and END are left out. One edit."""
    chosen = [name for name in dict.fromkeys(names) if name in document.graph.nodes]
    return set_disabled(document, chosen, not are_disabled(document, chosen))


def set_disabled(document: Document, names: Iterable[str], on: bool) -> Command:
    """Raises ``CommandError`` if there is no node among them."""
    nodes = {name: document.graph.nodes[name] for name in dict.fromkeys(names) if name in document.graph.nodes}
    if not nodes:
        raise CommandError("Select a node to disable it. START and END belong to every graph.")
    changes = [NodeChanged(name, old, replace(old, disabled=on)) for name, old in nodes.items() if old.disabled != on]
    what = shown_text(next(iter(nodes))) if len(nodes) == 1 else f"{len(nodes)} nodes"
    return Command(f"{'Disable' if on else 'Enable'} {what}", tuple(changes))


def are_disabled(document: Document, names: Iterable[str]) -> bool:
    """Whether there are nodes among these, and all of them are disabled."""
    nodes = [document.graph.nodes[name] for name in names if name in document.graph.nodes]
    return bool(nodes) and all(node.disabled for node in nodes)
