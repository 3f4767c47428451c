"""Small graphs as real files in a folder, and what is needed to drive them in this process."""

from __future__ import annotations

import itertools
import textwrap
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.runner.branching import Change
from engine.runner.driver import Driver
from engine.runner.engine_kit import EngineKit
from engine.runner.host import HostedGraph, load_graph
from engine.runner.run_events import RunEvent
from engine.runner.run_history import RunHistory
from engine.store.branch_rows import BranchRows
from engine.store.sqlite_file import SqliteFile

_numbers = itertools.count()

STATE = """
import operator
from typing import Annotated, Any, TypedDict

class State(TypedDict, total=False):
    topic: str
    tries: int
    log: Annotated[list, operator.add]
"""

ASKING_GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "asking", "state": "STATE:State",
  "nodes": {
    "ask": {"fn": "NODES:ask"}, "classify": {"fn": "NODES:classify"}, "left": {"fn": "NODES:left"},
    "right": {"fn": "NODES:right"}, "finish": {"fn": "NODES:finish"}
  },
  "edges": [
    {"from": "__start__", "to": "classify"},
    {"from": "ask", "to": "finish"},
    {"from": "left", "to": "finish"},
    {"from": "right", "to": "finish"},
    {"from": "finish", "to": "__end__"}
  ],
  "routers": {"classify": {"fn": "NODES:by_topic", "branches": {"human": "ask", "left": "left", "right": "right"}}}
}"""

ASKING_NODES = """
from ENGINE import interrupt

def classify(state):
    print("classifying", state["topic"])
    return {"log": ["classify"]}

def by_topic(state):
    return ["left", "right"] if state["topic"] == "both" else state["topic"]

def left(state):
    return {"log": ["left"]}

def right(state):
    if state.get("tries", 0) < 0:
        raise ValueError("right is broken")
    return {"log": ["right"]}

def ask(state):
    reply = interrupt({"question": "why?"})
    return {"log": [f"ask {reply}"]}

def finish(state):
    return {"log": ["finish"]}
"""


@dataclass
class Fact:
    thread_id: str
    checkpoint_id: str | None
    kind: str
    data: Any


class FactsInMemory:
    """Run facts without a file."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.graphs: dict[str, str] = {}
        file = SqliteFile(":memory:")
        self.branches = BranchRows(file)
        weakref.finalize(self, file.close)  # Python 3.13 warns of a connection that nobody closed

    def record(self, thread_id: str, checkpoint_id: str | None, task_id: str | None, kind: str, data: Any) -> None:
        self.facts.append(Fact(thread_id, checkpoint_id, kind, data))

    def remember_graph(self, text: str) -> str:
        self.graphs[str(hash(text))] = text
        return str(hash(text))

    def remember_code(self, text: str) -> None:
        self.graphs[sha256(text.encode()).hexdigest()] = text

    def graph_text(self, digest: str) -> str | None:
        return self.graphs.get(digest)

    def newest(self, thread_id: str, kinds: Sequence[str]) -> Fact | None:
        return next(iter(self.read(thread_id, kinds)[::-1]), None)

    def read(
        self,
        thread_id: str,
        kinds: Sequence[str] | None = None,
        after: int | None = None,
        *,
        checkpoint_id: str | None = None,
        limit: int | None = None,
    ) -> list[Fact]:
        assert after is None and limit is None, "nobody numbers these"
        found = [fact for fact in self.facts if fact.thread_id == thread_id and (kinds is None or fact.kind in kinds)]
        return [fact for fact in found if checkpoint_id is None or fact.checkpoint_id == checkpoint_id]


def write_graph(folder: Path, graph: str, nodes: str, kit: EngineKit | None = None, state: str = STATE) -> Path:
    """The three files of a graph, with module names that no other test uses. Placeholders: NODES, STATE, ENGINE."""
    number = next(_numbers)
    names = {"NODES": f"nodes_{number}", "STATE": f"state_{number}"}
    names["ENGINE"] = "langgraph.types" if kit is not None and kit.name == "langgraph" else "engine"
    texts = {f"{names['NODES']}.py": nodes, f"{names['STATE']}.py": state, "small.graph.json": graph}
    for name, text in texts.items():
        for placeholder, value in names.items():
            text = text.replace(placeholder, value)
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    return folder / "small.graph.json"


class Drive:
    """A driver with its saver in memory and everything it told."""

    def __init__(self, graph_path: Path, kit: EngineKit, saver: Any = None, facts: FactsInMemory | None = None) -> None:
        self.kit = kit
        self.hosted: HostedGraph = load_graph(graph_path, kit)
        self.saver = kit.memory_saver() if saver is None else saver
        self.facts = facts or FactsInMemory()
        self.told: list[RunEvent] = []
        self.custom: list[str] = []
        self.driver = Driver(
            self.hosted,
            self.saver,
            RunHistory(self.facts),
            self.told.append,
            tell_custom=lambda text, origin: self.custom.append(text),
        )
        self.graph = self.hosted.compile(self.saver)

    def again(self, graph_path: Path) -> Drive:
        """A fresh process in spirit: same database, nothing remembered."""
        return Drive(graph_path, self.kit, self.saver, self.facts)

    def branch(self, checkpoint_id: str, values: dict[str, Any], as_node: str | None = None) -> None:
        self.driver.branch(Change("t", checkpoint_id, values, as_node))

    def preview(self, checkpoint_id: str, values: dict[str, Any], as_node: str | None = None) -> dict[str, Any]:
        return self.driver.preview_branch(Change("t", checkpoint_id, values, as_node))

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.told]

    def last(self) -> Any:
        return self.told[-1]

    def snapshot(self, thread_id: str = "t") -> Any:
        return self.graph.get_state({"configurable": {"thread_id": thread_id}})
