"""A state nested 10,000 levels deep: run, looked at, compared, searched, watched, and edited beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.engine_kit import kit_named
from engine.runner.look_requests import StepToSearch, StepToWatch
from engine.runner.reads import Reader
from engine.runner.run_database import open_database
from engine.runner.run_events import RunFailed, RunFinished, RunPaused, RunWaiting
from engine.runner.run_history import RunHistory
from engine.store.run_facts import RunFacts
from tests.runner.small_graphs import Drive, write_graph
from tests.serialization.deep import DEEP, equal, nested

STATE = """
from typing import Any, TypedDict

class State(TypedDict, total=False):
    name: str
    lists: Any
    dicts: Any
"""

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "deep", "state": "STATE:State",
  "nodes": {
    "ask": {"fn": "NODES:ask"}, "change": {"fn": "NODES:change"}, "dig": {"fn": "NODES:dig"},
    "one": {"fn": "NODES:write"}, "other": {"fn": "NODES:write"}, "sink": {"fn": "NODES:sink"}
  },
  "edges": [
    {"from": "__start__", "to": "dig"}, {"from": "dig", "to": "change"}, {"from": "change", "to": "ask"},
    {"from": "one", "to": "__end__"}, {"from": "other", "to": "__end__"}, {"from": "sink", "to": "__end__"}
  ],
  "routers": {"ask": {"fn": "NODES:next", "branches": {
    "end": "__end__", "one": "one", "other": "other", "sink": "sink"
  }}}
}"""

NODES = """
from ENGINE import interrupt

def nested(wrap, core):
    for _ in range(10_000):
        core = wrap(core)
    return core

def dig(state):
    return {"lists": nested(lambda v: [v], "needle"), "dicts": nested(lambda v: {"k": v}, 1)}

def change(state):
    return {"dicts": nested(lambda v: {"k": v}, 2)}

def ask(state):
    return {"name": interrupt({"deep": state["lists"]})}

def next(state):
    return ["one", "other"] if state["name"] == "both" else state["name"]

def write(state):
    return {"lists": state["lists"]}

def sink(state):
    raise ValueError("too deep for me", state["lists"])
"""


class Deep:
    """A run that waits for an answer, in a file, with a reader on it."""

    def __init__(self, folder: Path, resources: ExitStack) -> None:
        kit = kit_named("stepgraph")
        self.path = write_graph(folder, GRAPH, NODES, kit, STATE)
        saver, _history = open_database(self.path, kit.name, resources)
        facts = RunFacts(folder / "facts.sqlite")
        resources.callback(facts.close)
        self.drive = Drive(self.path, kit, saver, facts)
        self.reader = Reader(saver, RunHistory(facts), lambda event: None)
        self.drive.driver.run({"name": "x"}, "t", stepping=False)
        self.asked = self.drive.last()
        kept = list(saver.list({"configurable": {"thread_id": "t"}}))
        self.changed, self.dug, *_ = (each.config["configurable"]["checkpoint_id"] for each in kept)

    def answer(self, reply: str) -> Any:
        self.drive.driver.answer("t", {self.asked.questions[0].id: reply}, stepping=False)
        return self.drive.last()

    def values(self, checkpoint_id: str) -> Any:
        return self.drive.graph.get_state({"configurable": {"thread_id": "t", "checkpoint_id": checkpoint_id}}).values


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Deep]:
    with ExitStack() as resources:
        yield Deep(tmp_path, resources)


LISTS = nested(lambda value: [value], core="needle")


def dicts(core: int) -> Any:
    return nested(lambda value: {"k": value}, core=core)


def test_a_run_goes_on_and_its_state_is_what_the_nodes_returned(deep: Deep) -> None:
    assert isinstance(deep.asked, RunWaiting)
    assert deep.asked.questions[0].value == "{'deep': [[[…]]]}"
    assert equal(deep.values(deep.dug), {"name": "x", "lists": LISTS, "dicts": dicts(1)})
    assert isinstance(deep.answer("end"), RunFinished)
    assert equal(deep.drive.snapshot().values, {"name": "end", "lists": LISTS, "dicts": dicts(2)})


def test_the_state_is_shown_in_bounded_pictures_down_to_the_last_level(deep: Deep) -> None:
    top = deep.reader.read_state("t", deep.dug, (), 0, 100)
    last = deep.reader.read_state("t", deep.dug, ["lists", *[0] * (DEEP - 1)], 0, 100)

    assert [item["key"] for item in top["items"]] == ["name", "lists", "dicts"]
    assert len(json.dumps(top)) < 20_000
    assert last["json"] == ["needle"]
    assert last["items"][0]["node"]["json"] == "needle"
    assert len(json.dumps(last)) < 300_000


def test_a_difference_at_the_last_level_is_found_and_told_with_its_place(deep: Deep) -> None:
    told = deep.reader.read_diff("t", deep.dug, deep.changed)

    changed = [entry for entry in told["keys"] if entry["kind"] == "changed"]
    assert [(entry["key"], entry["summary"], entry["more"]) for entry in changed] == [("dicts", "~1", 0)]
    (change,) = changed[0]["changes"]
    assert change["path"] == ["k"] * DEEP
    assert (change["before"]["json"], change["after"]["json"]) == (1, 2)


def test_a_text_at_the_last_level_is_found(deep: Deep) -> None:
    steps = [StepToSearch(deep.dug, None, ("lists", "dicts"))]

    (hit,) = deep.reader.search_states("t", steps, "needle", is_whole=False)["hits"]

    assert hit["path"] == ["lists", *[0] * DEEP]


def test_a_watch_of_a_deep_value_is_one_line_and_a_comparison_says_why_not(deep: Deep) -> None:
    told = deep.reader.watch_states(
        "t", [StepToWatch(deep.dug, 1, "dig")], ["lists", "lists == [lists[0]]", "str(lists)"]
    )

    line, comparison, text = told["rows"][0]
    assert (line["text"], line["size"], line["error"]) == ("[[[[…]]]]", 1, "")
    assert "RecursionError" in comparison["error"] or comparison["text"] == "True"
    assert "RecursionError" in text["error"] or text["text"]


def test_a_breakpoint_on_a_deep_key_holds_where_it_changes_and_not_where_it_is_written_again(deep: Deep) -> None:
    deep.drive.driver.watch.breakpoints = (
        Breakpoint("1", Where.KEY, key="dicts"),
        Breakpoint("2", Where.KEY, key="lists"),
    )

    deep.drive.driver.run({"name": "x"}, "u", stepping=False)
    first = deep.drive.last()
    deep.drive.driver.go_on("u", stepping=False)
    second = deep.drive.last()

    assert isinstance(first, RunPaused)
    assert "key 'lists'" in first.reason
    assert isinstance(second, RunPaused)
    assert second.reason.startswith("breakpoint on key 'dicts' (was {'k': {'k': {'k': {…}}}}, became")
    assert isinstance(deep.answer("one"), RunFinished)


def test_another_key_is_edited_beside_it(deep: Deep) -> None:
    preview = deep.drive.preview(deep.dug, {"name": "edited"}, "dig")
    deep.drive.branch(deep.dug, {"name": "edited"}, "dig")

    assert preview["next"] == ["change"]
    assert equal(deep.drive.snapshot().values, {"name": "edited", "lists": LISTS, "dicts": dicts(1)})


def test_an_error_that_carries_a_deep_value_is_told(deep: Deep) -> None:
    failed = deep.answer("sink")

    assert isinstance(failed, RunFailed)
    assert failed.error.kind == "ValueError"
