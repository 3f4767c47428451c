"""A graph for the pictures of rare looks: true and false, goto, a fan-out that fails in part, an error deep inside.

Used by ``rare_look_scenes`` only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from editor.pictures.screen_graphs import write_project

BROKEN, MENDED = 'PRICES[state["part"]]', 'PRICES.get(state["part"], 60)'
"""What lets two of the six estimates fail; ``change_nodes(graph, BROKEN, MENDED)`` mends them."""

CLAIM_NODES = '''
"""Settles a claim: each broken part is estimated by itself, an expert is asked, the money is booked."""

import operator
import time
from typing import Annotated, TypedDict

from langgraph.types import Command, Send, interrupt


class State(TypedDict, total=False):
    claim: str
    parts: list[str]
    costs: Annotated[list[int], operator.add]
    verdict: str
    paid: int


class Part(TypedDict):
    part: str


class Settling(TypedDict, total=False):
    claim: str
    verdict: str
    paid: int


PRICES = {"door": 820, "lamp": 140, "mirror": 95, "tyre": 110}


def read_claim(state: State) -> State:
    time.sleep(0.1)
    return {"parts": [part.strip() for part in state["claim"].split(",")]}


def is_complete(state: State) -> list[Send] | str:
    return [Send("estimate", {"part": part}) for part in state["parts"]] or "false"


def estimate(state: Part) -> State:
    time.sleep(0.05 * len(state["part"]))
    return {"costs": [PRICES[state["part"]]]}


def decide(state: State) -> Command:
    is_dear = sum(state["costs"]) > 1_000
    return Command(goto="ask_expert" if is_dear else "settle", update={"verdict": "pay"})


def ask_expert(state: State) -> State:
    return {"verdict": interrupt({"question": "What do we pay?", "estimated": sum(state["costs"])})}


def book(state: Settling) -> Settling:
    time.sleep(0.15)
    return {"paid": 655 if state["verdict"] == "half" else 1_310}


def notify(state: Settling) -> Settling:
    address = {"anna": "anna@example.org"}
    return {"claim": f"sent to {address['bert']}"}


def return_it(state: State) -> State:
    return {"paid": 0}
'''


def claim(place: Path) -> Path:
    """Its subgraph ``settle`` fails in ``notify``; until it is mended, two of six estimates fail before that."""
    functions = ("read_claim", "estimate", "decide", "ask_expert", "return_it")
    nodes: dict[str, dict[str, Any]] = {name: {"fn": f"nodes:{name}"} for name in functions}
    nodes["decide"]["destinations"] = ["ask_expert", "settle"]
    nodes["settle"] = {
        "graph": {
            "state": "nodes:Settling",
            "nodes": {"book": {"fn": "nodes:book"}, "notify": {"fn": "nodes:notify"}},
            "edges": [
                {"from": "__start__", "to": "book"},
                {"from": "book", "to": "notify"},
                {"from": "notify", "to": "__end__"},
            ],
        }
    }
    by_verdict = [
        {"label": "all", "when": "verdict == 'pay'", "to": "settle"},
        {"label": "half", "when": "verdict == 'half'", "to": "settle"},
        {"label": "else", "to": "return_it"},
    ]
    return write_project(
        place / "claim",
        CLAIM_NODES,
        {
            "nodes": nodes,
            "edges": [
                {"from": "__start__", "to": "read_claim"},
                {"from": "estimate", "to": "decide"},
                {"from": "settle", "to": "__end__"},
                {"from": "return_it", "to": "__end__"},
            ],
            "routers": {
                "read_claim": {"fn": "nodes:is_complete", "branches": {"true": "estimate", "false": "return_it"}},
                "ask_expert": {"branches": by_verdict},
            },
        },
        {"claim": "door, lamp, bumper, mirror, window, tyre"},
        {
            "__start__": [0, 74],
            "read_claim": [112, 62],
            "estimate": [468, 0],
            "decide": [692, 0],
            "ask_expert": [780, 152],
            "settle": [1112, 104],
            "return_it": [1112, 228],
            "__end__": [1344, 178],
        },
    )
