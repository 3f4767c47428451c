"""Graphs for the pictures of looks that the bundled ones do not have: tokens, cached results, tries, disabled."""

from __future__ import annotations

from pathlib import Path

from editor.pictures.screen_graphs import write_project

REVIEW_NODES = '''
"""Reviews a change twice. The model is a stand-in; what it says of its tokens has the shape that models have."""

import operator
import time
from typing import Annotated, TypedDict


class State(TypedDict, total=False):
    change: str
    rules: list[str]
    messages: Annotated[list[dict], operator.add]
    round: int


def ask_model(text: str, given: int, made: int, seconds: float) -> dict:
    time.sleep(seconds)
    usage = {"input_tokens": given, "output_tokens": made, "cost_usd": given * 3e-6 + made * 15e-6}
    return {"role": "ai", "content": text, "usage_metadata": usage}


def read_rules(state: State) -> State:
    time.sleep(0.3)
    return {"rules": ["names are words", "errors are caught"]}


def spelling(state: State) -> State:
    return {}


def review_safety(state: State) -> State:
    return {"messages": [ask_model("The file is never closed.", 1180, 64, 0.6)]}


def review_style(state: State) -> State:
    return {"messages": [ask_model("Rename x.", 940, 31, 0.4)]}


def sum_up(state: State) -> State:
    answer = ask_model("Two remarks.", 412, 120, 0.2)
    return {"messages": [answer], "round": state.get("round", 0) + 1}


def again(state: State) -> str:
    return "again" if state["round"] < 2 else "done"
'''


def code_review(place: Path) -> Path:
    """Two rounds; in the second the rules come from the cache. One node is disabled, another is never reached."""
    names = ("read_rules", "review_safety", "review_style", "spelling", "sum_up")
    nodes: dict[str, dict[str, object]] = {name: {"fn": f"nodes:{name}"} for name in names}
    nodes["read_rules"]["cache"] = {"key": "nodes:_rules_key"}
    nodes["spelling"]["disabled"] = True
    parallel = list(names[1:4])
    return write_project(
        place / "code_review",
        REVIEW_NODES + '\n\ndef _rules_key(state: State) -> str:\n    return "rules"\n',
        {
            "nodes": nodes,
            "edges": [
                {"from": "__start__", "to": "read_rules"},
                *({"from": "read_rules", "to": name} for name in parallel),
                {"from": parallel, "to": "sum_up"},
            ],
            "routers": {"sum_up": {"fn": "nodes:again", "branches": {"again": "read_rules", "done": "__end__"}}},
        },
        {"change": "x = open(path).read()"},
        {
            "__start__": [0, 136],
            "read_rules": [136, 124],
            "review_safety": [400, 0],
            "review_style": [400, 124],
            "spelling": [400, 248],
            "sum_up": [664, 124],
            "__end__": [1010, 136],
        },
    )


FLAKY_NODES = '''
"""A service that is busy at first; the node may try three times."""

import time
from typing import TypedDict


class State(TypedDict, total=False):
    city: str
    forecast: str


TRIES = []


def find_city(state: State) -> State:
    return {"city": state["city"].title()}


def ask_service(state: State) -> State:
    TRIES.append(1)
    if len(TRIES) == 1:
        raise ConnectionError("The service is busy.")
    time.sleep(60)
    return {"forecast": "rain"}
'''


def forecast(place: Path) -> Path:
    """Its second node fails at once, and tries again for a minute."""
    retry = {"max_attempts": 3, "initial_interval": 0.01, "jitter": False}
    return write_project(
        place / "forecast",
        FLAKY_NODES,
        {
            "nodes": {
                "find_city": {"fn": "nodes:find_city"},
                "ask_service": {"fn": "nodes:ask_service", "retry": retry},
            },
            "edges": [
                {"from": "__start__", "to": "find_city"},
                {"from": "find_city", "to": "ask_service"},
                {"from": "ask_service", "to": "__end__"},
            ],
        },
        {"city": "bergen"},
        {"__start__": [0, 12], "find_city": [136, 0], "ask_service": [400, 0], "__end__": [660, 12]},
    )
