"""What the modules beside a graph say about its state: its class, and the keys that each node reads and writes.

By text; nothing is imported. Used by ``problems``, the state page and ``state_commands``.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from engine.graph.conditions import keys_read
from engine.graph.key_uses import KeyUses, key_uses
from engine.graph.problems import to_the_end
from engine.graph.spec import GraphSpec, is_reference
from engine.graph.state_problems import StateFacts
from engine.graph.state_source import StateClass, StateSourceError, read_state_class

NODES_A_STEP = 300


@dataclass(frozen=True)
class StatePlace:
    """Where the state class is written."""

    path: str
    """Of its module, as a key of ``document.modules``."""
    text: str
    state: StateClass


@dataclass(frozen=True)
class KeyPlace:
    """One use of a key: in the function of a node or of a router, or in a condition (line 0)."""

    node: str
    path: str
    line: int
    is_write: bool
    is_router: bool = False


def state_place(graph: GraphSpec, sources: ProjectSources) -> StatePlace:
    """Raises ``SourceError`` with a sentence if there is none that can be edited here."""
    if graph.state is None:
        raise SourceError("The graph has no state class yet.")
    if not is_reference(graph.state):
        raise SourceError(f"'{graph.state}' does not have the form 'module:Class'.")
    found = sources.find(graph.state)
    if found is None:
        raise SourceError(sources.why_not(graph.state) or f"{graph.state} is not in this folder, so it is not shown.")
    key = sources.key_of(found.path)
    text = sources.text_of(key).text
    try:
        return StatePlace(key, text, read_state_class(text, found.definition.name))
    except StateSourceError as error:
        raise SourceError(str(error)) from error


def seen_state(graph: GraphSpec, sources: ProjectSources) -> StateClass | None:
    """The state class; None if it cannot be seen."""
    try:
        return state_place(graph, sources).state
    except SourceError:
        return None


def state_facts(graph: GraphSpec, sources: ProjectSources) -> StateFacts:
    """What can be seen of the state and of the nodes' functions."""
    return to_the_end(state_fact_steps(graph, sources))


def state_fact_steps(graph: GraphSpec, sources: ProjectSources) -> Generator[None, None, StateFacts]:
    """As ``state_facts``, a little at a time."""
    state = seen_state(graph, sources)
    uses: dict[str, KeyUses] = {}
    with sources.one_moment():
        for number, name in enumerate(graph.nodes, 1):
            if (found := uses_of_node(graph, sources, name)) is not None:
                uses[name] = found[0]
            if number % NODES_A_STEP == 0:
                yield
    return StateFacts(state, uses)


def uses_of_node(graph: GraphSpec, sources: ProjectSources, node: str) -> tuple[KeyUses, str] | None:
    """The keys that a node's function uses, and its module; None if it cannot be seen."""
    return _uses_of(graph.nodes[node].fn, sources)


def reads_of(fn: str, sources: ProjectSources) -> tuple[str, ...]:
    """The keys that a function reads, in the order of its text; () if it cannot be seen."""
    found = _uses_of(fn, sources)
    return () if found is None else tuple(found[0].reads)


def jumps_of(fn: str, sources: ProjectSources) -> tuple[str, ...]:
    """Where the annotation of a function says that it may jump; () if it cannot be seen."""
    found = _uses_of(fn, sources)
    return () if found is None else found[0].jumps


def uses_by_module(graph: GraphSpec, sources: ProjectSources) -> dict[str, list[KeyUses]]:
    """What the functions of all nodes and routers use, by the path of the module that each is in."""
    functions = [node.fn for node in graph.nodes.values()]
    functions += [router.fn for routers in graph.routers.values() for router in routers]
    found: dict[str, list[KeyUses]] = {}
    with sources.one_moment():
        for fn in dict.fromkeys(functions):
            if (uses := _uses_of(fn, sources)) is not None:
                found.setdefault(uses[1], []).append(uses[0])
    return found


def _uses_of(fn: str | None, sources: ProjectSources) -> tuple[KeyUses, str] | None:
    if fn is None or not is_reference(fn):
        return None
    try:
        found = sources.find(fn)
        if found is None:
            return None
        key = sources.key_of(found.path)
        uses = key_uses(sources.module(found.path).text).get(found.definition.name)
    except SourceError:
        return None
    return None if uses is None else (uses, key)


def places_by_key(graph: GraphSpec, sources: ProjectSources) -> dict[str, tuple[KeyPlace, ...]]:
    """Where the functions of nodes and routers, and conditions, use each key, in the order of the nodes.

    Looks at every function of the graph.
    """
    with sources.one_moment():
        return _places_by_key(graph, sources)


def _places_by_key(graph: GraphSpec, sources: ProjectSources) -> dict[str, tuple[KeyPlace, ...]]:
    places: dict[str, list[KeyPlace]] = {}

    def note(key: str, place: KeyPlace) -> None:
        places.setdefault(key, []).append(place)

    for node in graph.nodes:
        if (found := uses_of_node(graph, sources, node)) is not None:
            for key, line in found[0].reads.items():
                note(key, KeyPlace(node, found[1], line, False))
            for key, line in found[0].writes.items():
                note(key, KeyPlace(node, found[1], line, True))
    for node, routers in graph.routers.items():
        for router in routers:
            if (decided := _uses_of(router.fn, sources)) is not None:
                for key, line in decided[0].reads.items():
                    note(key, KeyPlace(node, decided[1], line, False, is_router=True))
            conditions = [branch.when or "" for branch in router.branches if router.fn is None]
            for key in dict.fromkeys(key for when in conditions for key in keys_read(when)):
                note(key, KeyPlace(node, "", 0, False))
    return {key: tuple(of_key) for key, of_key in places.items()}
