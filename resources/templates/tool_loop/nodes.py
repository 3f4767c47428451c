"""A tool loop: the model asks for a tool, sees what it gives, and goes on until it can answer.

The model here is a few rules, so that the graph runs without a network. ``next_call`` is the place for a real one.
"""

from __future__ import annotations

import operator
import re
from typing import Annotated, Any, Literal, TypedDict

MOST_CALLS = 5

PRICES = {"apple": 3, "bread": 4, "cheese": 7}


class State(TypedDict, total=False):
    question: str
    call: dict[str, Any]
    """The tool to call next and its arguments; empty once there is an answer."""
    results: Annotated[list[dict[str, Any]], operator.add]
    answer: str


def think(state: State) -> State:
    """Ask for a tool, or answer."""
    results = state.get("results", [])
    call = next_call(state["question"], results)
    if call:
        return {"call": call}
    total = next((result["value"] for result in results if result["tool"] == "add"), None)
    return {"call": {}, "answer": "I know no price of that." if total is None else f"That makes {total} euros."}


def use_tool(state: State) -> State:
    call = state["call"]
    value = TOOLS[call["tool"]](*call["arguments"])
    print(f"{call['tool']}{tuple(call['arguments'])} = {value}")
    return {"results": [{**call, "value": value}]}


def give_up(state: State) -> State:
    return {"answer": f"I have not found out with {MOST_CALLS} calls."}


def by_need(state: State) -> Literal["call", "done", "limit"]:
    if not state["call"]:
        return "done"
    return "call" if len(state.get("results", [])) < MOST_CALLS else "limit"


def next_call(question: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    """First the price of each thing in the question, then their sum."""
    things = [word for word in re.findall(r"[a-z]+", question.lower()) if word in PRICES]
    asked = [result["arguments"][0] for result in results if result["tool"] == "price"]
    if missing := things[len(asked) :]:
        return {"tool": "price", "arguments": [missing[0]]}
    if things and not any(result["tool"] == "add" for result in results):
        return {"tool": "add", "arguments": [result["value"] for result in results]}
    return {}


def price(thing: str) -> int:
    return PRICES[thing]


def add(*numbers: int) -> int:
    return sum(numbers)


TOOLS = {"price": price, "add": add}
