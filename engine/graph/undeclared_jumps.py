"""Jumps that only a function's annotation names: a run may take them, and the drawing does not have them. Pure; part of
``problems``.

Destinations that a node declares count alone, as in LangGraph: then its annotation is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.graph.problem import JumpsInCode, Problem, Severity
from engine.graph.spec import END, GraphSpec, NodeSpec, is_reference, shown_name


def undeclared_jumps(node: NodeSpec, jumps_in_code: JumpsInCode) -> tuple[str, ...]:
    """Where the annotation alone says that the node may go."""
    if node.fn is None or node.destinations or node.disabled or not is_reference(node.fn):
        return ()
    return jumps_in_code(node.fn)


def with_undeclared_jumps(graph: GraphSpec, jumps_in_code: JumpsInCode) -> GraphSpec:
    """As if every node declared them: for what asks which ways there are."""
    found = {name: undeclared_jumps(node, jumps_in_code) for name, node in graph.nodes.items()}
    declared = {name: replace(graph.nodes[name], destinations=names) for name, names in found.items() if names}
    return replace(graph, nodes={**graph.nodes, **declared}) if declared else graph


def of_undeclared_jumps(graph: GraphSpec, jumps_in_code: JumpsInCode) -> Iterator[Problem]:
    """One for each node; a name that is no node is an error, as the graph cannot be compiled then."""
    for name, node in graph.nodes.items():
        targets = undeclared_jumps(node, jumps_in_code)
        for target in targets:
            if target != END and target not in graph.nodes:
                text = f"The code of {shown_name(name)} may jump to {shown_name(target)}, which does not exist."
                way_out = "Correct the annotation of what it returns, or add that node."
                yield Problem("unknown_jump", Severity.ERROR, text, way_out, node=name)
        known = [shown_name(target) for target in targets if target == END or target in graph.nodes]
        if known:
            text = f"The code of {shown_name(name)} may jump to {' and '.join(known)}, which the drawing does not show."
            way_out = "Name them as its destinations."
            yield Problem("undeclared_jumps", Severity.HINT, text, way_out, node=name, option="destinations")
