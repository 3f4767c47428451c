"""Runs that somebody sent are copied into a folder that the window can look at, without the code they ran."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver as TheirSqliteSaver

from engine.cli import main
from engine.graph.graph_file import read_graph
from engine.runner.branching import Change
from engine.runner.engine_kit import kit_named
from engine.runner.local_files import runs_database
from engine.runner.opened_runs import OpenedRuns, open_runs
from engine.runner.run_history import RunHistory
from engine.runner.told_past import Past
from engine.store.run_facts import RunFacts
from engine.store.sqlite_saver import SqliteSaver
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


@contextmanager
def asking_runs(saver_class: type[SqliteSaver | TheirSqliteSaver], path: Path) -> Iterator[Drive]:
    """Drives runs of a graph that asks, which that saver keeps in the file."""
    kit = kit_named("stepgraph" if saver_class is SqliteSaver else "langgraph")
    with saver_class.from_conn_string(str(path)) as saver:
        yield Drive(write_graph(path.parent, ASKING_GRAPH, ASKING_NODES, kit), kit, saver)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A file of LangGraph's with one run."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = folder / "bug.sqlite"
    with asking_runs(TheirSqliteSaver, path) as drive:
        drive.driver.run({"topic": "both"}, "t", stepping=False)
    return path


def pasts_in(opened: OpenedRuns, *threads: str) -> list[Past]:
    """Of all threads there are."""
    database = runs_database(opened.graph)
    with SqliteSaver.from_conn_string(str(database)) as saver:
        facts = RunFacts(database)
        try:
            assert sorted(row["thread_id"] for row in RunHistory(facts).threads()) == sorted(threads)
            return [RunHistory(facts).read(thread, saver) for thread in threads]
        finally:
            facts.close()


def past_in(opened: OpenedRuns, thread: str) -> Past:
    (past,) = pasts_in(opened, thread)
    return past


def test_a_file_of_langgraph_opens_with_the_graph_as_it_was_seen(sent: Path, tmp_path: Path) -> None:
    before = sent.read_bytes()

    opened = open_runs(sent, tmp_path / "opened")

    assert (opened.threads, opened.is_observed) == (1, True)
    graph = read_graph(opened.graph)
    assert set(graph.nodes) == {"classify", "left", "right", "finish"}
    lines = {(edge.source, edge.target) for edge in graph.edges}
    assert {("classify", "left"), ("classify", "right"), ("left", "finish"), ("finish", "__end__")} <= lines
    rows = list(past_in(opened, "t").checkpoints.values())
    assert [row.ran for row in rows][-3:] == [("classify",), ("left", "right"), ("finish",)]
    assert sent.read_bytes() == before


@pytest.mark.parametrize("saver_class", [SqliteSaver, TheirSqliteSaver])
def test_a_node_that_was_followed_by_different_ones_shows_which_way_each_run_went(
    saver_class: type[SqliteSaver], tmp_path: Path
) -> None:
    path = tmp_path / "bug.sqlite"
    with asking_runs(saver_class, path) as drive:
        for topic in ("left", "human"):
            drive.driver.run({"topic": topic}, topic, stepping=False)

    opened = open_runs(path, tmp_path / "opened")

    graph = read_graph(opened.graph)
    (router,) = graph.routers["classify"]
    assert {branch.label for branch in router.branches} == {"left", "ask"}
    pasts = pasts_in(opened, "left", "human")
    taken = [[route.label for row in past.checkpoints.values() for route in row.routes] for past in pasts]
    assert taken == [["left"], ["ask"]]


def test_the_list_tells_how_runs_of_langgraph_ended_and_how_long_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bug.sqlite"
    with asking_runs(TheirSqliteSaver, path) as drive:
        drive.driver.run({"topic": "left"}, "done", stepping=False)
        drive.driver.run({"topic": "human"}, "asks", stepping=False)
        drive.driver.run({"topic": "both", "tries": -1}, "fails", stepping=False)
        drive.driver.run({"topic": "both"}, "halted", stepping=True)

    facts = RunFacts(runs_database(open_runs(path, tmp_path / "opened").graph))
    rows = {row["thread_id"]: row for row in RunHistory(facts).threads()}
    facts.close()

    assert {name: row["outcome"] for name, row in rows.items()} == {
        "done": "finished", "asks": "waiting", "fails": "failed", "halted": ""
    }  # fmt: skip
    assert {name: row["checkpoints"] for name, row in rows.items()} == {"done": 5, "asks": 3, "fails": 3, "halted": 2}


def test_all_branches_of_a_run_of_langgraph_are_there(tmp_path: Path) -> None:
    path = tmp_path / "bug.sqlite"
    with asking_runs(TheirSqliteSaver, path) as drive:
        drive.driver.run({"topic": "left"}, "t", stepping=False)
        made = {found.checkpoint["id"]: found for found in drive.saver.list({"configurable": {"thread_id": "t"}})}
        third = sorted(made)[2]
        drive.driver.branch(Change("t", third, {"topic": "right"}, "classify"))
        drive.driver.go_on("t", stepping=False)
        parents = {
            found.checkpoint["id"]: (found.parent_config or {}).get("configurable", {}).get("checkpoint_id")
            for found in drive.saver.list({"configurable": {"thread_id": "t"}})
        }

    rows = past_in(open_runs(path, tmp_path / "opened"), "t").checkpoints

    assert len(rows) > len(made)
    assert {row.id: row.parent_id for row in rows.values()} == parents
    assert list(rows) == sorted(rows)


def test_an_exported_run_opens_alone(sent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "run.stepgraph"
    assert main(["history", "export", str(sent), "t", "-o", str(file), "--redact", "topic"]) == 0
    capsys.readouterr()

    assert main(["history", "open", str(file), str(tmp_path / "opened")]) == 0

    graph, threads, how = capsys.readouterr().out.split()
    assert (Path(graph).name, threads, how) == ("run.graph.json", "1", "observed")
    assert past_in(OpenedRuns(Path(graph), 1, True), "t").head is not None


def test_what_is_no_run_leaves_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE music (title TEXT)")
    text = tmp_path / "notes.txt"
    text.write_text("hello\n")

    for file in (other, text):
        assert main(["history", "open", str(file), str(tmp_path / "opened")]) != 0
        assert capsys.readouterr().err.strip()
        assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("saver_class", [SqliteSaver, TheirSqliteSaver])
def test_a_question_and_a_failure_of_which_only_the_checkpoints_tell_are_shown(
    saver_class: type[SqliteSaver], tmp_path: Path
) -> None:
    path = tmp_path / "bug.sqlite"
    with asking_runs(saver_class, path) as drive:
        drive.driver.run({"topic": "human"}, "asks", stepping=False)
        drive.driver.run({"topic": "both", "tries": -1}, "fails", stepping=False)

    opened = open_runs(path, tmp_path / "opened")

    asks, fails = pasts_in(opened, "asks", "fails")
    assert asks.stop is not None and asks.stop.outcome == "waiting"
    assert [(each.node, each.value) for each in asks.stop.questions] == [("ask", {"question": "why?"})]
    assert fails.stop is not None and fails.stop.outcome == "failed" and fails.stop.error is not None
    assert (fails.stop.error.node, fails.stop.error.kind) == ("right", "ValueError")
    assert fails.stop.error.message == "right is broken"
    assert fails.head is not None
    assert {task.node: task.state for task in fails.checkpoints[fails.head].tasks} == {
        "left": "done",
        "right": "failed",
    }


def test_opening_leaves_nothing_beside_a_file_of_langgraph(sent: Path, tmp_path: Path) -> None:
    beside = sorted(each.name for each in sent.parent.iterdir())

    open_runs(sent, tmp_path / "opened")

    assert sorted(each.name for each in sent.parent.iterdir()) == beside
    assert f"{sent.name}-wal" not in beside
