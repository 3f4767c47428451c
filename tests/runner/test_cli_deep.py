"""The command line over a state that is nested 10,000 levels deep: it tells what it can and never breaks off."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import FAILED, OK, USAGE
from engine.cli.json_line import MOST_LEVELS, json_line
from engine.runner.local_files import runs_database
from engine.store.sqlite_store import SqliteStore
from tests.runner.small_graphs import write_graph
from tests.runner.test_cli import Terminal, terminal
from tests.runner.test_deep_states import GRAPH, LISTS, NODES, STATE, dicts
from tests.serialization.deep import equal, nested

__all__ = ["terminal"]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    (tmp_path / "input.json").write_text('{"name": "x"}')
    return write_graph(tmp_path, GRAPH, NODES, state=STATE)


@pytest.fixture
def database(terminal: Terminal, graph: Path) -> Path:
    terminal("run", graph, "--input", graph.with_name("input.json"), "--thread", "t", typed="end\n")
    assert terminal.code == OK
    return runs_database(graph)


def test_a_run_tells_deep_values_shortened(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", graph.with_name("input.json"), typed="end\n")

    assert terminal.code == OK
    assert lines[-1]["type"] == "finished"


def test_a_conflict_over_a_deep_value_is_a_sentence(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", graph.with_name("input.json"), typed="both\n")

    assert terminal.code == FAILED
    assert lines[-1]["kind"] == "InvalidUpdateError"
    assert "'one' wrote [[[[…]]]]" in lines[-1]["message"]


def test_an_input_and_an_answer_that_are_too_deep_to_be_read_are_refused_in_words(
    terminal: Terminal, graph: Path
) -> None:
    brackets = "[" * 100_000 + "]" * 100_000

    terminal.text("run", graph, "--input", "-", typed=f'{{"lists": {brackets}}}\n')
    assert terminal.code == USAGE
    assert "is nested too deep to be read" in terminal.errors
    terminal.text("run", graph, "--input", graph.with_name("input.json"), typed=f"{brackets}\n")
    assert terminal.code == USAGE
    assert "The run waits for another one" in terminal.errors


def test_the_history_of_a_deep_state_can_be_read(terminal: Terminal, database: Path) -> None:
    assert "dicts: {'k': {'k': {'k': {…}}}}" in terminal.text("history", "show", database, "t", "--at", "head")
    assert terminal("history", "show", database, "t", "--at", "head", "--json")[0]["values"]["name"] == "end"

    told = terminal.text("history", "diff", database, "t", "2", "3")
    assert told.startswith("dicts: changed, ~1")
    assert told.endswith(": 1 -> 2\n")
    assert len(terminal("history", "find", database, "t", "dicts", "--json")) == 2
    assert terminal.text("history", "find", database, "t", "dicts", "--value", "[" * 5_000) == ""


def test_a_deep_state_is_exported_and_imported(terminal: Terminal, database: Path, tmp_path: Path) -> None:
    terminal.text("history", "export", database, "t", "-o", tmp_path / "run.jsonl")
    terminal.text("history", "import", tmp_path / "again.sqlite", tmp_path / "run.jsonl")

    assert terminal.code == OK
    store = SqliteStore(tmp_path / "again.sqlite")
    stored = store.load("t", "")
    store.close()
    assert stored is not None
    assert equal([stored.values["lists"], stored.values["dicts"]], [LISTS, dicts(2)])


def test_what_json_cannot_hold_is_told_as_text() -> None:
    loop: list[object] = []
    loop.append(loop)

    assert json_line({"pairs": {(1, "x"): {1, 2}}}) == '{"pairs": {"(1, \'x\')": "{1, 2}"}}'
    assert json_line({"loop": loop}).count("[") > MOST_LEVELS
    assert json_line({"deep": nested(lambda value: [value])}).endswith(
        '[[[[\\u2026]]]]"' + "]" * (MOST_LEVELS - 1) + "}"
    )
