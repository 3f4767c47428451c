"""Which names a node or a branch may have, and free ones near a wish. Pure."""

from __future__ import annotations

from collections.abc import Container

from editor.document.document import Document
from engine.graph.spec import why_illegal_name


def why_not_name(document: Document, name: str, *, renaming: str | None = None) -> str | None:
    """Why no node can have this name, as a sentence; None if one can. ``renaming``: the node that would get it."""
    if (reason := why_illegal_name(name)) is not None:
        return reason
    if name == renaming:
        return None
    if document.has_node(name):
        return f"There already is a node '{name}'."
    if name in document.graph.routers:
        return f"The file already holds a router for a node '{name}' that does not exist. Delete that router first."
    return None


def why_not_label(labels: Container[str], label: str) -> str | None:
    """Why a router with these labels cannot have one more of this name; None if it can."""
    if not label.strip():
        return "A branch needs a label."
    if "\n" in label or "\r" in label:
        return "A label is one line."
    if label in labels:
        return f"There already is a branch '{label}'."
    return None


def free_name(taken: Container[str], wish: str) -> str:
    """The wish itself, or with the first number from 2 on that is free: "node", "node_2", "node_3"."""
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name
