"""References of a graph that name nothing: functions, state classes, schemas. Pure; part of ``problems``.

Whether a reference names something is asked from who can read the modules.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.node_options import DefaultsSpec
from engine.graph.option_rules import OPTION_TITLES, option_references
from engine.graph.problem import ModuleReason, Problem, Severity, WhyNoFunction
from engine.graph.spec import GraphSpec, NodeSpec, is_reference, shown_name


def of_missing_functions(graph: GraphSpec, why_not: WhyNoFunction) -> Iterator[Problem]:
    """One for each reference; of a module that cannot be read one for all the nodes that need it."""
    yield from _of_nodes(graph, why_not)
    yield from _of_options(graph, why_not)


def _of_nodes(graph: GraphSpec, why_not: WhyNoFunction) -> Iterator[Problem]:
    unreadable: dict[str, list[tuple[str | None, str | None]]] = {}
    for reference, node, router in _places(graph):
        if not is_reference(reference) or (reason := why_not(reference)) is None:
            continue
        if isinstance(reason, ModuleReason):
            unreadable.setdefault(reason, []).append((node, router))
            continue
        way_out = "Correct the name, or let a stub be written."
        yield Problem("unknown_function", Severity.ERROR, reason, way_out, node=node, router=router)
    for reason, users in unreadable.items():
        (node, router), count = users[0], len(users)
        way_out = f"Correct it there. The graph uses it{f' in {count} places' if count > 1 else ''}."
        also = tuple(dict.fromkeys(user for user, _ in users if user not in (None, node)))
        yield Problem("unreadable_module", Severity.ERROR, reason, way_out, node=node, router=router, also=also)


def _of_options(graph: GraphSpec, why_not: WhyNoFunction) -> Iterator[Problem]:
    places: list[tuple[str | None, NodeSpec | DefaultsSpec]] = [*graph.nodes.items(), (None, graph.defaults)]
    for name, options in places:
        for option, reference in option_references(options):
            if is_reference(reference) and (reason := why_not(reference)) is not None:
                where = "Defaults of all nodes" if name is None else shown_name(name)
                text = f"{where}, {OPTION_TITLES[option].lower()}: {reason}"
                kind = "unknown_input_schema" if option == "input_schema" else "unknown_function"
                yield Problem(kind, Severity.ERROR, text, "Correct the name.", node=name, option=option)


def _places(graph: GraphSpec) -> Iterator[tuple[str, str | None, str | None]]:
    """(reference, node, router)."""
    for name, node in graph.nodes.items():
        if node.fn is not None:
            yield node.fn, name, None
    for name, routers in graph.routers.items():
        for router in routers:
            if router.fn is not None:
                yield router.fn, name, router.name
    if graph.state is not None:
        yield graph.state, None, None
