"""Small random graphs with branches, loops, joins, questions and failures; what they do is known from outside.

Every node writes its name into ``log``; routers go by a table of their own; both note what they did in ``Oracle``.
"""

from __future__ import annotations

import itertools
import operator
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypedDict

from hypothesis import strategies as st

from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

_numbers = itertools.count()


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    last: int


@dataclass
class Plan:
    """What one random graph does."""

    spec: GraphSpec
    choices: dict[str, list[str]]
    """Node -> labels its router gives, one visit after the other, then again from the first."""
    asks: set[str]
    fails_first: set[str]


@dataclass
class Oracle:
    """What really happened, noted by the functions themselves."""

    routes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: set[str] = field(default_factory=set)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = [f"n{number}" for number in range(draw(st.integers(2, 5)))]
    targets = st.sampled_from([*names, END])
    edges: set[tuple[Any, str]] = {
        (START, name) for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2))
    }
    routers: dict[str, tuple[RouterSpec, ...]] = {}
    choices: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        if draw(st.booleans()):
            branches = tuple(BranchSpec(f"b{i}", draw(targets)) for i in range(draw(st.integers(1, 3))))
            routers[name] = (RouterSpec("MODULE:route_" + name, branches),)
            choices[name] = draw(st.lists(st.sampled_from([each.label for each in branches]), min_size=1, max_size=3))
        else:
            # Plain edges lead forward, so that only routers make loops.
            forward = st.sampled_from([*names[number + 1 :], END])
            edges |= {(name, target) for target in draw(st.lists(forward, min_size=1, max_size=2))}
    if len(names) > 3 and draw(st.booleans()):
        edges.add(((names[0], names[1]), names[-1]))
    asks = draw(st.sets(st.sampled_from(names), max_size=1))
    fails = draw(st.sets(st.sampled_from(names), max_size=1))
    spec = GraphSpec(
        name="random",
        state="MODULE:State",
        nodes={name: NodeSpec("MODULE:" + name) for name in names},
        edges=tuple(EdgeSpec(source, target) for source, target in sorted(edges, key=str)),
        routers=routers,
    )
    return Plan(spec, choices, asks, fails)


def write_plan(plan: Plan, folder: Path) -> tuple[Path, Oracle]:
    """The graph as a file; its functions as a module that needs no file."""
    from engine import interrupt

    oracle = Oracle()
    module = ModuleType(f"random_graph_{next(_numbers)}")
    module.State = State  # type: ignore[attr-defined]

    def node(name: str) -> Any:
        def run(state: State) -> dict[str, Any]:
            if name in plan.fails_first and name not in oracle.failed:
                oracle.failed.add(name)
                raise ValueError(name)
            if name in plan.asks:
                interrupt(name)
            return {"log": [name], "last": len(state.get("log", []))} if name == "n0" else {"log": [name]}

        return run

    def route(name: str) -> Any:
        def choose(state: State) -> str:
            visits = state.get("log", []).count(name)
            label = plan.choices[name][(visits - 1) % len(plan.choices[name])]
            oracle.routes[name, label] += 1
            return label

        return choose

    for name in plan.spec.nodes:
        setattr(module, name, node(name))
    for name in plan.choices:
        setattr(module, f"route_{name}", route(name))
    sys.modules[module.__name__] = module
    path = folder / "random.graph.json"
    path.write_text(format_graph(plan.spec).replace("MODULE:", module.__name__ + ":"), encoding="utf-8")
    return path, oracle
