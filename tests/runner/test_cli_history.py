"""``stepgraph history`` and ``stepgraph replay``: what they print and refuse, and that reading changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.cli import FAILED, OK, USAGE
from engine.runner.local_files import runs_database
from engine.runner.thread_hold import ThreadHold
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.time_travel import name_branch
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph
from tests.runner.test_cli import Terminal, terminal
from tests.torture.builders import everything, fill

__all__ = ["terminal"]

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Thread ``t`` with forks, and thread ``u``."""
    path = tmp_path / "runs.sqlite"
    store = SqliteStore(path)
    fill(store, "t", 30, seed=3)
    fill(store, "u", 5, seed=4)
    facts = RunFacts(store.file)
    facts.record("", None, None, "name", {"thread_id": "u", "name": "the short one"})
    name_branch(store, "t", store.branches.read("t")[0].first, name="what if")
    store.close()
    return path


def history(terminal: Terminal, action: str, *arguments: object) -> list[str]:
    return terminal.text("history", action, *arguments).splitlines()


def test_threads_are_listed_with_names_counts_and_sizes(terminal: Terminal, database: Path) -> None:
    table = history(terminal, "list", database)
    first, second = terminal("history", "list", database, "--json")

    assert terminal.code == OK
    assert table[0].split() == ["THREAD", "NAME", "CHECKPOINTS", "BRANCHES", "SIZE", "UPDATED"]
    assert table[2].startswith("u       the short one  5")
    assert (first["thread_id"], first["checkpoints"], second["name"]) == ("t", 30, "the short one")
    assert first["bytes"] > second["bytes"] > 1000


def test_a_thread_is_shown_with_branches_and_checkpoints(terminal: Terminal, database: Path) -> None:
    shown = history(terminal, "show", database, "t")
    rows = terminal("history", "show", database, "t", "--json")

    assert any(line.startswith("branch 1:") and line.endswith(": 'what if'") for line in shown)
    assert [row["number"] for row in rows] == list(range(30))
    assert {row["branch"] for row in rows} > {0, 1}
    assert rows[3]["checkpoint_id"] == "t-3" and "log" in rows[3]["changed"]


@pytest.mark.parametrize("at", ["t-29", "29", "head"])
def test_a_state_is_shown_by_id_number_or_as_the_head(terminal: Terminal, database: Path, at: str) -> None:
    lines = history(terminal, "show", database, "t", "--at", at)
    (told,) = terminal("history", "show", database, "t", "--at", at, "--json")

    assert any(line.startswith("log: [{'step': 0") for line in lines)
    assert told["checkpoint_id"] == "t-29"


def test_two_states_are_compared(terminal: Terminal, database: Path) -> None:
    lines = history(terminal, "diff", database, "t", "t-1", "t-2")
    assert terminal.code == FAILED
    assert "log: changed, append +1" in lines
    rows = terminal("history", "diff", database, "t", "t-1", "t-2", "--json")
    assert "log" in {row["key"] for row in rows}

    assert history(terminal, "diff", database, "t", "head", "29") == [] and terminal.code == OK


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "FILE", "tt"), "There is no thread 'tt'. Did you mean 't'"),
        (("show", "FILE", "t", "--at", "nothing"), "names no checkpoint; it has no such checkpoint"),
        (("show", "FILE", "t", "--at", "t-2x"), "it has no such checkpoint"),
        (("diff", "FILE", "u", "u-", "head"), "5 checkpoints of it begin so"),
        (("show", "/nowhere.sqlite", "t"), "There is no file /nowhere.sqlite."),
        (("list", "/nowhere.graph.json"), "/nowhere.graph.json has not been run here."),
        (("export", "FILE", "nobody"), "There is no thread 'nobody'"),
        (("export", "FILE", "t", "--redact", "a..b"), "'a..b' is no key and no path of keys"),
        (("prune", "FILE", "t", "--keep-last", "0"), "at least the newest checkpoint stays"),
        (("list", __file__), "no SQLite database"),
        (("import", "FILE", "/nowhere.jsonl"), "No such file"),
        (("import", "FILE", __file__), "Line 1 is not one of an exported thread"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    terminal: Terminal, database: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = database.read_bytes()

    told = terminal.text("history", *(database if each == "FILE" else each for each in arguments))

    assert (terminal.code, told) == (USAGE, "")
    assert sentence in terminal.errors and "Traceback" not in terminal.errors
    assert database.read_bytes() == before


def test_a_thread_goes_into_a_file_and_comes_back_elsewhere(terminal: Terminal, database: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere.sqlite"
    SqliteStore(there).close()

    history(terminal, "export", database, "t", "-o", tmp_path / "t.jsonl")
    history(terminal, "import", there, tmp_path / "t.jsonl", "--as", "new")

    assert terminal.code == OK
    assert contents(there, "new") == contents(database, "t")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere.sqlite", "runs.sqlite", "t.jsonl"]
    history(terminal, "import", there, tmp_path / "t.jsonl", "--as", "new")
    assert (terminal.code, "already" in terminal.errors) == (USAGE, True)


def test_a_thread_that_was_sent_is_taken_in_where_the_graph_was_never_run(
    terminal: Terminal, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    graph = write_graph(tmp_path / "there", ASKING_GRAPH, ASKING_NODES)
    history(terminal, "export", database, "u", "-o", tmp_path / "u.jsonl")

    history(terminal, "import", graph, __file__)
    assert terminal.code == USAGE and not runs_database(graph).exists()
    history(terminal, "import", graph, tmp_path / "u.jsonl")
    (listed,) = terminal("history", "list", graph, "--json")

    assert (terminal.code, listed["thread_id"], listed["name"]) == (OK, "u", "the short one")


def test_an_export_without_some_keys_says_so(terminal: Terminal, database: Path, tmp_path: Path) -> None:
    (said,) = history(terminal, "export", database, "t", "-o", tmp_path / "t.jsonl", "--redact", "long.text")

    assert said.endswith("without long.text and without output and notes")
    assert "a" * 3000 not in (tmp_path / "t.jsonl").read_text()


def test_pruning_says_what_goes_and_vacuum_gives_the_room_back(terminal: Terminal, database: Path) -> None:
    before = contents(database, "t")

    (would,) = history(terminal, "prune", database, "t", "--keep-last", "2", "--dry-run")
    assert contents(database, "t") == before
    done = history(terminal, "prune", database, "t", "--keep-last", "2")
    (room,) = history(terminal, "vacuum", database)

    assert would.split()[0] == done[0].split()[0] != "0"
    assert " before, " in done[0] and " now" in room
    left = contents(database, "t")
    assert left and len(left) == 30 - int(done[0].split()[0])
    assert all(each in before for each in left)


def test_a_thread_that_is_being_run_is_not_pruned(
    terminal: Terminal, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ThreadHold.__init__.__kwdefaults__, "patience_s", 0.0)
    store = SqliteStore(database)
    store.hold("t", "somebody else")

    history(terminal, "prune", database, "t", "--keep-last", "1")

    assert (terminal.code, "being run by somebody else" in terminal.errors) == (USAGE, True)
    store.close()
    assert len(contents(database, "t")) == 30


def test_looking_at_an_older_file_leaves_it_as_it_is(terminal: Terminal, tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "runs_format_1.sqlite", tmp_path / "runs.sqlite"))
    before = path.read_bytes()

    assert "old" in history(terminal, "list", path)[1]
    assert history(terminal, "show", path, "old", "--at", "3")[0] == "n: 3"
    history(terminal, "show", path, "old", "--output")

    assert terminal.code == OK
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if ".format-" in each.name] == []


def test_a_file_of_langgraph_is_looked_at_and_exported(terminal: Terminal, tmp_path: Path) -> None:
    graph = pytest.importorskip("langgraph.graph")
    from langgraph.checkpoint.sqlite import SqliteSaver

    path = tmp_path / "theirs.sqlite"
    builder = graph.StateGraph(dict).add_node("a", lambda state: {"n": 1}).add_edge("__start__", "a")
    with SqliteSaver.from_conn_string(str(path)) as saver:
        builder.compile(checkpointer=saver).invoke({"n": 0}, {"configurable": {"thread_id": "lg"}})
    ours = tmp_path / "ours.sqlite"
    SqliteStore(ours).close()

    assert history(terminal, "list", path)[1].split()[:2] == ["lg", "3"]
    history(terminal, "export", path, "lg", "-o", tmp_path / "lg.jsonl")
    history(terminal, "import", ours, tmp_path / "lg.jsonl")

    assert terminal.code == OK
    assert len(contents(ours, "lg")) == 3


def contents(path: Path, thread: str) -> list[object]:
    store = SqliteStore(path)
    found = [
        (each.checkpoint_id, each.values, {write.channel: write.value for write in each.writes})
        for each in everything(store, thread)
    ]
    store.close()
    return found


# ---- replay


def test_a_run_is_replayed_without_its_nodes(terminal: Terminal, tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    (tmp_path / "input.json").write_text('{"topic": "both"}')
    terminal("run", path, "--input", tmp_path / "input.json", "--thread", "t")

    *steps, last = terminal("replay", path, "--thread", "t", "--into", "again")

    assert terminal.code == OK and "classifying" not in terminal.errors
    assert [step["given"] for step in steps] == [["__start__"], ["classify"], ["left", "right"], ["finish"]]
    assert (last["type"], last["thread_id"]) == ("end", "again")
    assert last["values"]["log"] == ["classify", "left", "right", "finish"]
    assert contents(runs_database(path), "again")


def test_a_live_node_runs_and_a_changed_graph_is_told(terminal: Terminal, tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    (tmp_path / "input.json").write_text('{"topic": "left"}')
    terminal("run", path, "--input", tmp_path / "input.json", "--thread", "t")

    terminal("replay", path, "--thread", "t", "--live", "classify")
    assert (terminal.code, "classifying left" in terminal.errors) == (OK, True)
    graph = json.loads(path.read_text())
    graph["edges"] = [{"from": "left", "to": "right"} if edge["from"] == "left" else edge for edge in graph["edges"]]
    path.write_text(json.dumps(graph))
    last = terminal("replay", path, "--thread", "t")[-1]

    assert terminal.code == FAILED
    assert (last["type"], last["node"]) == ("differs", "left")
    assert "has an edge to 'right' now" in last["reason"]


def test_a_replay_that_cannot_begin_is_told(terminal: Terminal, tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    terminal("replay", path, "--thread", "t")
    assert (terminal.code, "nothing is recorded" in terminal.errors) == (USAGE, True)
    (tmp_path / "input.json").write_text('{"topic": "left"}')
    terminal("run", path, "--input", tmp_path / "input.json", "--thread", "t")

    terminal("replay", path, "--thread", "nobody")
    assert (terminal.code, "no thread 'nobody'" in terminal.errors) == (USAGE, True)
    terminal("replay", path, "--thread", "t", "--live", "nope")
    assert (terminal.code, "'nope' is no node" in terminal.errors) == (USAGE, True)


# ---- what is written beside a run, what is found in it, what goes


def test_a_thread_is_named_and_a_checkpoint_tagged(terminal: Terminal, database: Path) -> None:
    history(terminal, "name", database, "t", "the long one")
    history(terminal, "tag", database, "t", "3", "good", "before the refund")
    assert terminal.code == OK

    rows = terminal("history", "show", database, "t", "--json")
    assert rows[3]["tags"] == ["good", "before the refund"] and rows[4]["tags"] == []
    assert any(line.endswith("[good] [before the refund]") for line in history(terminal, "show", database, "t"))
    assert terminal("history", "list", database, "--json")[0]["name"] == "the long one"
    history(terminal, "tag", database, "t", "3")
    assert terminal("history", "show", database, "t", "--json")[3]["tags"] == []


def test_pruning_leaves_a_tagged_checkpoint(terminal: Terminal, database: Path) -> None:
    history(terminal, "tag", database, "t", "3", "good")

    (would,) = history(terminal, "prune", database, "t", "--keep-last", "1", "--dry-run")
    (said, _vacuum) = history(terminal, "prune", database, "t", "--keep-last", "1")

    assert would.split()[0] == said.split()[0]
    rows = terminal("history", "show", database, "t", "--json")
    assert [row["tags"] for row in rows if row["checkpoint_id"] == "t-3"] == [["good"]]


def test_a_thread_is_deleted_and_the_others_stay(terminal: Terminal, database: Path) -> None:
    before = contents(database, "t")

    assert history(terminal, "delete", database, "u", "--dry-run") == ["thread 'u' would go: 5 of 5 checkpoints"]
    assert len(contents(database, "u")) == 5
    assert history(terminal, "delete", database, "u")[0] == "thread 'u' is gone: 5 of 5 checkpoints"

    assert [row["thread_id"] for row in terminal("history", "list", database, "--json")] == ["t"]
    assert contents(database, "t") == before


def test_a_branch_is_deleted_with_what_was_forked_from_it(terminal: Terminal, database: Path) -> None:
    rows = terminal("history", "show", database, "t", "--json")
    branch = rows[-1]["branch"] or next(row["branch"] for row in rows if row["branch"])
    on_it = next(row["checkpoint_id"] for row in rows if row["branch"] == branch)
    before = contents(database, "t")

    (would,) = history(terminal, "delete", database, "t", "--branch", on_it, "--dry-run")
    assert contents(database, "t") == before
    done = history(terminal, "delete", database, "t", "--branch", on_it)

    assert would.split(": ")[1] == done[0].split(": ")[1]
    left = contents(database, "t")
    assert len(left) == 30 - int(would.split(": ")[1].split()[0])
    assert all(each in before for each in left)


def test_a_first_line_is_no_branch_to_delete(terminal: Terminal, database: Path) -> None:
    before = contents(database, "t")

    history(terminal, "delete", database, "t", "--branch", "0")

    assert (terminal.code, "Without --branch the thread goes" in terminal.errors) == (USAGE, True)
    assert contents(database, "t") == before


def test_who_wrote_a_key_and_where_it_became_a_value_is_found(terminal: Terminal, tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    (tmp_path / "input.json").write_text('{"topic": "both", "tries": 2}')
    terminal("run", path, "--input", tmp_path / "input.json", "--thread", "t")

    writers = terminal("history", "find", path, "t", "log", "--json")
    (contains,) = terminal("history", "find", path, "t", "log", "--contains", "right", "--json")
    (equal,) = terminal("history", "find", path, "t", "tries", "--value", "2", "--json")

    assert [row["value"] for row in writers] == [
        "['classify']",
        "['classify', 'left', 'right']",
        "['classify', 'left', 'right', 'finish']",
    ]
    assert contains == writers[1]
    assert equal["number"] == 1
    assert history(terminal, "find", path, "t", "tries", "--value", "7") == [] and terminal.code == FAILED
    assert history(terminal, "find", path, "t", "log", "--at", "2")[0].split("  ")[2] == "['classify']"


def test_how_each_task_went_is_listed(terminal: Terminal, tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    (tmp_path / "input.json").write_text('{"topic": "both", "tries": -1}')
    terminal("run", path, "--input", tmp_path / "input.json", "--thread", "t")

    rows = terminal("history", "tasks", path, "t", "--json")
    table = history(terminal, "tasks", path, "t")

    assert [(row["step"], row["node"], row["state"]) for row in rows] == [
        (1, "classify", "done"),
        (2, "left", "done"),
        (2, "right", "failed"),
    ]
    assert rows[2]["error"]["kind"] == "ValueError" and rows[0]["started_at_s"] > 0
    assert table[1].split()[:4] == ["1", "classify", "done", "1"] and table[1].split()[-2:] == ["-", "-"]


def test_an_old_file_is_not_brought_up_to_date_by_a_trial(terminal: Terminal, tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "runs_format_1.sqlite", tmp_path / "runs.sqlite"))
    before = path.read_bytes()

    history(terminal, "prune", path, "old", "--keep-last", "1", "--dry-run")
    assert terminal.code == OK
    history(terminal, "delete", path, "old", "--dry-run")
    assert terminal.code == OK
    history(terminal, "tasks", path, "old")

    assert (terminal.code, "Nothing was written down" in terminal.errors) == (USAGE, True)
    assert path.read_bytes() == before


def test_a_database_without_threads_offers_none(terminal: Terminal, tmp_path: Path) -> None:
    SqliteStore(tmp_path / "runs.sqlite").close()

    history(terminal, "show", tmp_path / "runs.sqlite", "t")

    assert (terminal.code, terminal.errors) == (USAGE, "There is no thread 't'.\n")
