"""Jumps that only a function's annotation names: a run may take them, and the drawing does not have them. Pure; part of
``problems``.

Destinations that a node declares count alone, as in LangGraph: then its annotation is not looked at.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace

from engine.graph.problem import JumpsInCode, Problem, Severity
from engine.graph.spec import END, GraphSpec, NodeSpec, is_reference, shown_name

NODES_A_STEP = 300
"""To read their annotations, which are kept, takes 1 ms."""


def undeclared_jumps(node: NodeSpec, jumps_in_code: JumpsInCode) -> tuple[str, ...]:
    """Where the annotation alone says that the node may go."""
    if node.fn is None or node.destinations or node.disabled or not is_reference(node.fn):
        return ()
    return jumps_in_code(node.fn)


def undeclared_jump_steps(
    graph: GraphSpec, jumps_in_code: JumpsInCode
) -> Generator[None, None, Mapping[str, tuple[str, ...]]]:
    """Where the annotations alone say that nodes may go, for those where they say something; some nodes at a time."""
    found = {}
    for number, (name, node) in enumerate(graph.nodes.items(), 1):
        if targets := undeclared_jumps(node, jumps_in_code):
            found[name] = targets
        if number % NODES_A_STEP == 0:
            yield
    return found


def with_undeclared_jumps(graph: GraphSpec, undeclared: Mapping[str, tuple[str, ...]]) -> GraphSpec:
    """As if every node declared them: for what asks which ways there are."""
    declared = {name: replace(graph.nodes[name], destinations=targets) for name, targets in undeclared.items()}
    return replace(graph, nodes={**graph.nodes, **declared}) if declared else graph


def of_undeclared_jumps(graph: GraphSpec, undeclared: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """One for each node; a name that is no node is an error, as the graph cannot be compiled then."""
    for name, targets in undeclared.items():
        for target in targets:
            if target != END and target not in graph.nodes:
                text = f"The code of {shown_name(name)} may jump to {shown_name(target)}, which does not exist."
                way_out = "Correct the annotation of what it returns, or add that node."
                yield Problem("unknown_jump", Severity.ERROR, text, way_out, node=name)
        known = [shown_name(target) for target in targets if target == END or target in graph.nodes]
        if known:
            text = f"The code of {shown_name(name)} may jump to {' and '.join(known)}, which the drawing does not show."
            way_out = "Name them as its destinations."
            yield Problem("undeclared_jumps", Severity.WARNING, text, way_out, node=name, option="destinations")
