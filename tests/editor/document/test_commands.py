"""Every edit: what it changes, what it keeps, and what it refuses in words."""

from __future__ import annotations

import time

import pytest

from editor.document import commands
from editor.document.commands import CommandError
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.names import free_name, why_not_name
from editor.document.undo_history import UndoHistory
from engine.graph.node_options import RetrySpec
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    RouterSpec,
    drawn_edges,
)
from tests.editor.document.builders import YES, chain, do, graph_of, plain, routed
from tests.patience import slowness


def test_a_new_node_stands_on_the_grid() -> None:
    document = do(chain(), commands.add_node(chain().document, "c", (101.6, -3.2), fn="nodes:c"))

    assert document.graph.nodes["c"] == NodeSpec("nodes:c")
    assert document.position_of("c") == (100, -4)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a", "already is a node 'a'"),
        ("", "needs a name"),
        ("  ", "needs a name"),
        (" a", "begin or end with a space"),
        ("a|b", "cannot contain '|'"),
        ("a:b", "cannot contain ':'"),
        ("a\nb", "line breaks"),
        ("a\u202eb", "invisible"),
        (START, "reserved for START"),
        (END, "reserved for END"),
    ],
)
def test_a_name_that_no_node_may_have_is_refused(name: str, words: str) -> None:
    document = chain().document

    with pytest.raises(CommandError, match=words.replace("|", r"\|")):
        commands.add_node(document, name, (0, 0))
    with pytest.raises(CommandError):
        commands.rename_node(document, "b", name)


def test_a_name_may_be_kept_while_renaming() -> None:
    assert why_not_name(chain().document, "a", renaming="a") is None


def test_free_names_count_from_two() -> None:
    assert free_name({"node", "node_2"}, "node") == "node_3"
    assert free_name({"node"}, "other") == "other"
    assert free_name({"node_2"}, "node_2") == "node_3"


def test_renaming_keeps_every_reference() -> None:
    history = routed()
    do(history, commands.move(history.document, {"left": (8, 8), "ask": (0, 0)}))

    do(history, commands.rename_node(history.document, "left", "zebra"))
    document = do(history, commands.rename_node(history.document, "ask", "route"))
    document = do(history, commands.rename_node(document, "done", "finish"))

    assert document.graph.edges == (
        EdgeSpec(START, "route"),
        EdgeSpec("finish", END),
        EdgeSpec(("right", "zebra"), "finish"),
        EdgeSpec("route", "right"),
        EdgeSpec("route", "zebra"),
    )
    assert document.graph.routers == {
        "route": (RouterSpec("routing:choose", (BranchSpec("yes", "finish"), BranchSpec("no", "route"))),)
    }
    assert document.layout.positions == {"zebra": (8, 8), "route": (0, 0)}
    assert document.graph.nodes["zebra"].fn == "nodes:left"


def test_renaming_onto_what_a_broken_file_points_at_can_be_undone_exactly() -> None:
    graph = graph_of((START, "a"), (START, "b"), ("a", "b"))
    broken = GraphSpec("g", None, {"a": NodeSpec()}, graph.edges)
    history = UndoHistory(Document(broken))
    before = history.document

    document = do(history, commands.rename_node(before, "a", "b"))

    assert document.graph.edges == (EdgeSpec(START, "b"), EdgeSpec("b", "b"))
    history.undo()
    assert history.document == before


def test_deleting_a_node_takes_its_edges_and_routers_and_cuts_branches() -> None:
    history = routed()

    document = do(history, commands.delete(history.document, ["done"]))

    assert document.graph.routers["ask"][0].branches[0] == BranchSpec("yes", None)
    assert all(edge.target != "done" and "done" not in edge.sources for edge in document.graph.edges)
    document = do(history, commands.delete(document, ["ask"]))
    assert document.graph.routers == {}


def test_deleting_one_source_of_a_join_of_two_leaves_a_plain_edge() -> None:
    history = routed()

    document = do(history, commands.delete(history.document, ["left"]))

    assert EdgeSpec("right", "done") in document.graph.edges


def test_start_and_end_cannot_be_deleted_or_renamed() -> None:
    document = chain().document

    for name in (START, END):
        with pytest.raises(CommandError):
            commands.delete(document, [name])
        with pytest.raises(CommandError):
            commands.rename_node(document, name, "x")


def test_deleting_and_healing_joins_up_what_was_around() -> None:
    history = routed()
    do(history, commands.add_router(history.document, "left", None, [("again", "done")]))

    document = do(history, commands.delete_and_heal(history.document, "done"))

    assert document.graph.routers["ask"][0].branches[0] == BranchSpec("yes", END)
    assert document.graph.routers["left"][0].branches[0] == BranchSpec("again", END)
    assert EdgeSpec(("left", "right"), END) in document.graph.edges


def test_healing_draws_no_edge_from_start_straight_to_end() -> None:
    history = UndoHistory(Document(graph_of((START, "a"), ("a", END))))

    document = do(history, commands.delete_and_heal(history.document, "a"))

    assert document.graph.edges == ()


def test_a_node_is_inserted_into_a_plain_edge_and_into_a_branch() -> None:
    history = routed()
    do(history, commands.add_node(history.document, "new", (0, 0)))
    do(history, commands.insert_on_edge(history.document, EdgeId(YES, "done"), "new"))

    document = do(history, commands.insert_on_edge(history.document, EdgeId(plain(START), "ask"), "new"))

    assert all(edge in document.graph.edges for edge in graph_of((START, "new"), ("new", "done"), ("new", "ask")).edges)
    assert document.graph.routers["ask"][0].branches[0] == BranchSpec("yes", "new")


def test_a_second_plain_edge_stands_beside_the_first() -> None:
    history = chain()

    document = do(history, commands.connect(history.document, plain("a"), END))

    assert EdgeSpec("a", "b") in document.graph.edges
    assert EdgeSpec("a", END) in document.graph.edges


def test_a_branch_lets_go_of_its_old_target() -> None:
    history = routed()

    document = do(history, commands.connect(history.document, YES, END))

    assert [line for line in drawn_edges(document.graph) if line.outlet == YES] == [EdgeId(YES, END)]


def test_why_an_edge_is_not_allowed_is_said() -> None:
    document = routed().document

    assert why_not(document, plain("ask"), "done") is None
    assert why_not(document, plain("ask"), "ask") is None
    assert why_not(document, plain("ask"), START) == "Nothing can lead to START: it is where the run begins."
    assert why_not(document, plain(END), "ask") == "Nothing can start at END: it is where the run ends."
    assert why_not(document, plain("ask"), "left") == "'ask' already leads to 'left'."
    assert why_not(document, plain("left"), "done") == "'left' already leads to 'done'."
    assert why_not(document, plain(START), END) == "An edge from START straight to END would run no node."
    assert why_not(document, plain("ask"), "nobody") == "There is no node 'nobody'."
    assert why_not(document, YES, "done") == "The branch 'yes' already leads to 'done'."
    assert why_not(document, BranchOutlet("ask", "", "maybe"), "done") == "'ask' has no branch 'maybe'."


def test_the_end_of_an_edge_can_be_moved() -> None:
    history = routed()

    do(history, commands.retarget(history.document, EdgeId(plain("ask"), "left"), END))
    document = do(history, commands.retarget(history.document, EdgeId(YES, "done"), END))

    assert EdgeSpec("ask", END) in document.graph.edges
    assert EdgeSpec("ask", "left") not in document.graph.edges
    assert document.graph.routers["ask"][0].branches[0] == BranchSpec("yes", END)


def test_one_line_of_a_join_becomes_a_plain_edge_when_its_end_is_moved() -> None:
    history = routed()

    document = do(history, commands.retarget(history.document, EdgeId(plain("left"), "done"), END))

    assert EdgeSpec("left", END) in document.graph.edges
    assert EdgeSpec("right", "done") in document.graph.edges


def test_plain_edges_become_a_join() -> None:
    history = chain()
    do(history, commands.add_node(history.document, "c", (0, 0)))

    document = do(history, commands.join(history.document, ["c", "a"], "b"))

    assert EdgeSpec(("a", "c"), "b") in document.graph.edges
    assert EdgeSpec("a", "b") not in document.graph.edges
    with pytest.raises(CommandError, match="at least two"):
        commands.join(document, ["a", "a"], "b")
    with pytest.raises(CommandError, match="START"):
        commands.join(document, [START, "a"], "b")


def test_a_line_that_two_edges_share_is_cut_in_both() -> None:
    graph = graph_of(("a", "c"), ("b", "c"))
    history = UndoHistory(Document(GraphSpec("g", None, graph.nodes, (*graph.edges, EdgeSpec(("a", "b"), "c")))))

    document = do(history, commands.disconnect(history.document, EdgeId(plain("a"), "c")))

    assert document.graph.edges == (EdgeSpec("b", "c"),)


def test_routers_and_branches_are_added_renamed_moved_and_deleted() -> None:
    history = chain()
    do(history, commands.add_router(history.document, "a", "r:f", ["yes", ("no", "b"), BranchSpec("x", None)]))
    do(history, commands.add_branch(history.document, "a", "", "late", END))
    do(history, commands.rename_branch(history.document, "a", "", "yes", "ok"))
    do(history, commands.move_branch(history.document, "a", "", "late", 0))

    document = do(history, commands.delete_branch(history.document, "a", "", "x"))

    assert document.graph.routers["a"] == (
        RouterSpec("r:f", (BranchSpec("late", END), BranchSpec("ok", None), BranchSpec("no", "b"))),
    )
    assert do(history, commands.delete_router(document, "a", "")).graph.routers == {}


def test_a_second_router_gets_a_name_of_its_own() -> None:
    history = routed()

    document = do(history, commands.add_router(history.document, "ask", None, ["x"]))

    assert [router.name for router in document.graph.routers["ask"]] == ["", "route"]


def test_an_else_stays_last() -> None:
    history = chain()
    branches = [BranchSpec("many", "b", "n > 3"), BranchSpec("else", END)]
    do(history, commands.add_router(history.document, "a", None, branches))

    document = do(history, commands.add_branch(history.document, "a", "", "few", when="n > 0"))

    assert [branch.label for branch in document.graph.routers["a"][0].branches] == ["many", "few", "else"]


@pytest.mark.parametrize("label", ["yes", "", " ", "two\nlines"])
def test_a_label_that_no_branch_may_have_is_refused(label: str) -> None:
    document = routed().document

    with pytest.raises(CommandError):
        commands.add_branch(document, "ask", "", label)
    with pytest.raises(CommandError):
        commands.rename_branch(document, "ask", "", "no", label)


def test_fields_of_nodes_and_graph_are_changed_and_merge_while_typing() -> None:
    history = chain()
    before = history.document
    for fn in ("n", "no", "nodes:new"):
        do(history, commands.change_node(history.document, "a", fn=fn))
    assert history.document.graph.nodes["a"].fn == "nodes:new"
    history.undo()
    assert history.document == before

    document = do(history, commands.change_graph(before, name="other", recursion_limit=7))
    assert (document.graph.name, document.graph.recursion_limit) == ("other", 7)
    with pytest.raises(TypeError, match="no field nodes"):
        commands.change_graph(document, nodes={})


def test_positions_of_what_is_not_in_the_graph_are_dropped_when_a_history_begins() -> None:
    history = UndoHistory(Document(GraphSpec(), Layout({"gone": (0, 0), START: (4, 4)})))

    assert history.document.layout.positions == {START: (4, 4)}


def test_ten_thousand_nodes_move_and_move_back_quickly() -> None:
    names = [f"n{i}" for i in range(10_000)]
    history = UndoHistory(Document(GraphSpec("large", None, {name: NodeSpec() for name in names})))
    started_s = time.process_time()

    do(history, commands.set_layout(history.document, {name: (i * 4, 0) for i, name in enumerate(names)}))
    history.undo()

    assert time.process_time() - started_s < 2 * slowness()


def jumping() -> UndoHistory:
    """START -> a -> b -> END, where a and b say that they may jump to b and to the end."""
    history = chain()
    do(history, commands.change_nodes(history.document, ["a", "b"], destinations=(END, "b")))
    return history


def test_a_declared_jump_follows_the_rename_of_its_target_and_undo_takes_both_back() -> None:
    history = jumping()
    before = history.document

    after = do(history, commands.rename_node(before, "b", "c"))

    assert {name: node.destinations for name, node in after.graph.nodes.items()} == {
        "a": (END, "c"),
        "c": (END, "c"),
    }
    history.undo()
    assert history.document == before


def test_a_declared_jump_goes_with_its_target() -> None:
    history = jumping()

    after = do(history, commands.delete(history.document, ["b"]))

    assert after.graph.nodes["a"].destinations == (END,)


def test_an_option_of_several_nodes_is_one_edit_and_each_edit_one_step_back() -> None:
    history = chain()
    before = history.document
    do(history, commands.change_nodes(before, ["a", "b"], retry=(RetrySpec(5),)))
    once = history.document
    do(history, commands.change_nodes(once, ["a", "b"], retry=(RetrySpec(6),)))

    history.undo()
    assert history.document == once
    history.undo()
    assert history.document == before


def deciding(*whens: str | None) -> UndoHistory:
    """A router of conditions on a, with branches 0, 1, 2, ..."""
    branches = tuple(BranchSpec(str(i), None, when) for i, when in enumerate(whens))
    graph = graph_of((START, "a"), routers={"a": (RouterSpec(None, branches),)})
    return UndoHistory(Document(graph))


def labels(document: Document) -> list[str]:
    return [branch.label for branch in document.graph.routers["a"][0].branches]


def test_an_else_stays_last_whatever_is_moved() -> None:
    history = deciding("x", "y", None)

    assert labels(do(history, commands.move_branch(history.document, "a", "", "0", 9))) == ["1", "0", "2"]
    assert not commands.move_branch(history.document, "a", "", "2", 0).changes


def test_a_function_gives_way_to_conditions_and_back() -> None:
    history = routed()
    before = history.document

    document = do(history, commands.let_conditions_decide(before, "ask", ""))
    assert document.graph.routers["ask"][0] == RouterSpec(
        None, (BranchSpec("yes", "done", ""), BranchSpec("no", "ask"))
    )
    document = do(history, commands.let_function_decide(document, "ask", "", "routing:choose"))
    assert document.graph == before.graph


def test_conditions_begin_with_one_and_an_else() -> None:
    history = chain()
    do(history, commands.add_router(history.document, "a"))

    document = do(history, commands.let_conditions_decide(history.document, "a", ""))

    assert document.graph.routers["a"][0].branches == (BranchSpec("yes", None, ""), BranchSpec("else", None))
