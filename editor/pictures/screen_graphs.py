"""Graphs that only the pictures of ``screens`` need, written as real files: one that fails, a long one, a slow one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from editor.app.templates import all_templates, create_project
from editor.app.wiring import EXAMPLE


def support_router(place: Path) -> Path:
    """A copy of the example."""
    folder = place / "support_router"
    shutil.copytree(EXAMPLE.parent, folder, ignore=shutil.ignore_patterns(".stepgraph", "__pycache__"))
    return folder / EXAMPLE.name


def from_template(place: Path, template: str) -> Path:
    return create_project(next(each for each in all_templates() if each.name == template), place, template)


def change_nodes(graph: Path, old: str, new: str) -> None:
    """Another text in the module beside the graph."""
    nodes = graph.with_name("nodes.py")
    text = nodes.read_text(encoding="utf-8")
    assert old in text, f"{nodes} has {old!r}"
    nodes.write_text(text.replace(old, new), encoding="utf-8")


REPORT_NODES = '''
"""Two sources are asked at once; the report is written when both have answered."""

import operator
from typing import Annotated, TypedDict


class State(TypedDict, total=False):
    city: str
    facts: Annotated[list[str], operator.add]
    report: str


PEOPLE = {"Bergen": 291_000, "Oslo": 717_000}


def ask_weather(state: State) -> State:
    return {"facts": ["It rains on 240 days of the year."]}


def ask_people(state: State) -> State:
    city = state["city"]
    people = PEOPLE[city.upper()]
    return {"facts": [f"{people:,} people live there."]}


def write_report(state: State) -> State:
    return {"report": " ".join(state["facts"])}
'''


def city_report(place: Path) -> Path:
    """Of its two parallel nodes one fails; ``change_nodes(graph, "city.upper()", "city")`` mends it."""
    return write_project(
        place / "city_report",
        REPORT_NODES,
        {
            "nodes": {name: {"fn": f"nodes:{name}"} for name in ("ask_people", "ask_weather", "write_report")},
            "edges": [
                {"from": "__start__", "to": "ask_people"},
                {"from": "__start__", "to": "ask_weather"},
                {"from": ["ask_people", "ask_weather"], "to": "write_report"},
                {"from": "write_report", "to": "__end__"},
            ],
        },
        {"city": "Bergen"},
        {
            "__start__": [0, 74],
            "ask_people": [136, 0],
            "ask_weather": [136, 124],
            "write_report": [400, 62],
            "__end__": [660, 74],
        },
    )


LEDGER_STEPS, WRONG_AT = 5_000, 3_217
LEDGER_NODES = f'''
"""Books payments, one a step. In one of them the owner of the account becomes somebody else."""

from typing import TypedDict


class State(TypedDict, total=False):
    owner: str
    booked: int


def book(state: State) -> State:
    booked = state.get("booked", 0) + 1
    return {{"booked": booked, "owner": "mallory"}} if booked == {WRONG_AT} else {{"booked": booked}}


def more(state: State) -> str:
    return "more" if state["booked"] < {LEDGER_STEPS} else "done"
'''


def ledger(place: Path) -> Path:
    """5,000 steps, and a wrong value in one of them."""
    return write_project(
        place / "ledger",
        LEDGER_NODES,
        {
            "nodes": {"book": {"fn": "nodes:book"}},
            "edges": [{"from": "__start__", "to": "book"}],
            "routers": {"book": {"fn": "nodes:more", "branches": {"done": "__end__", "more": "book"}}},
            "recursion_limit": 10_000,
        },
        {"owner": "ada", "booked": 0},
        {"__start__": [0, 12], "book": [136, 0], "__end__": [480, 12]},
    )


def write_project(
    folder: Path, nodes: str, graph: dict[str, Any], given: dict[str, Any], places: dict[str, list[int]]
) -> Path:
    """A graph with its module, its places and one input."""
    (folder / "inputs").mkdir(parents=True)
    (folder / "nodes.py").write_text(nodes.lstrip(), encoding="utf-8")
    (folder / "inputs" / "start.json").write_text(json.dumps(given), encoding="utf-8")
    path = folder / f"{folder.name}.graph.json"
    head = {"format": "stategraph", "format_version": "1.0", "name": folder.name, "state": "nodes:State"}
    path.write_text(json.dumps({**head, **graph}), encoding="utf-8")
    layout = {"format": "stategraph-layout", "format_version": "1.0", "nodes": places}
    path.with_name(f"{folder.name}.layout.json").write_text(json.dumps(layout), encoding="utf-8")
    return path
