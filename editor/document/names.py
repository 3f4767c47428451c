"""Which names a node or a branch may have, and free ones near a wish. Pure."""

from __future__ import annotations

import re
from collections.abc import Container

from editor.document.document import Document
from engine.graph.spec import shown_text, why_illegal_name


def why_not_name(document: Document, name: str, *, renaming: str | None = None) -> str | None:
    """Why no node can have this name, as a sentence; None if one can. ``renaming``: the node that would get it."""
    if (reason := why_illegal_name(name)) is not None:
        return reason
    if name == renaming:
        return None
    if document.has_node(name):
        return f"There already is a node {shown_text(name)}."
    if name in document.graph.routers:
        return f"The file already holds a router for a missing node {shown_text(name)}. Delete that router first."
    return None


def why_not_label(labels: Container[str], label: str) -> str | None:
    """Why a router with these labels cannot have one more of this name; None if it can."""
    if not label.strip():
        return "A branch needs a label."
    if "\n" in label or "\r" in label:
        return "A label is one line."
    if label in labels:
        return f"There already is a branch {shown_text(label)}."
    return None


def free_name(taken: Container[str], wish: str) -> str:
    """The wish itself, or the next number that is free: "node", "node_2", "node_3". A wish of "node_2" counts on."""
    stem, number = wish, 2
    if (counted := re.fullmatch(r"(.+)_([1-9][0-9]{0,5})", wish, re.DOTALL)) is not None:
        stem, number = counted[1], int(counted[2]) + 1
    name = wish
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
