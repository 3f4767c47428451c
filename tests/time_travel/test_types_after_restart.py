"""After a restart the classes that a graph's schemas name are made again; other values are data, and stay stored."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypedDict

from pydantic import BaseModel

from engine import START, StateGraph
from engine.serialization.data_record import DataRecord
from engine.store.sqlite_saver import SqliteSaver

CONFIG = {"configurable": {"thread_id": "1"}}


class Mood(Enum):
    GOOD = "good"


@dataclass
class Line:
    item: str
    price: float


class Order(BaseModel):
    lines: list[Line] = []
    mood: Mood = Mood.GOOD


@dataclass
class NotInTheSchema:
    x: int


class Inner(TypedDict):
    line: Line


class State(TypedDict, total=False):
    order: Order
    log: Annotated[list[tuple[Line, ...]], operator.add]
    anything: Any


def build(saver: SqliteSaver) -> Any:
    inner = StateGraph(Inner)
    inner.add_node("only", lambda state: {"line": Line("inner", 1.0)})
    inner.add_edge(START, "only")
    made = {
        "order": Order(lines=[Line("tea", 2.5)]),
        "log": [(Line("a", 1), Line("b", 2))],
        "anything": NotInTheSchema(7),
    }
    builder = StateGraph(State)
    builder.add_node("fill", lambda state: made)
    builder.add_node("child", inner.compile())
    builder.add_node("end", lambda state: {"log": [(Line("end", 0),)]})
    builder.add_edge(START, "fill")
    builder.add_edge("fill", "child")
    builder.add_edge("child", "end")
    return builder.compile(checkpointer=saver, interrupt_before=["end"])


def test_named_classes_come_back_and_others_are_data(tmp_path: Path) -> None:
    path = str(tmp_path / "runs.sqlite")
    with SqliteSaver.from_conn_string(path) as saver:
        build(saver).invoke({}, CONFIG)

    with SqliteSaver.from_conn_string(path) as saver:  # a new one knows nothing but the schemas
        graph = build(saver)
        waiting = graph.get_state(CONFIG).values
        result = graph.invoke(None, CONFIG)

    assert waiting["order"] == Order(lines=[Line("tea", 2.5)])
    assert waiting["log"] == [(Line("a", 1), Line("b", 2))]
    assert isinstance(waiting["anything"], DataRecord)
    assert waiting["anything"].x == 7
    assert result["log"][-1] == (Line("end", 0),)
    with SqliteSaver.from_conn_string(path) as saver:
        saver.store.types.add(NotInTheSchema)
        assert build(saver).get_state(CONFIG).values["anything"] == NotInTheSchema(7)
