"""Random graphs as plain data, and how hypothesis makes them. Knows neither engine.

A plan says which nodes there are, what each writes, asks, sends or breaks on, and which edges join them. ``libraries``
builds it on our engine or on LangGraph. All that a node does follows from the plan and the state, so two engines that
agree must come to the same end. Plain edges only lead forward, and whoever leads back stops once the log is long, so
that every graph ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

LONGEST_LOG = 12
NAMES = "abcdefgh"


@dataclass(frozen=True)
class NodePlan:
    name: str
    writes_last: bool = False
    """Writes the key ``last``, which takes one value in a step: two such nodes in one step are a conflict."""
    writes_total: bool = False
    asks: bool = False
    fails_first: int = 0
    """How many of its visits raise, the first ones. Not played in async: which siblings get cancelled is luck there."""
    goes_to: tuple[str, ...] = ()
    """Targets of a ``Command(goto=...)``, one of them taken at each visit, by the length of the log."""
    streams: bool = False
    defer: bool = False


@dataclass(frozen=True)
class RouterPlan:
    source: str
    targets: tuple[str, ...]
    """One taken at each visit, by the length of the log; END once the log is long."""
    takes_all: bool = False
    """Takes all of them at once instead."""
    sends: int = 0
    """Sends so many tasks to the first target instead."""
    has_path_map: bool = True


@dataclass(frozen=True)
class GraphPlan:
    nodes: tuple[NodePlan, ...]
    edges: tuple[tuple[str, str], ...]
    joins: tuple[tuple[tuple[str, ...], str], ...]
    routers: tuple[RouterPlan, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """One thing the user does with the thread. What it acts on is chosen by number among what there is."""

    kind: str  # "continue" | "answer" | "update" | "fork" | "update in the past" | "new input"
    choice: int = 0
    value: int = 0
    as_node: int | None = None


@dataclass(frozen=True)
class Scenario:
    plan: GraphPlan
    breakpoints: tuple[str, ...] | str
    moves: tuple[Move, ...]
    is_async: bool


@st.composite
def graph_plans(draw: st.DrawFn) -> GraphPlan:
    names = list(NAMES[: draw(st.integers(1, 6))])
    routers = tuple(draw(_routers(names, source)) for source in names if draw(st.integers(0, 3)) == 0)
    nodes = tuple(draw(_nodes(names, name)) for name in names)
    forward = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    edges = tuple(draw(st.lists(st.sampled_from(forward), unique=True, max_size=8))) if forward else ()
    joins: list[tuple[tuple[str, ...], str]] = []
    if len(names) >= 3 and draw(st.booleans()):
        target = draw(st.sampled_from(names[2:]))
        before = names[: names.index(target)]
        sources = draw(st.lists(st.sampled_from(before), min_size=2, max_size=3, unique=True))
        joins.append((tuple(sorted(sources)), target))
    entries = tuple(sorted(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))))
    return GraphPlan(nodes, tuple(sorted(edges)), tuple(joins), routers, entries)


@st.composite
def _nodes(draw: st.DrawFn, names: list[str], name: str) -> NodePlan:
    return NodePlan(
        name,
        writes_last=draw(st.integers(0, 3)) == 0,
        writes_total=draw(st.booleans()),
        asks=draw(st.integers(0, 5)) == 0,
        fails_first=draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2])),
        goes_to=tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))
        if draw(st.integers(0, 6)) == 0
        else (),
        streams=draw(st.integers(0, 3)) == 0,
        defer=draw(st.integers(0, 7)) == 0,
    )


@st.composite
def _routers(draw: st.DrawFn, names: list[str], source: str) -> RouterPlan:
    targets = draw(st.lists(st.sampled_from([*names, "__end__"]), min_size=1, max_size=3, unique=True))
    kind = draw(st.sampled_from(["one", "one", "all", "send"]))
    can_send = kind == "send" and targets[0] != "__end__"
    return RouterPlan(
        source,
        tuple(targets),
        takes_all=kind == "all",
        sends=draw(st.integers(1, 3)) if can_send else 0,
        has_path_map=draw(st.booleans()),
    )


_KINDS = ["continue", "continue", "answer", "answer", "update", "fork", "update in the past", "new input"]


@st.composite
def scenarios(draw: st.DrawFn, *, is_async: bool) -> Scenario:
    plan = draw(graph_plans())
    names = [node.name for node in plan.nodes]
    breakpoints = draw(
        st.one_of(st.just(()), st.just("*"), st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple))
    )
    move = st.builds(
        Move,
        kind=st.sampled_from(_KINDS),
        choice=st.integers(0, 20),
        value=st.integers(0, 5),
        as_node=st.one_of(st.none(), st.integers(0, 5)),
    )
    return Scenario(plan, breakpoints, tuple(draw(st.lists(move, max_size=5))), is_async)
