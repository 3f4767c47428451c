"""A node waits for all that lead to it, or for none of it."""

from __future__ import annotations

import pytest

from editor.document.changes import apply_changes, inverse_of
from editor.document.command import CommandError
from editor.document.document import Document
from editor.document.join_commands import switch_join, why_not_switch
from engine.graph.spec import START, EdgeSpec, GraphSpec, NodeSpec


def document(*edges: EdgeSpec) -> Document:
    return Document(GraphSpec(nodes={name: NodeSpec() for name in "abcd"}, edges=edges))


def switched(before: Document, target: str) -> Document:
    command = switch_join(before, target)
    after = apply_changes(before, command.changes)
    assert apply_changes(after, inverse_of(command.changes)) == before
    return after


def test_plain_edges_become_a_join_and_plain_edges_again() -> None:
    apart = document(EdgeSpec("a", "d"), EdgeSpec("b", "d"))

    together = switched(apart, "d")

    assert together.graph.edges == (EdgeSpec(("a", "b"), "d"),)
    assert switched(together, "d").graph.edges == apart.graph.edges


def test_a_plain_edge_beside_a_join_comes_into_it() -> None:
    after = switched(document(EdgeSpec(("a", "b"), "d"), EdgeSpec("c", "d")), "d")

    assert after.graph.edges == (EdgeSpec(("a", "b", "c"), "d"),)


def test_the_edge_from_start_stays_by_itself() -> None:
    after = switched(document(EdgeSpec(START, "d"), EdgeSpec("a", "d"), EdgeSpec("b", "d")), "d")

    assert sorted(edge.sources for edge in after.graph.edges) == [(START,), ("a", "b")]


def test_one_edge_alone_cannot_wait_for_others() -> None:
    one = document(EdgeSpec(START, "d"), EdgeSpec("a", "d"))

    reason = why_not_switch(one, "d")

    assert reason is not None and "At least two" in reason
    with pytest.raises(CommandError, match="At least two"):
        switch_join(one, "d")
