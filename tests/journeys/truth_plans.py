"""Random graphs as real files for the truth check: branches, joins, sends, loops, questions, failures, subgraphs.

What a node or a router does follows from the plan and from the state alone, but for failures, which a process counts,
so what the engine did can be worked out from its checkpoints. Read by ``truth`` and the test of the window.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

_numbers = itertools.count()
MODULE = "MODULE"
LONGEST_LOG = 10
"""From here on every router says END, so that each graph comes to its end."""

HEAD = """
import operator
from typing import Annotated, TypedDict

from engine import Send, interrupt

FAILED = {}


def later(old, new):
    return new


class State(TypedDict, total=False):
    log: Annotated[list, operator.add]
    hint: Annotated[int, later]
    inner: Annotated[str, later]


def work(state, name, writes, asks=False, fails=0):
    if FAILED.setdefault(name, 0) < fails:
        FAILED[name] += 1
        raise ValueError(name)
    if asks:
        interrupt(name)
    return writes


def choose(state, name, labels):
    log = state.get("log", [])
    if len(log) > LONGEST and name != "__start__":
        return "end"
    return labels[(log.count(name) + state.get("hint", 0)) % len(labels)]


""".replace("LONGEST", str(LONGEST_LOG))


@dataclass(frozen=True)
class RouterPlan:
    labels: tuple[str, ...]
    """One taken at each visit, by how often the node has run and by ``hint``; "end" once the log is long."""
    targets: tuple[str, ...]
    sends: int = 0
    """Sends so many tasks to a node instead of naming the branch, where the branch leads to one."""


@dataclass(frozen=True)
class Plan:
    spec: GraphSpec
    routers: dict[str, RouterPlan]
    asks: frozenset[str]
    fails: frozenset[str]

    def label(self, name: str, log: Sequence[str], hint: int) -> str:
        """What the router of that node says if ``log`` and ``hint`` are what it sees."""
        if len(log) > LONGEST_LOG and name != START:
            return "end"
        labels = self.routers[name].labels
        return labels[(list(log).count(name) + hint) % len(labels)]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = [f"n{number}" for number in range(draw(st.integers(2, 6)))]
    some = st.sets(st.sampled_from(names), max_size=2)
    subgraphs = draw(st.sets(st.sampled_from(names), max_size=1))
    asks, fails = draw(some), draw(some)
    edges: set[tuple[str | tuple[str, ...], str]] = set()
    routers: dict[str, RouterPlan] = {}
    if draw(st.integers(0, 4)) == 0:
        routers[START] = draw(_routers(names, may_end=False))
    else:
        edges |= {(START, name) for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2))}
    for number, name in enumerate(names):
        if name not in subgraphs and draw(st.booleans()):
            routers[name] = draw(_routers(names))
        else:  # plain edges lead forward, so that only routers make loops
            forward = st.sampled_from([*names[number + 1 :], END])
            edges |= {(name, target) for target in draw(st.lists(forward, min_size=1, max_size=3))}
    if len(names) > 3 and draw(st.booleans()):
        edges.add((tuple(draw(st.permutations(names[:3])))[:2], names[-1]))
    deferred = draw(st.sets(st.sampled_from(names), max_size=1))
    spec = GraphSpec(
        name="random",
        state=f"{MODULE}:State",
        nodes={
            name: NodeSpec(graph=_inside(name), defer=name in deferred)
            if name in subgraphs
            else NodeSpec(f"{MODULE}:{name}", defer=name in deferred)
            for name in names
        },
        edges=tuple(EdgeSpec(source, target) for source, target in sorted(edges, key=str)),
        routers={
            name: (
                RouterSpec(
                    f"{MODULE}:route_{name.strip('_')}",
                    (*map(BranchSpec, plan.labels, plan.targets), BranchSpec("end", END)),
                ),
            )
            for name, plan in routers.items()
        },
    )
    return Plan(spec, routers, frozenset(asks), frozenset(fails))


@st.composite
def _routers(draw: st.DrawFn, names: list[str], *, may_end: bool = True) -> RouterPlan:
    targets = draw(st.lists(st.sampled_from([*names, END] if may_end else names), min_size=1, max_size=3, unique=True))
    return RouterPlan(
        tuple(f"b{number}" for number in range(len(targets))), tuple(targets), draw(st.sampled_from([0, 0, 1, 2, 3]))
    )


def _inside(name: str) -> GraphSpec:
    """A short way through two nodes; the second one asks or fails if the plan says so of the subgraph."""
    nodes = {f"{name}_first": NodeSpec(f"{MODULE}:{name}_first"), f"{name}_last": NodeSpec(f"{MODULE}:{name}_last")}
    edges = (EdgeSpec(START, f"{name}_first"), EdgeSpec(f"{name}_first", f"{name}_last"))
    return GraphSpec(name="", nodes=nodes, edges=edges)


def write_plan(plan: Plan, folder: Path) -> Path:
    """The graph and its module in that folder, under names that no other plan has."""
    module = f"truth_{next(_numbers)}"
    lines = [HEAD]
    for name, node in plan.spec.nodes.items():
        does = f"asks={name in plan.asks}, fails={int(name in plan.fails)}"
        if node.graph is None:
            lines.append(_function(name, f"work(state, {name!r}, {{'log': [{name!r}]}}, {does})"))
        else:
            lines.append(_function(f"{name}_first", f"work(state, '{name}_first', {{'inner': 'first'}})"))
            lines.append(_function(f"{name}_last", f"work(state, '{name}_last', {{'inner': 'last'}}, {does})"))
    for name, router in plan.routers.items():
        chosen = f"choose(state, {name!r}, {list(router.labels)!r})"
        if router.sends:
            targets = {label: t for label, t in zip(router.labels, router.targets, strict=True) if t != END}
            one = f"Send({targets!r}[label], {{'hint': number}})"
            chosen = f"[{one} for number in range({router.sends})] if (label := {chosen}) in {targets!r} else label"
        lines.append(_function(f"route_{name.strip('_')}", chosen))
    (folder / f"{module}.py").write_text("\n\n".join(lines), encoding="utf-8")
    path = folder / "random.graph.json"
    path.write_text(format_graph(plan.spec).replace(f"{MODULE}:", f"{module}:"), encoding="utf-8")
    return path


def _function(name: str, expression: str) -> str:
    return f"def {name}(state):\n    return {expression}\n"
