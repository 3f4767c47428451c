"""Inputs of earlier runs come back, per graph, within bounds."""

from __future__ import annotations

from pathlib import Path

from editor.app.recent_inputs import LONGEST_INPUT, MOST_GRAPHS, read_inputs, write_inputs


def test_inputs_of_a_graph_come_back_and_those_of_another_do_not(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"

    write_inputs(tmp_path / "a.graph.json", [{"x": 1}, {"x": 2}], file)

    assert read_inputs(tmp_path / "a.graph.json", file) == ({"x": 1}, {"x": 2})
    assert read_inputs(tmp_path / "b.graph.json", file) == ()


def test_an_input_as_long_as_a_document_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"

    write_inputs(tmp_path / "a.graph.json", [{"x": "y" * LONGEST_INPUT}, {"x": 2}], file)

    assert read_inputs(tmp_path / "a.graph.json", file) == ({"x": 2},)


def test_only_the_graphs_run_last_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"

    for number in range(MOST_GRAPHS + 3):
        write_inputs(tmp_path / f"{number}.graph.json", [{"n": number}], file)

    assert read_inputs(tmp_path / "0.graph.json", file) == ()
    assert read_inputs(tmp_path / "3.graph.json", file) == ({"n": 3},)


def test_a_folder_that_cannot_be_written_is_only_logged(tmp_path: Path, caplog) -> None:
    (tmp_path / "file").write_text("")

    write_inputs(tmp_path / "a.graph.json", [{"x": 1}], tmp_path / "file" / "recent.json")

    assert "not kept" in caplog.text
