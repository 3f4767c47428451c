"""Copy and paste as text."""

from __future__ import annotations

import pytest

from editor.document import commands
from editor.document.clipboard import copy_text, duplicate, paste, pasted_names
from editor.document.commands import CommandError
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.graph_file import parse_graph
from engine.graph.spec import END, BranchSpec, EdgeSpec
from tests.editor.document.builders import chain, do, routed


def test_a_copy_is_the_text_of_a_graph_file_with_what_lies_within() -> None:
    text = copy_text(routed().document, ["ask", "left", "done"])

    piece = parse_graph(text, where="clipboard")

    assert set(piece.nodes) == {"ask", "left", "done"}
    assert piece.edges == (EdgeSpec("ask", "left"),)
    assert piece.routers["ask"][0].branches == (BranchSpec("yes", "done"), BranchSpec("no", "ask"))


def test_pasting_beside_the_original_gives_free_names_and_keeps_edges_within() -> None:
    history = routed()
    text = copy_text(history.document, ["ask", "left", "right", "done", END])

    command = paste(history.document, text)
    document = do(history, command)

    assert pasted_names(command) == ("ask_2", "done_2", "left_2", "right_2")
    assert EdgeSpec("ask_2", "left_2") in document.graph.edges
    assert EdgeSpec(("left_2", "right_2"), "done_2") in document.graph.edges
    assert EdgeSpec("done_2", END) in document.graph.edges
    assert document.graph.routers["ask_2"][0].branches == (BranchSpec("yes", "done_2"), BranchSpec("no", "ask_2"))
    assert document.graph.nodes["ask_2"] == document.graph.nodes["ask"]


def test_pasting_into_an_empty_graph_keeps_names_and_distances() -> None:
    text = copy_text(chain().document, ["a", "b"])

    document = do(UndoHistory(Document()), paste(Document(), text, at=(1000, 40)))

    assert document.layout.positions == {"a": (1000, 40), "b": (1300, 40)}


def test_branches_that_lead_out_of_a_copy_lead_nowhere() -> None:
    piece = parse_graph(copy_text(routed().document, ["ask"]), where="clipboard")

    assert piece.routers["ask"][0].branches == (BranchSpec("yes", None), BranchSpec("no", "ask"))


def test_copies_never_cover_each_other_exactly() -> None:
    history = chain()
    for _ in range(3):
        do(history, duplicate(history.document, ["a", "b"]))

    places = list(history.document.layout.positions.values())

    assert len(set(places)) == len(places) == 10


def test_nothing_chosen_is_nothing_copied() -> None:
    assert copy_text(chain().document, [END]) == ""


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"format": "stategraph", "format_version": "1.0"}', "[" * 5000])
def test_text_that_is_no_graph_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="holds no nodes"):
        paste(chain().document, text)


def test_places_that_are_damaged_are_made_up() -> None:
    text = copy_text(chain().document, ["a", "b"]).replace("[100, 0]", '["far", 1e99]')
    history = UndoHistory(Document())

    document = do(history, paste(history.document, text, at=(0, 0)))

    assert set(document.layout.positions) == {"a", "b"}


def test_a_paste_is_one_step() -> None:
    history = chain()
    before = history.document
    do(history, commands.rename_node(before, "a", "c"))
    do(history, paste(history.document, copy_text(before, ["a", "b"])))

    history.undo()
    history.undo()

    assert history.document == before


def test_a_declared_jump_is_pasted_if_its_target_is() -> None:
    history = chain()
    do(history, commands.change_nodes(history.document, ["a", "b"], destinations=(END, "a", "b")))

    document = do(history, paste(history.document, copy_text(history.document, ["a"])))

    assert document.graph.nodes["a_2"].destinations == (END, "a_2")
