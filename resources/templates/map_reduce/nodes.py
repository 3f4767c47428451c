"""Map and reduce: the list is made while the graph runs, and each item gets a task of its own.

Runs on Stepgraph's own engine, which answers to ``langgraph``, too, and on LangGraph.
"""

from __future__ import annotations

import operator
from typing import Annotated, TypedDict, Union

from langgraph.types import Send


class State(TypedDict, total=False):
    wish: str
    items: list[str]
    lines: Annotated[list[str], operator.add]
    """Collects: every task adds one line."""
    answer: str


class Item(TypedDict):
    """What one task gets; it does not see the rest of the state."""

    item: str


def list_items(state: State) -> State:
    parts = state["wish"].replace(" and ", ",").split(",")
    return {"items": [part.strip() for part in parts if part.strip()]}


def one_task_each(state: State) -> Union[list[Send], str]:
    """One ``Send`` for each item; the label "none" if there is nothing to do."""
    return [Send("describe", {"item": item}) for item in state["items"]] or "none"


def describe(state: Item) -> State:
    item = state["item"]
    print(f"describing {item}")
    return {"lines": [f"{item}: {len(item)} letters"]}


def combine(state: State) -> State:
    """Runs once, when all tasks are through. The lines come in the order of the items."""
    return {"answer": "\n".join(state.get("lines", [])) or "There was nothing to describe."}
