"""The ``stepgraph`` command: the same graph files without a window, JSON lines out, a line of stdin for each stop."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.cli import FAILED, OK, STOPPED, USAGE, _Run, main
from engine.runner.local_files import runs_database
from engine.store.run_facts import RunFacts
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph


class Terminal:
    """Calls the command with what a user would type and gives what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.code: int | None = None
        self.errors = ""

    def __call__(self, *arguments: object, typed: str = "") -> list[dict[str, Any]]:
        text = self.text(*arguments, typed=typed)
        return [json.loads(line) for line in text.splitlines()]

    def text(self, *arguments: object, typed: str = "") -> str:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        self.code = main([str(argument) for argument in arguments])
        out, self.errors = self._capsys.readouterr()
        return out


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    return write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)


def input_file(folder: Path, **input: Any) -> Path:
    path = folder / "input.json"
    path.write_text(json.dumps(input), encoding="utf-8")
    return path


def test_updates_come_as_json_lines_and_what_nodes_print_goes_to_stderr(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", input_file(graph.parent, topic="left"))

    assert [(line["type"], line.get("node"), line.get("values")) for line in lines] == [
        ("update", "classify", {"log": ["classify"]}),
        ("update", "left", {"log": ["left"]}),
        ("update", "finish", {"log": ["finish"]}),
        ("finished", None, None),
    ]
    assert "classifying left" in terminal.errors
    assert terminal.code == OK


def test_what_nodes_print_is_kept_with_the_run(terminal: Terminal, graph: Path) -> None:
    thread = terminal("run", graph, "--input", input_file(graph.parent, topic="left"))[-1]["thread_id"]
    own = sys.stderr

    kept = terminal.text("history", "show", graph, thread, "--output")

    assert "classifying left" in kept and "classify" in kept
    facts = RunFacts(runs_database(graph))
    (line,) = [line for line in facts.output.read(thread, limit=10).lines if line.text == "classifying left"]
    (stored,) = [batch.checkpoint_id for batch in facts.output.batches(thread) if line in batch.lines]
    facts.close()
    assert (line.stream, line.node) == ("stdout", "classify") and line.task_id is not None
    assert stored is not None and sys.stderr is own


def test_what_the_command_itself_says_is_not_kept(terminal: Terminal, tmp_path: Path) -> None:
    nodes = ASKING_NODES.replace(
        "def classify(", "def classify(state):\n    raise ValueError('broken')\n\n\ndef unused("
    )
    broken = write_graph(tmp_path, ASKING_GRAPH, nodes)

    thread = terminal("run", broken, "--input", input_file(tmp_path, topic="left"))[-1]["thread_id"]

    assert "Traceback" in terminal.errors
    facts = RunFacts(runs_database(broken))
    assert [line for line in facts.output.read(thread, limit=10).lines if line.task_id is None] == []
    facts.close()


def test_a_pause_before_every_superstep_waits_for_a_line_and_the_end_of_stdin_leaves_the_thread(
    terminal: Terminal, graph: Path
) -> None:
    lines = terminal(
        "run", graph, "--input", input_file(graph.parent, topic="both"), "--break-before", "*", typed="\n\n"
    )
    thread = lines[-1]["thread_id"]
    later = terminal("run", graph, "--thread", thread)

    assert [line["next"] for line in lines if line["type"] == "paused"] == [["classify"], ["left", "right"], ["finish"]]
    assert [line.get("node", line["type"]) for line in later] == ["finish", "finished"]


def test_a_question_is_printed_and_the_typed_answer_goes_on(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", input_file(graph.parent, topic="human"), typed='"because"\n')

    asked = next(line for line in lines if line["type"] == "question")
    assert (asked["node"], asked["value"]) == ("ask", {"question": "why?"})
    assert {"type": "update", "node": "ask", "values": {"log": ["ask because"]}} in lines


def test_a_question_nobody_answers_leaves_the_thread_waiting(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", input_file(graph.parent, topic="human"))

    assert lines[-1]["type"] == "question"
    assert terminal.code == OK


def test_a_failure_is_the_last_line_and_the_exit_code(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", input_file(graph.parent, topic="both", tries=-1))

    assert (lines[-1]["type"], lines[-1]["node"], lines[-1]["kind"]) == ("failed", "right", "ValueError")
    assert "right is broken" in terminal.errors
    assert terminal.code == FAILED


def test_a_saved_input_with_a_title_around_it_is_unwrapped(terminal: Terminal, graph: Path) -> None:
    lines = terminal("run", graph, "--input", input_file(graph.parent, title="Left", input={"topic": "left"}))

    assert lines[-1]["type"] == "finished"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "no_such.graph.json", "--thread", "t"], "no_such.graph.json"),
        (["run", "GRAPH"], "--input FILE"),
        (["run", "GRAPH", "--input", "no_such_input.json"], "no_such_input.json"),
        (["check", "no_such.graph.json"], "no_such.graph.json"),
        (["run", "GRAPH", "--input", "."], "Check the path"),
        (["run", "GRAPH", "--thread", "t", "--break-before", "nobody"], "there is no node 'nobody'"),
    ],
)
def test_what_cannot_be_started_says_why(terminal: Terminal, graph: Path, arguments: list[str], said: str) -> None:
    terminal.text(*[str(graph) if argument == "GRAPH" else argument for argument in arguments])

    assert terminal.code == USAGE
    assert said in terminal.errors


STATE_KEYS = "Write an object with the graph's state keys"


@pytest.mark.parametrize(
    ("content", "way_out"),
    [
        (b"[1]", STATE_KEYS),
        (b"{half", STATE_KEYS),
        (b"\xff", STATE_KEYS),
        (b'{"title": "x", "input": 3}', STATE_KEYS),
        (b"[" * 100_000, "nested too deep to be read. Let a node make what is so deep."),
    ],
)
def test_an_input_that_is_no_object_is_refused_before_anything_runs(
    terminal: Terminal, graph: Path, content: bytes, way_out: str
) -> None:
    file = graph.parent / "input.json"
    file.write_bytes(content)

    terminal.text("run", graph, "--input", file)

    assert terminal.code == USAGE
    assert terminal.errors.startswith(str(file))
    assert way_out in terminal.errors


def test_a_thread_that_does_not_exist_is_named(terminal: Terminal, graph: Path) -> None:
    terminal("run", graph, "--thread", "nobody")

    assert terminal.code == USAGE
    assert "nobody" in terminal.errors and "Give --input FILE to begin it." in terminal.errors


def test_a_graph_that_cannot_be_compiled_is_told_in_a_sentence(terminal: Terminal, graph: Path) -> None:
    graph.write_text(graph.read_text().replace('"from": "__start__"', '"from": "START"'))

    assert terminal.text("run", graph, "--input", graph) == ""

    assert terminal.code == USAGE
    assert "unknown node 'START'" in terminal.errors and "'stepgraph check'" in terminal.errors
    assert "Traceback" not in terminal.errors


def test_check_names_the_missing_function(terminal: Terminal, graph: Path) -> None:
    assert terminal.text("check", graph) == "" and terminal.code == OK
    graph.write_text(graph.read_text(encoding="utf-8").replace(":finish", ":finnish"), encoding="utf-8")

    assert "'finnish'" in terminal.text("check", graph)
    assert terminal.code == FAILED


def test_fmt_writes_the_canonical_form_once(terminal: Terminal, graph: Path) -> None:
    assert terminal.text("fmt", "--check", graph) and terminal.code == FAILED
    assert terminal.text("fmt", graph) and terminal.code == OK
    assert terminal.text("fmt", graph) == "" and terminal.code == OK


def test_the_command_needs_no_qt(example_graph: Path) -> None:
    code = (
        "import sys; from engine.cli import main; code = main(sys.argv[1:]); "
        "assert not any(name.startswith('PySide6') for name in sys.modules); sys.exit(code)"
    )
    inputs = sorted((example_graph.parent / "inputs").glob("*.json"))
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(example_graph), "--input", str(inputs[0])],
        input="",
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )

    assert done.returncode == OK, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["type"] == "finished"


def test_ctrl_c_says_how_to_go_on_and_leaves_what_has_finished(terminal: Terminal, tmp_path: Path) -> None:
    nodes = ASKING_NODES.replace("def left(state):", "def left(state):\n    raise KeyboardInterrupt")
    graph = write_graph(tmp_path, ASKING_GRAPH, nodes)

    lines = terminal("run", graph, "--thread", "t", "--input", input_file(tmp_path, topic="left"))

    assert terminal.code == STOPPED
    assert [line["type"] for line in lines] == ["update", "failed"]
    assert terminal.errors.splitlines()[-2:] == [
        "Stopping. What has finished is kept; --thread t goes on from there.",
        "Stopped.",
    ]
    assert "Traceback" not in terminal.errors


def test_ctrl_c_at_a_pause_leaves_the_thread_waiting(
    terminal: Terminal, graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_answers: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(_Run, "next_line", press)
    file = input_file(graph.parent, topic="left")

    assert terminal("run", graph, "--thread", "t", "--break-before", "left", "--input", file)[-1]["type"] == "paused"

    assert terminal.code == STOPPED
    monkeypatch.undo()
    assert terminal("run", graph, "--thread", "t")[-1]["type"] == "finished"
