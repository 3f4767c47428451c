"""Every pause of a run, every node of its graph removed or renamed there: a run never ends as if it had finished.

The oracle is the list of nodes that a run without changes goes through: if it waits for the changed node, nothing runs
and the change is told; if not, the run ends as it would have.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import GraphDrifted, RunFailed, RunFinished, RunPaused
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph
from tests.runner.talk import Talk, talk
from tests.torture.test_hung_nodes import hung_graph

pytestmark = pytest.mark.torture

WAY = ("classify", "left", "right", "finish")
STEPS = (("classify",), ("left", "right"), ("finish",))


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def renamed(path: Path, node: str) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in ((f'"{node}": {{"fn"', '"other": {"fn"'), (f'"from": "{node}"', '"from": "other"'),
                     (f'"to": "{node}"', '"to": "other"'), (f'"{node}": "{node}"', f'"{node}": "other"'),
                     (f'"routers": {{"{node}"', '"routers": {"other"')):  # fmt: skip
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("node", WAY)
@pytest.mark.parametrize("pause", range(len(STEPS)))
def test_a_renamed_node_is_told_where_it_is_due_and_nowhere_else(
    tmp_path: Path, kit: EngineKit, pause: int, node: str
) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit)
    drive = Drive(path, kit)
    drive.driver.run({"topic": "both"}, "t", stepping=True)
    for _ in range(pause):
        drive.driver.go_on("t", stepping=True)
    assert isinstance(drive.last(), RunPaused)
    before = drive.snapshot().values.get("log", [])
    renamed(path, node)
    other = drive.again(path)

    other.driver.go_on("t", stepping=False)

    if node in STEPS[pause]:
        assert isinstance(other.last(), RunFailed)
        assert other.last().error.kind == "GraphChangedError"
        assert any(each.node == node for event in other.told if isinstance(event, GraphDrifted)
                   for each in event.missing)  # fmt: skip
        assert other.snapshot().values.get("log", []) == before
        other.driver.go_on("t", stepping=False, renamed={node: "other"})
    assert isinstance(other.last(), RunFinished)
    assert sorted(other.snapshot().values["log"]) == sorted(WAY)


def test_code_that_changed_while_the_run_waited_is_told_and_used(tmp_path: Path) -> None:
    path = hung_graph(tmp_path, "return {'log': ['old']}")

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({}, "t", stepping=True))
            await runner.until(RunPaused)
            runner.send(requests.GoOn("t", stepping=True))
            await runner.until(RunPaused)
        module = next(tmp_path.glob("nodes_*.py"))
        module.write_text(module.read_text().replace("'old'", "'new'"))

        async with Talk(path) as fresh:
            fresh.send(requests.GoOn("t"))
            drifted = await fresh.until(GraphDrifted)
            assert drifted.code == (module.name,)
            finished = await fresh.until(RunFinished)
            log = await fresh.ask(requests.ReadState("t", finished.checkpoint_id or "", ("log",)))
            assert log.value["json"] == ["first", "new"]

    talk(conversation)


LOG = "    log: Annotated[list, operator.add]\n"
STATE_CHANGES = {
    "a key less": ("    topic: str\n", "", ["first", "second"]),
    "another type": ("    topic: str\n", "    topic: int\n", ["first", "second"]),
    "a reducer less": (LOG, "    log: list\n", ["second"]),
    "another reducer": (LOG, "    log: Annotated[list, lambda old, new: new + old]\n", ["second", "first"]),
}


@pytest.mark.parametrize(("old", "new", "log"), STATE_CHANGES.values(), ids=STATE_CHANGES)
def test_a_state_class_that_changed_is_told_and_used(tmp_path: Path, old: str, new: str, log: list[str]) -> None:
    path = hung_graph(tmp_path, "return {'log': ['second']}")

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "x"}, "t", stepping=True))
            await runner.until(RunPaused)
            runner.send(requests.GoOn("t", stepping=True))
            await runner.until(RunPaused)
        module = next(tmp_path.glob("state_*.py"))
        text = module.read_text()
        assert old in text
        module.write_text(text.replace(old, new))

        async with Talk(path) as fresh:
            fresh.send(requests.GoOn("t"))
            drifted = await fresh.until(GraphDrifted)
            assert drifted.code == (module.name,)
            finished = await fresh.until(RunFinished)
            told = await fresh.ask(requests.ReadState("t", finished.checkpoint_id or "", ("log",)))
            assert told.value["json"] == log

    talk(conversation)
