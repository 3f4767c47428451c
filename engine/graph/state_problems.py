"""What does not fit between a graph and its state class, one sentence each. Pure, by text only: nothing is imported.

Part of ``problems`` where modules can be read. What cannot be seen in a text is given the benefit of the doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.graph.conditions import keys_read
from engine.graph.disabled import graph_as_it_runs
from engine.graph.key_uses import KeyUses
from engine.graph.levels import Level
from engine.graph.problems import Problem, Severity, to_the_end
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, shown_name, shown_text
from engine.graph.state_source import StateClass


@dataclass(frozen=True)
class StateFacts:
    """What the modules say, as far as they could be read."""

    state: StateClass | None = None
    """None if it cannot be seen."""
    uses: Mapping[str, KeyUses] = field(default_factory=dict)
    """By node; without those whose function cannot be seen."""
    from_outside: frozenset[str] | None = None
    """The keys that may come with the input; None if any may: see ``keys_from_outside``."""


def keys_from_outside(level: Level, state_around: StateClass | None) -> frozenset[str] | None:
    """What a subgraph is given: those keys that the state of the graph around it has, too. None if that is not known.

    The outermost graph is given what the user likes, for its whole state is its input. So is a node that a ``Send``
    may lead to.
    """
    if level.around is None or state_around is None or state_around.is_open:
        return None
    name = level.path[-1]
    if name in _may_be_sent(level.around) or level.around.nodes[name].input_schema:
        return None
    return frozenset(key.name for key in state_around.keys)


def find_state_problems(graph: GraphSpec, facts: StateFacts) -> tuple[Problem, ...]:
    """All findings, errors first."""
    return to_the_end(state_problem_steps(graph, facts))


def state_problem_steps(graph: GraphSpec, facts: StateFacts) -> Generator[None, None, tuple[Problem, ...]]:
    """As ``find_state_problems``, check by check: for who must not be kept waiting by a large graph."""
    graph, facts = graph_as_it_runs(graph), _of_what_runs(graph, facts)
    yield
    found = [*_timeouts(graph, facts)]
    if (state := facts.state) is not None:
        found += _unknown_keys(graph, state)
        yield
        found += _conflicts(graph, state, facts)
        yield
        found += _strange_keys(graph, state, facts)
        yield
        found += _never_written(graph, state, facts)
        yield
        found += _added_twice(graph, state)
    order = list(Severity)
    return tuple(sorted(found, key=lambda problem: order.index(problem.severity)))


def _of_what_runs(graph: GraphSpec, facts: StateFacts) -> StateFacts:
    """A disabled node reads and writes nothing."""
    passed_by = {name: _NONE for name, node in graph.nodes.items() if node.disabled}
    return replace(facts, uses={**facts.uses, **passed_by}) if passed_by else facts


def _unknown_keys(graph: GraphSpec, state: StateClass) -> Iterator[Problem]:
    if state.is_open:
        return
    known = {key.name for key in state.keys}
    for node, routers in graph.routers.items():
        for router in routers:
            for branch in router.branches if router.fn is None else ():
                for key in keys_read(branch.when or ""):
                    if key in known:
                        continue
                    where = f"The condition of branch {shown_text(branch.label)} of {shown_name(node)}"
                    text = f"{where} reads {shown_text(key)}, which the state {state.name} does not have."
                    edge = EdgeId(BranchOutlet(node, router.name, branch.label), branch.target or END)
                    yield Problem(
                        "unknown_key",
                        Severity.ERROR,
                        text,
                        "Correct the name, or add the key to the state.",
                        node,
                        edge if branch.target is not None else None,
                        router.name,
                        branch.label,
                        key=key,
                    )


def _conflicts(graph: GraphSpec, state: StateClass, facts: StateFacts) -> Iterator[Problem]:
    """Nodes that one node's plain edges start together, and that write one key which has no reducer."""
    together: dict[str, list[str]] = {}
    for edge in graph.edges:
        if not edge.is_join and edge.target in graph.nodes and not graph.nodes[edge.target].defer:
            together.setdefault(edge.sources[0], []).append(edge.target)
    told: set[tuple[str, tuple[str, ...]]] = set()
    for targets in together.values():
        for key in state.keys:
            writers = tuple(sorted(name for name in set(targets) if key.name in facts.uses.get(name, _NONE).writes))
            if len(writers) < 2 or key.reducer or (key.name, writers) in told:
                continue
            told.add((key.name, writers))
            *others, last = map(shown_name, writers)
            text = (
                f"{', '.join(others)} and {last} run in one step and {'both' if len(writers) == 2 else 'all'} write "
                f"{shown_text(key.name)}, which has no reducer: the run fails."
            )
            way_out = "Give the key a reducer, such as operator.add, or let one of them write it."
            yield Problem("conflicting_writers", Severity.WARNING, text, way_out, node=writers[0], key=key.name)


def _never_written(graph: GraphSpec, state: StateClass, facts: StateFacts) -> Iterator[Problem]:
    """Keys that nobody writes: those that a function reads in vain, and those that only conditions read.

    What a function reads may well come with the input, so it is told only where it is known what does. Else it would be
    said of each key of the input, of nearly every graph; a key that nothing but a condition reads is rare.
    """
    if not all(name in facts.uses and not facts.uses[name].may_write_more for name in graph.nodes):
        return
    if any(node.error_handler or node.fallback for node in graph.nodes.values()) or graph.defaults.error_handler:
        return
    given = {key.name for key in state.keys if key.default or key.reducer}
    given |= {key for uses in facts.uses.values() for key in uses.writes}
    if facts.from_outside is not None:
        given |= facts.from_outside
        yield from _read_in_vain(state, facts, given)
    used = given.union(*(uses.reads for uses in facts.uses.values()))
    for node, routers in graph.routers.items():
        if node == START:
            continue
        for branch in (branch for router in routers if router.fn is None for branch in router.branches):
            for key in keys_read(branch.when or ""):
                if state.key(key) is not None and key not in used:
                    used.add(key)
                    text = f"The router of {shown_name(node)} reads {shown_text(key)}, which no node writes."
                    way_out = "Let a node write it, or give it with every input."
                    yield Problem("key_never_written", Severity.HINT, text, way_out, node=node, key=key)


def _read_in_vain(state: StateClass, facts: StateFacts, given: Collection[str]) -> Iterator[Problem]:
    for name, uses in facts.uses.items():
        for key, line in uses.reads.items():
            if state.key(key) is not None and key not in given:
                where = f"{shown_name(name)} reads {shown_text(key)} in line {line}"
                text = f"{where}, which no node here writes and the graph around it does not have."
                way_out = "Let a node write it, or add the key to the state of the graph around."
                yield Problem("key_never_written", Severity.WARNING, text, way_out, node=name, key=key)


def _strange_keys(graph: GraphSpec, state: StateClass, facts: StateFacts) -> Iterator[Problem]:
    """Keys in functions that the state does not have: reading fails, and what is written there is dropped."""
    if state.is_open:
        return
    known = {key.name for key in state.keys}
    usual = {"", state.name, "dict", "Any", "Mapping"}
    own = (None, graph.state)
    plain = [n for n in facts.uses if facts.uses[n].schema in usual and graph.nodes[n].input_schema in own]
    coded = [name for name, node in graph.nodes.items() if node.fn is not None and node.graph is None]
    if not set(coded) <= set(plain):  # the schema of another node may bring keys of its own
        return
    sent = _may_be_sent(graph)
    for name in plain:
        gets_state = name not in sent or facts.uses[name].schema == state.name
        for key, line in facts.uses[name].reads.items():
            if key not in known and gets_state:
                text = f"{shown_name(name)} reads {shown_text(key)} in line {line}, which the state does not have."
                way_out = "Correct the name, or add the key to the state."
                yield Problem("unknown_key_read", Severity.WARNING, text, way_out, node=name, key=key)
        for key, line in facts.uses[name].writes.items():
            if key not in known:
                text = f"{shown_name(name)} writes {shown_text(key)} in line {line}, which the state does not have."
                way_out = "It is dropped without a word. Correct the name, or add the key to the state."
                yield Problem("unknown_key_written", Severity.WARNING, text, way_out, node=name, key=key)


def _may_be_sent(graph: GraphSpec) -> frozenset[str]:
    """Nodes that a ``Send`` may give an input of their own: what Python code leads to."""
    coded = (router for routers in graph.routers.values() for router in routers if router.fn is not None)
    by_router = {branch.target for router in coded for branch in router.branches if branch.target is not None}
    return frozenset(by_router.union(*(node.destinations for node in graph.nodes.values())))


def _added_twice(graph: GraphSpec, state: StateClass) -> Iterator[Problem]:
    """A subgraph hands back the whole value of each key that both states have, and the reducer adds that once more.

    On LangGraph, too: ``tests/runner/test_subgraph_files.py`` sees it on both engines.
    """
    added = [key.name for key in state.keys if key.reducer in _ADDING]
    for name, node in graph.nodes.items():
        if added and isinstance(node.graph, GraphSpec) and node.graph.state in (None, graph.state):
            keys = " and ".join(map(shown_text, added[:3])) + (" and others" if len(added) > 3 else "")
            text = f"{shown_name(name)} hands back all of {keys}, and operator.add adds it a second time."
            way_out = "Give the subgraph a state class without it, or use a reducer that knows what is there already."
            yield Problem("subgraph_adds_twice", Severity.WARNING, text, way_out, node=name)


def _timeouts(graph: GraphSpec, facts: StateFacts) -> Iterator[Problem]:
    for name, node in graph.nodes.items():
        limit = node.timeout or graph.defaults.timeout
        uses = facts.uses.get(name)
        if limit is not None and uses is not None and not uses.is_async and not node.disabled:
            text = f"{shown_name(name)} has a timeout, but its function is not asynchronous: the graph cannot run."
            way_out = "Write the function with async def, or take the timeout off."
            yield Problem("timeout_without_async", Severity.ERROR, text, way_out, node=name, option="timeout")


_NONE = KeyUses()
_ADDING = frozenset({"operator.add", "add", "operator.concat", "operator.iadd"})
"""Reducers that put the same items there again. Others, such as ``add_messages``, know what they have."""
