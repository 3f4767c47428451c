"""Nodes are disabled and enabled: one edit each, told by its name, and whatever copies a node copies it so."""

from __future__ import annotations

import pytest

from editor.document import clipboard, commands
from editor.document.command import CommandError
from editor.document.disabling import are_disabled, set_disabled, switch_disabled
from editor.document.dissolve_subgraph import dissolve
from editor.document.document import Document
from editor.document.problem_fixes import fix_of
from editor.document.undo_history import UndoHistory
from engine.graph.problems import find_problems
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec


@pytest.fixture
def history() -> UndoHistory:
    nodes = {"a": NodeSpec("n:a"), "b": NodeSpec("n:b"), "in": NodeSpec(graph=GraphSpec("", nodes={"x": NodeSpec()}))}
    routers = {"a": (RouterSpec("n:go", (BranchSpec("on", "b"),)),)}
    return UndoHistory(Document(GraphSpec(state="s:S", nodes=nodes, edges=(EdgeSpec(START, "a"),), routers=routers)))


def disabled(history: UndoHistory) -> list[str]:
    return [name for name, node in history.document.graph.nodes.items() if node.disabled]


def test_all_are_disabled_at_once_before_all_are_enabled(history: UndoHistory) -> None:
    history.do(switch_disabled(history.document, ["a"]))
    assert history.undo_label == "Disable 'a'"

    history.do(switch_disabled(history.document, ["b", START, "a", END]))
    assert disabled(history) == ["a", "b"]
    assert history.undo_label == "Disable 2 nodes"
    assert are_disabled(history.document, ["a", "b", START])

    history.do(switch_disabled(history.document, ["a", "b"]))
    assert disabled(history) == []
    history.undo()
    history.undo()
    assert disabled(history) == ["a"]


def test_start_and_end_cannot_be_disabled(history: UndoHistory) -> None:
    with pytest.raises(CommandError, match="START and END"):
        switch_disabled(history.document, [START, END])


def test_to_disable_what_is_disabled_changes_nothing(history: UndoHistory) -> None:
    history.do(set_disabled(history.document, ["a"], True))

    assert not history.do(set_disabled(history.document, ["a"], True))
    assert history.undo_label == "Disable 'a'"


def test_copies_of_a_disabled_node_are_disabled(history: UndoHistory) -> None:
    history.do(switch_disabled(history.document, ["b"]))
    text = clipboard.copy_text(history.document, ["b"])

    history.do(clipboard.paste(history.document, text))

    assert len(disabled(history)) == 2


def test_a_disabled_subgraph_is_not_dissolved_into_nodes_that_would_run(history: UndoHistory) -> None:
    history.do(switch_disabled(history.document, ["in"]))

    with pytest.raises(CommandError, match="disabled"):
        dissolve(history.document, "in")


def test_the_router_of_a_disabled_node_is_a_problem_whose_fix_enables_it(history: UndoHistory) -> None:
    history.do(switch_disabled(history.document, ["a"]))
    (problem,) = [each for each in find_problems(history.document.graph) if each.id == "router_of_disabled_node"]

    fix = fix_of(problem, history.document, None)

    assert fix is not None
    assert fix.label == "Enable 'a'"
    history.do(fix.make())
    assert disabled(history) == []


def test_another_edit_of_a_disabled_node_leaves_it_disabled(history: UndoHistory) -> None:
    history.do(switch_disabled(history.document, ["a"]))

    history.do(commands.rename_node(history.document, "a", "c"))
    history.do(commands.change_node(history.document, "c", fn="n:other"))

    assert disabled(history) == ["c"]
