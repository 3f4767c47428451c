"""A template becomes a part of a graph: one edit, its own module, the keys it needs, and a graph without problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.templates import all_templates
from editor.document import commands
from editor.document.command import CommandError
from editor.document.document import Document
from editor.document.files import open_document
from editor.document.insert_template import insert_template, is_wired_to_start, read_piece
from editor.document.module_files import save_all
from editor.document.problems import LiveProblems
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from engine.graph.problem import Severity

PIECES = [read_piece(each.name, each.title, each.graph_path) for each in all_templates()]


def ids(piece: object) -> str:
    return piece.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("piece", PIECES, ids=ids)
def test_every_template_goes_into_a_graph_that_has_its_own_nodes_and_state(piece: object, example_graph: Path) -> None:
    history = UndoHistory(open_document(example_graph).document)
    before = history.document
    sources = ProjectSources(example_graph.parent)
    made = insert_template(before, sources, piece, (0, 800))  # type: ignore[arg-type]

    assert history.do(made.command)

    document = history.document
    errors = [each for each in LiveProblems(example_graph.parent).of(document) if each.severity is Severity.ERROR]
    assert errors == []
    assert made.entry in made.nodes and set(made.nodes) <= set(document.graph.nodes)
    assert not is_wired_to_start(made)
    assert history.undo()
    assert history.document.graph == before.graph and not history.can_undo


@pytest.mark.parametrize("piece", PIECES, ids=ids)
def test_in_an_empty_graph_it_is_the_whole_program(piece: object, tmp_path: Path) -> None:
    sources = ProjectSources(tmp_path)
    made = insert_template(Document(), sources, piece, (0, 0))  # type: ignore[arg-type]
    history = UndoHistory(Document())
    history.do(made.command)

    assert is_wired_to_start(made)
    assert history.document.graph.state == f"{piece.name}:State"  # type: ignore[attr-defined]
    assert [each for each in LiveProblems(tmp_path).of(history.document) if each.severity is Severity.ERROR] == []
    save_all(tmp_path / "g.graph.json", history.document, None, {})
    assert (tmp_path / f"{piece.name}.py").read_text() == piece.code  # type: ignore[attr-defined]


def test_inserted_twice_it_has_two_modules_and_names_of_its_own(example_graph: Path) -> None:
    history = UndoHistory(open_document(example_graph).document)
    sources, chain = ProjectSources(example_graph.parent), PIECES[0]
    first = insert_template(history.document, sources, chain, (0, 800))
    history.do(first.command)

    second = insert_template(history.document, sources, chain, (0, 1000))
    history.do(second.command)

    assert not set(first.nodes) & set(second.nodes)
    assert {"chain.py", "chain_2.py"} <= set(history.document.modules)
    assert "has all keys" in second.told


def test_what_comes_along_is_told(example_graph: Path) -> None:
    made = insert_template(
        open_document(example_graph).document, ProjectSources(example_graph.parent), PIECES[0], (0, 800)
    )

    assert "chain.py" in made.told and "Added to the state:" in made.told


def test_a_name_that_the_templates_code_sends_to_must_be_free(example_graph: Path) -> None:
    piece = next(each for each in PIECES if each.name == "map_reduce")
    document = open_document(example_graph).document
    history = UndoHistory(document)
    history.do(commands.add_node(document, "describe", (0, 900)))

    with pytest.raises(CommandError, match="sends to 'describe'"):
        insert_template(history.document, ProjectSources(example_graph.parent), piece, (0, 0))
