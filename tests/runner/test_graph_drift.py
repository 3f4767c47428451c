"""A graph or its code changed under a waiting thread: never silently finished, always explained, with ways on."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from engine.graph.graph_file import format_graph, parse_graph
from engine.graph.spec import EdgeSpec, GraphSpec, NodeSpec
from engine.runner import requests
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.graph_drift import code_digests, code_files, drift, texts_of
from engine.runner.run_events import (
    CheckpointSaved,
    GraphDrifted,
    MissingNode,
    RunFailed,
    RunFinished,
    RunPaused,
    ThreadOpened,
)
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph
from tests.runner.talk import Talk, talk

SENDING = """{
  "format": "stategraph", "format_version": "1.0", "name": "sending", "state": "STATE:State",
  "nodes": {"plan": {"fn": "NODES:plan"}, "work": {"fn": "NODES:work"}},
  "edges": [{"from": "__start__", "to": "plan"}],
  "routers": {"plan": {"fn": "NODES:out", "branches": {"work": "work"}}}
}"""
SENDING_NODES = """
from ENGINE import Send

def plan(state):
    return {"log": ["plan"]}

def out(state):
    return [Send("work", {"topic": "one"}), Send("work", {"topic": "two"})]

def work(state):
    return {"log": [state["topic"]]}
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.fixture
def path(tmp_path: Path, kit: EngineKit) -> Path:
    return write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit)


def changed(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def renamed_left(path: Path) -> None:
    changed(path, ('"left": {"fn"', '"sinister": {"fn"'), ('"from": "left"', '"from": "sinister"'),
            ('"left": "left"', '"left": "sinister"'))  # fmt: skip


def drifts(drive: Drive) -> list[GraphDrifted]:
    return [event for event in drive.told if isinstance(event, GraphDrifted)]


def head(drive: Drive) -> Any:
    return [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)][-1]


def paused_before(path: Path, kit: EngineKit, topic: str) -> Drive:
    drive = Drive(path, kit)
    drive.driver.run({"topic": topic}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    assert isinstance(drive.last(), RunPaused)
    return drive


def test_a_renamed_node_is_named_with_its_likely_new_name_and_nothing_runs(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "left")
    renamed_left(path)
    other = drive.again(path)

    other.driver.go_on("t", stepping=False)

    told = drifts(other)[-1]
    assert told.missing == (MissingNode("left", "sinister"),)
    assert told.changes[:2] == ("Removed: left", "Added: sinister")
    assert told.has_old
    assert isinstance(other.last(), RunFailed)
    assert other.last().error.kind == "GraphChangedError"
    assert other.snapshot().values["log"] == ["classify"]


def test_one_of_two_that_are_due_is_gone_and_the_other_does_not_run_alone(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "both")
    renamed_left(path)
    other = drive.again(path)

    other.driver.go_on("t", stepping=False)

    assert isinstance(other.last(), RunFailed)
    assert other.snapshot().values["log"] == ["classify"]


def test_a_renamed_node_is_mapped_and_the_run_goes_on_to_its_end(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "both")
    renamed_left(path)
    other = drive.again(path)

    other.driver.go_on("t", stepping=True, renamed={"left": "sinister"})
    assert isinstance(other.last(), RunPaused)
    assert head(other).ran == ("right", "sinister")
    other.driver.go_on("t", stepping=False)

    assert isinstance(other.last(), RunFinished)
    assert sorted(other.snapshot().values["log"]) == ["classify", "finish", "left", "right"]


def test_tasks_that_were_sent_are_mapped_with_what_was_sent(tmp_path: Path, kit: EngineKit) -> None:
    path = write_graph(tmp_path, SENDING, SENDING_NODES, kit)
    drive = paused_before(path, kit, "")
    changed(path, ('"work": {"fn"', '"labour": {"fn"'), ('"work": "work"', '"work": "labour"'))
    other = drive.again(path)

    other.driver.go_on("t", stepping=False, renamed={"work": "labour"})

    assert isinstance(other.last(), RunFinished)
    assert sorted(other.snapshot().values["log"]) == ["one", "plan", "two"]


def test_what_ran_last_decides_again_on_the_graph_as_it_is_now(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "left")
    renamed_left(path)
    other = drive.again(path)
    decision = other.driver.decision("t", head(drive).id, "", "", "")

    assert other.driver.preview_branch(decision) == {"next": ["sinister"], "was": ["left"], "error": None}
    other.driver.branch(decision)
    other.driver.go_on("t", stepping=False)

    assert isinstance(other.last(), RunFinished)
    assert other.snapshot().values["log"] == ["classify", "left", "finish"]


def test_a_thread_that_goes_on_belongs_to_the_graph_as_it_is_now(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "right")
    renamed_left(path)
    other = drive.again(path)
    other.driver.go_on("t", stepping=True)
    assert drifts(other)[0].missing == ()

    assert other.driver.version.drift("t", ()) is None
    assert other.driver._history.graph_of("t")[0] == format_graph(other.hosted.spec)


def test_other_code_is_told_by_the_name_of_its_file(path: Path, kit: EngineKit) -> None:
    drive = paused_before(path, kit, "left")
    module = next(path.parent.glob("nodes_*.py"))
    module.write_text(module.read_text() + "\n# mended\n")

    again = drive.again(path)

    assert again.driver.version.drift("t", ("left",)) == GraphDrifted("t", (), (), (module.name,), True)


GRAPH = GraphSpec(
    nodes={"a": NodeSpec("n:a"), "b": NodeSpec("n:b"), "c": NodeSpec("n:c")},
    edges=(EdgeSpec("a", "b"), EdgeSpec("b", "c")),
)


def compared(now: GraphSpec, *pending: str) -> GraphDrifted | None:
    return drift("t", format_graph(GRAPH), {}, now, {}, pending)


def test_a_graph_that_is_the_same_but_for_the_order_of_its_edges_has_not_drifted() -> None:
    assert compared(GraphSpec(nodes=GRAPH.nodes, edges=GRAPH.edges[::-1]), "b") is None


def test_a_node_with_another_function_in_the_same_place_is_the_likely_one() -> None:
    nodes = {"a": NodeSpec("n:a"), "x": NodeSpec("n:x"), "y": NodeSpec("n:y"), "c": NodeSpec("n:c")}
    told = compared(GraphSpec(nodes=nodes, edges=(EdgeSpec("a", "x"), EdgeSpec("x", "c"))), "b")

    assert told is not None
    assert told.missing == (MissingNode("b", "x"),)


def test_without_the_old_version_only_missing_nodes_are_told() -> None:
    assert drift("t", None, {}, GRAPH, {}, ("a",)) is None
    assert drift("t", None, {}, GRAPH, {}, ("bb",)) == GraphDrifted("t", (MissingNode("bb", "b"),))


def test_the_modules_of_all_functions_have_a_digest(tmp_path: Path) -> None:
    (tmp_path / "n.py").write_text("x = 1")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "s.py").write_text("y = 1")
    graph = GraphSpec(state="app.s:State", nodes={"a": NodeSpec("n:a"), "b": NodeSpec("json:dumps")})

    before = code_digests(graph, tmp_path)
    (tmp_path / "n.py").write_text("x = 2")

    assert list(before) == ["app/s.py", "n.py"]
    assert {name for name, digest in code_digests(graph, tmp_path).items() if digest != before[name]} == {"n.py"}


def test_a_runner_that_only_looks_tells_it_when_the_thread_is_opened(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "left"}, "t", stepping=True))
            await runner.until(RunPaused)
            runner.send(requests.GoOn("t", stepping=True))
            await runner.until(RunPaused)
        renamed_left(path)

        async with Talk(path, inspect_only=True) as looking:
            looking.send(requests.OpenThread("t"))
            await looking.until(ThreadOpened)
            told = await looking.until(GraphDrifted)
            assert told.missing == (MissingNode("left", "sinister"),)
            text = (await looking.ask(requests.ReadGraph("t"))).value
            assert "left" in parse_graph(text, where="").nodes

    talk(conversation)


def test_a_graph_that_cannot_be_loaded_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, "def classify(state:\n")

    async def conversation() -> None:
        async with Talk(path) as runner:
            refused = await runner.ask(requests.LoadGraph())
            assert refused.error is not None
            assert "SyntaxError" in refused.error

    talk(conversation)


def test_a_past_step_has_the_code_that_made_it(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
    module = next(tmp_path.glob("nodes_*.py"))
    old = module.read_text()

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "left"}, "t", stepping=True))
            first = await runner.until(RunPaused)
        new = old + "\n# another day\n"
        module.write_text(new)
        async with Talk(path) as runner:
            runner.send(requests.GoOn("t", stepping=True))
            second = await runner.until(RunPaused)
            for checkpoint, text in ((first.checkpoint_id, old), (second.checkpoint_id, new)):
                ran = (await runner.ask(requests.ReadCode("t", checkpoint or "", module.name))).value
                assert ran == {"digest": sha256(text.encode()).hexdigest(), "text": text}
            unknown = (await runner.ask(requests.ReadCode("t", first.checkpoint_id or "", "other.py"))).value
            assert unknown == {"digest": None, "text": None}

    talk(conversation)


def test_the_functions_of_subgraphs_belong_to_the_code(tmp_path: Path) -> None:
    (tmp_path / "inner.py").write_text("x = 1")
    graph = GraphSpec(nodes={"a": NodeSpec(graph=GraphSpec(nodes={"b": NodeSpec("inner:b")}))})

    assert list(code_files(graph, tmp_path)) == ["inner.py"]


def test_what_is_no_text_is_not_kept() -> None:
    assert texts_of({"a.py": b"x = 1", "b.py": b"x = \xff"}) == {"a.py": "x = 1"}
