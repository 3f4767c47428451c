"""What nodes write is there afterwards: in another process, by step, and after a kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.runner import requests
from engine.runner.output_keeper import OutputKeeper
from engine.runner.run_events import (
    CheckpointSaved,
    OutputLine,
    OutputReceived,
    RunFinished,
    RunStarted,
    TaskChanged,
    TaskFacts,
    ThreadOpened,
)
from engine.store.output_rows import LineBatch, OutputRows
from engine.store.sqlite_file import SqliteFile
from engine.store.store_errors import StoreWriteError
from tests.runner.small_graphs import write_graph
from tests.runner.talk import Talk, talk

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "talks", "state": "STATE:State",
  "nodes": {"one": {"fn": "NODES:one"}, "two": {"fn": "NODES:two"}},
  "edges": [{"from": "__start__", "to": "one"}, {"from": "one", "to": "two"}, {"from": "two", "to": "__end__"}]
}"""

NODES = """
import logging, sys, time

def one(state):
    print("one says", state["topic"])
    print("to stderr", file=sys.stderr)
    return {"log": ["one"]}

def two(state):
    logging.getLogger("two").warning("careful")
    print("two begins")
    while state["topic"] == "endless":
        time.sleep(0.01)
    return {"log": ["two"]}
"""


def told(reply: Any) -> list[tuple[str, str, str]]:
    return [(line["node"], line["stream"], line["text"]) for line in reply.value["lines"]]


ONE = [("one", "stdout", "one says tea"), ("one", "stderr", "to stderr")]
TWO = [("two", "log", "WARNING two: careful"), ("two", "stdout", "two begins")]


def test_another_process_reads_what_a_run_wrote_by_thread_task_and_checkpoint(tmp_path: Path) -> None:
    path = write_graph(tmp_path, GRAPH, NODES)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "tea"}, "t"))
            await runner.until(RunFinished)
            assert told(await runner.ask(requests.ReadOutput("t"))) == ONE + TWO
        async with Talk(path, inspect_only=True) as inspector:
            assert told(await inspector.ask(requests.ReadOutput("t"))) == ONE + TWO
            inspector.send(requests.OpenThread("t"))
            rows = (await inspector.until(ThreadOpened)).checkpoints
            after_one = next(row for row in rows if row.ran == ("one",))
            (task,) = after_one.tasks
            assert told(await inspector.ask(requests.ReadOutput("t", task_ids=(task.id,)))) == TWO
            assert told(await inspector.ask(requests.ReadOutput("t", checkpoint_id=after_one.parent_id))) == ONE
            assert told(await inspector.ask(requests.ReadOutput("t", limit=1))) == TWO[-1:]
            assert (await inspector.ask(requests.ReadOutput("nobody"))).value == {"lines": [], "dropped": 0}

    talk(conversation)


def test_what_a_killed_node_wrote_half_a_second_before_is_kept(tmp_path: Path) -> None:
    path = write_graph(tmp_path, GRAPH, NODES)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "endless"}, "t"))
            await runner.until_printed("two begins")
            async with Talk(path, inspect_only=True) as inspector:  # the other process waits until it is written
                reply = await inspector.ask(requests.ReadOutput("t"))
                while reply.error is None and len(reply.value["lines"]) < 4:
                    reply = await inspector.ask(requests.ReadOutput("t"))
                assert reply.error is None, reply.error
                assert [each[2] for each in told(reply)] == ["one says endless", "to stderr", *(t[2] for t in TWO)]
            assert any(isinstance(event, CheckpointSaved) for event in runner.told)
            runner.client.kill()
        async with Talk(path, inspect_only=True) as inspector:
            assert len(told(await inspector.ask(requests.ReadOutput("t")))) == 4

    talk(conversation)


class Full(OutputRows):
    """On a disk that is full until it is told otherwise."""

    is_full = True

    def add(self, batches: Any) -> None:
        if self.is_full:
            raise StoreWriteError("disk full")
        super().add(batches)


def heard(keeper: OutputKeeper, *texts: str, dropped: int = 0) -> None:
    keeper.hear(OutputReceived(tuple(OutputLine(text, "stdout", "n", 1, "task") for text in texts), dropped))


def test_a_full_disk_delays_output_and_fails_nothing(tmp_path: Path) -> None:
    rows, keeper = Full(SqliteFile(tmp_path / "runs.sqlite")), OutputKeeper()
    keeper.open(rows)
    heard(keeper, "before any thread")
    keeper.hear(RunStarted("t"))
    keeper.hear(TaskChanged("t", "c1", TaskFacts("task", "n")))
    heard(keeper, "1")
    keeper.write()
    heard(keeper, "2", dropped=3)
    keeper.write()

    rows.is_full = False
    keeper.write()
    keeper.write()

    found: list[LineBatch] = rows.batches("t")
    assert [(each.checkpoint_id, [line.text for line in each.lines]) for each in found] == [("c1", ["1", "2"])]
    assert rows.read("t").dropped == 3
