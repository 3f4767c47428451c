"""``stepgraph fmt``, ``diff``, ``export`` and ``run --engine``: what they print, what they write, their exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli import FAILED, OK, USAGE, main
from engine.graph.layout_diff import diff_layouts
from engine.runner.local_files import prepare_folder, runs_database
from tests.patience import PATIENCE_S
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    return write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)


def command(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def stepgraph(*arguments: object, folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, where nothing is imported yet."""
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def test_fmt_leaves_no_other_file_behind_and_keeps_the_file_mode(graph: Path) -> None:
    graph.chmod(0o640)
    before = sorted(path.name for path in graph.parent.iterdir())

    assert command("fmt", graph) == OK

    assert sorted(path.name for path in graph.parent.iterdir()) == before
    assert graph.stat().st_mode & 0o777 == 0o640


def test_fmt_that_cannot_write_leaves_the_file_as_it_was(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = graph.read_text(encoding="utf-8")

    def full_disk(*_paths: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full_disk)
    names = sorted(path.name for path in graph.parent.iterdir())

    assert command("fmt", graph) != OK

    assert graph.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in graph.parent.iterdir()) == names


def test_fmt_through_a_link_keeps_the_link(graph: Path) -> None:
    link = graph.parent / "linked.graph.json"
    link.symlink_to(graph)

    assert command("fmt", link) == OK

    assert link.is_symlink()
    assert command("fmt", "--check", graph) == OK


def test_diff_of_a_graph_with_itself_says_nothing(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("diff", graph, graph) == OK
    assert capsys.readouterr().out == ""


def test_diff_tells_what_was_added_and_renamed(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    after = graph.with_name("after.graph.json")
    content = json.loads(graph.read_text(encoding="utf-8"))
    content["nodes"]["extra"] = dict(content["nodes"]["left"])
    content["edges"].append({"from": "extra", "to": "finish"})
    after.write_text(json.dumps(content), encoding="utf-8")

    code = command("diff", graph, after)
    lines = capsys.readouterr().out.splitlines()
    command("diff", "--json", graph, after)
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert code == FAILED
    assert any(line.startswith("+ node 'extra'") for line in lines)
    assert any(line.startswith("+ edge 'extra' to 'finish'") for line in lines)
    assert [each["kind"] for each in objects] == ["added"] * len(lines)


def test_an_exported_module_runs_on_langgraph_and_on_this_engine(graph: Path) -> None:
    module = graph.parent / "exported.py"
    assert command("export", graph, "-o", module) == OK
    code = "import exported; print(type(exported.builder).__module__, exported.graph.invoke({'topic': 'left'})['log'])"
    alias = "import engine.compat; engine.compat.install(); "

    printed = [
        subprocess.run(
            [sys.executable, "-c", prefix + code],
            capture_output=True,
            text=True,
            check=True,
            cwd=graph.parent,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        ).stdout.splitlines()[-1]
        for prefix in ("", alias)
    ]

    assert printed == [
        "langgraph.graph.state ['classify', 'left', 'finish']",
        "engine.runtime.state_graph ['classify', 'left', 'finish']",
    ]


def test_export_prints_the_module_or_says_what_is_missing(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("export", graph) == OK
    assert "from langgraph.graph import" in capsys.readouterr().out
    content = json.loads(graph.read_text(encoding="utf-8"))
    del content["nodes"]["finish"]["fn"]
    graph.write_text(json.dumps(content), encoding="utf-8")

    code = command("export", graph)

    assert code == FAILED
    assert "Node 'finish' has no function" in capsys.readouterr().err


LANGGRAPH_NODES = """
from langgraph.types import interrupt
from langgraph.config import get_config

def ask(state):
    return {"log": [interrupt("Topic?"), type(interrupt).__name__, interrupt.__module__]}

def classify(state):
    return {"log": ["classify"]}

def by_topic(state):
    return state["topic"]

def left(state):
    return {"log": ["left"]}

def right(state):
    return {"log": ["right"]}

def finish(state):
    return {"log": ["finish"]}
"""


@pytest.mark.parametrize(
    ("options", "module"),
    [([], "engine.runtime.interrupts"), (["--engine", "langgraph"], "langgraph.types")],
)
def test_code_that_imports_langgraph_runs_on_the_engine_that_was_chosen(
    tmp_path: Path, options: list[str], module: str
) -> None:
    graph = write_graph(tmp_path, ASKING_GRAPH, LANGGRAPH_NODES)
    (tmp_path / "input.json").write_text('{"topic": "human"}', encoding="utf-8")

    done = stepgraph("run", graph, "--input", tmp_path / "input.json", *options, folder=tmp_path, typed='"left"\n')

    updates = [line for line in map(json.loads, done.stdout.splitlines()) if line["type"] == "update"]
    assert updates[1]["values"]["log"] == ["left", "function", module], done.stderr
    assert done.returncode == OK


def test_check_and_export_follow_a_graph_file_that_stands_as_a_node(
    graph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = json.loads(graph.read_text(encoding="utf-8"))["state"]
    outer = tmp_path / "outer.graph.json"
    content = {
        "format": "stategraph",
        "format_version": "1.0",
        "state": state,
        "nodes": {"inner": {"graph": graph.name}},
        "edges": [{"from": "__start__", "to": "inner"}, {"from": "inner", "to": "__end__"}],
    }
    outer.write_text(json.dumps(content), encoding="utf-8")

    assert command("check", outer) == OK
    assert command("export", outer) == OK
    assert 'builder.add_node("inner", inner_graph)' in capsys.readouterr().out

    graph.rename(tmp_path / "elsewhere.graph.json")
    assert command("check", outer) == FAILED
    assert f"There is no graph file '{graph.name}' here." in capsys.readouterr().out
    assert command("export", outer) != OK


def test_graphs_of_two_folders_whose_modules_have_one_name_are_checked_in_one_go(tmp_path: Path) -> None:
    graphs = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same_name.py").write_text(f"class State(dict): ...\ndef {folder}(state): ...\n")
        path = tmp_path / folder / "x.graph.json"
        content = {
            "format": "stategraph",
            "format_version": "1.0",
            "state": "same_name:State",
            "nodes": {folder: {"fn": f"same_name:{folder}"}},
            "edges": [{"from": "__start__", "to": folder}, {"from": folder, "to": "__end__"}],
        }
        path.write_text(json.dumps(content), encoding="utf-8")
        graphs.append(path)

    assert command("check", *graphs) == OK


def test_diff_tells_what_moved_only_when_it_is_asked(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = json.loads(graph.read_text(encoding="utf-8"))
    old, new = sorted(spec["nodes"])[:2]
    layout = {"format": "stategraph-layout", "format_version": "1.0"}
    note = {"kind": "note", "rect": [0, 0, 80, 40], "text": "why"}
    graph.with_name(graph.name.replace(".graph.", ".layout.")).write_text(
        json.dumps({**layout, "nodes": {old: [0, 0], new: [4, 4]}, "remarks": {"n1": note}})
    )
    other = graph.with_name("other.graph.json")
    other.write_bytes(graph.read_bytes())
    other.with_name("other.layout.json").write_text(json.dumps({**layout, "nodes": {old: [40, 0], new: [4, 4]}}))

    assert command("diff", graph, other) == OK
    assert capsys.readouterr().out == ""
    assert command("diff", "--layout", graph, other) == FAILED
    assert capsys.readouterr().out.splitlines() == [
        f"~ place of '{old}': [0, 0] -> [40, 0]",
        '- note \'n1\': {"kind": "note", "rect": [0, 0, 80, 40], "text": "why"}',
    ]


def test_a_renamed_node_that_stayed_where_it_was_has_not_moved() -> None:
    before = {"nodes": {"a": [0, 0]}, "subgraphs": {"a": {"nodes": {"x": [4, 4]}}}}
    after = {"nodes": {"b": [0, 0]}, "subgraphs": {"b": {"nodes": {"x": [8, 4]}}}}

    found = diff_layouts(before, after, {"a": "b"})

    assert [str(each) for each in found] == ["~ place of 'x' in 'b': [4, 4] -> [8, 4]"]


@pytest.mark.parametrize("layout", [None, [], {"nodes": []}, {"nodes": {"a": "b"}, "subgraphs": 7, "remarks": [1]}])
def test_a_layout_of_nonsense_can_be_compared(layout: object) -> None:
    assert diff_layouts(layout, layout, {}) == ()  # type: ignore[arg-type]  # what a file may hold


def test_what_cannot_be_written_is_said_with_the_name_that_was_given(
    graph: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = graph.parent / "no such folder" / "x.py"

    assert command("export", graph, "-o", target) == USAGE

    said = capsys.readouterr().err
    assert f"{target} cannot be written" in said
    assert ".new" not in said


def test_a_run_database_that_cannot_be_opened_is_one_sentence(graph: Path, capfd: pytest.CaptureFixture[str]) -> None:
    database = prepare_folder(runs_database(graph))
    database.write_text("This is no database, but a text that is long enough to be looked at. " * 20, encoding="utf-8")
    (graph.parent / "in.json").write_text("{}", encoding="utf-8")

    assert command("run", graph, "--input", graph.parent / "in.json") == USAGE

    assert capfd.readouterr().err.strip() == (
        f"{database} is no SQLite database, or only the beginning of one. It is left as it is."
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_export_that_is_stopped_half_way_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    target = tmp_path / "large.run.jsonl"
    target.write_text("as it was", encoding="utf-8")
    writes_for_ever = (
        "import signal, sys\nfrom pathlib import Path\nfrom engine.cli.whole_file import whole_file\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where the tests run in the background
        "with whole_file(Path(sys.argv[1])) as file:\n"
        "    file.write('half')\n    file.flush()\n    print('begun', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", writes_for_ever, target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=PROJECT,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        assert len(list(tmp_path.iterdir())) == 2

        process.send_signal(how)
        process.wait(PATIENCE_S)

    assert [(path, path.read_text()) for path in tmp_path.iterdir()] == [(target, "as it was")]
