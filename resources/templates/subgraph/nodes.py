"""A subgraph: packing is a small graph of its own, with a loop and with keys that the graph around it never sees."""

from __future__ import annotations

from typing import Literal, TypedDict

BOXES = {"letter box": 1, "shoe box": 3, "moving box": 8}
"""How many things each of them holds."""


class State(TypedDict, total=False):
    order: str
    things: list[str]
    box: str
    """The subgraph finds it: it has a key of the same name."""
    message: str


class Packing(TypedDict, total=False):
    """The state of the subgraph. Keys that both states have are handed in and back; the others stay inside."""

    things: list[str]
    box: str
    fits: bool


def read_order(state: State) -> State:
    things = [thing.strip() for thing in state["order"].split(",")]
    return {"things": [thing for thing in things if thing]}


def take_box(state: Packing) -> Packing:
    """The smallest one first, then the next larger one."""
    names = list(BOXES)
    tried = names.index(state["box"]) + 1 if state.get("box") else 0
    return {"box": names[tried]}


def try_it(state: Packing) -> Packing:
    room, count = BOXES[state["box"]], len(state["things"])
    print(f"{state['box']}: room for {room}, {count} to pack")
    return {"fits": count <= room}


def by_room(state: Packing) -> Literal["fits", "too small", "too much"]:
    if state["fits"]:
        return "fits"
    return "too much" if state["box"] == list(BOXES)[-1] else "too small"


def ask_for_van(state: Packing) -> Packing:
    return {"box": "van"}


def tell(state: State) -> State:
    return {"message": f"{len(state['things'])} things leave in a {state['box']}."}
