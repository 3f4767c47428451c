"""Opening reads the modules beside the graph, so that nothing is parsed when the window asks about them."""

from __future__ import annotations

from pathlib import Path

from editor.document.problems import LiveProblems
from editor.document.read_ahead import open_and_read_ahead, read_ahead
from editor.document.source_text import read_piece
from engine.graph.key_uses import key_uses_in_piece
from engine.graph.module_pieces import tree_of
from engine.graph.spec import GraphSpec, NodeSpec


def test_the_problems_of_an_opened_graph_are_found_without_parsing_a_function(example_graph: Path) -> None:
    for reader in (read_piece, key_uses_in_piece):
        reader.cache_clear()
    document = open_and_read_ahead(example_graph).document
    before = read_piece.cache_info().misses, key_uses_in_piece.cache_info().misses

    LiveProblems(example_graph.parent).of(document)

    assert before > (0, 0)
    assert (read_piece.cache_info().misses, key_uses_in_piece.cache_info().misses) == before


def test_each_piece_is_parsed_once_for_both_readers(tmp_path: Path) -> None:
    text = "".join(f"def read_ahead_{number}(state):\n    return {{}}\n\n\n" for number in range(50))
    (tmp_path / "nodes.py").write_text(text, encoding="utf-8")
    tree_of.cache_clear()

    read_ahead(tmp_path, GraphSpec(nodes={"a": NodeSpec(fn="nodes:read_ahead_1")}))

    assert tree_of.cache_info().misses == 50


def test_a_module_that_is_no_python_or_not_there_is_left_to_the_problems(tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("def broken(:\n", encoding="utf-8")
    nodes = {"a": NodeSpec(fn="nodes:a"), "b": NodeSpec(fn="nowhere:b"), "c": NodeSpec(fn="no reference")}

    read_ahead(tmp_path, GraphSpec(nodes=nodes))
