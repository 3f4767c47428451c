"""Which nodes an edge may lead to, and why not the others, for all nodes of the canvas at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from editor.document.connection_rules import why_not
from editor.document.document import Document
from engine.graph.jumps import shown_lines
from engine.graph.spec import END, START, Outlet


def reasons_against(document: Document, outlet: Outlet, names: Iterable[str]) -> dict[str, str | None]:
    """By name of the target, in this order: a sentence, or None where the edge is allowed.

    Only START, END and what the outlet's node leads to already can differ from any other node: the rule is asked for
    those one by one and once for all others, as it looks at every edge each time.
    """
    special = {
        START,
        END,
        outlet.node,
        *(e.target for e in shown_lines(document.graph) if e.outlet.node == outlet.node),
    }
    usual: list[str | None] = []
    reasons: dict[str, str | None] = {}
    for name in names:
        if name in special:
            reasons[name] = why_not(document, outlet, name)
        else:
            if not usual:
                usual.append(why_not(document, outlet, name))
            reasons[name] = usual[0]
    return reasons
