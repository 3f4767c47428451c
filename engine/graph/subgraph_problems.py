"""What is wrong with nodes that are graphs, and how a finding inside is told outside. Pure; part of ``problems``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.graph.problem import Problem, Severity, WhyNoGraph
from engine.graph.references import why_not_reference
from engine.graph.spec import GraphSpec, NodeSpec, shown_name


def problems_at(problems: Iterable[Problem], path: tuple[str, ...]) -> tuple[Problem, ...]:
    """Of a whole graph's findings those of one subgraph and what is inside that, as they are told there."""
    depth = len(path)
    within = [problem for problem in problems if problem.path[:depth] == path]
    return tuple(
        problem if not depth or problem.inner is None else _inside_of(problem.path[depth:], problem.inner)
        for problem in within
    )


def inside(name: str, problem: Problem) -> Problem:
    """A finding in the subgraph of this node, as it is told of the graph that has the node."""
    return told_outside((name,), problem)


def told_outside(path: tuple[str, ...], problem: Problem) -> Problem:
    """A finding in the subgraph at the end of this path, as it is told at its beginning."""
    return _inside_of((*path, *problem.path), problem.inner or problem)


def _inside_of(path: tuple[str, ...], inner: Problem) -> Problem:
    if not path:
        return inner
    text = f"In {' in '.join(map(shown_name, reversed(path)))}: {inner.sentence}"
    return Problem("inside_subgraph", inner.severity, text, inner.way_out, path[0], path=path, inner=inner)


def of_subgraph_itself(graph: GraphSpec) -> list[Problem]:
    """What only a graph inside another one can have wrong."""
    found = []
    if not graph.nodes:
        text, way_out = "The subgraph has no nodes, so it cannot run.", "Open it and add one."
        found.append(Problem("empty_subgraph", Severity.ERROR, text, way_out))
    if graph.recursion_limit is not None:
        text = "The recursion limit of a subgraph is not used: that of the outermost graph holds for all."
        found.append(Problem("limit_of_subgraph", Severity.HINT, text, "Set it there."))
    return found


def of_subgraph_node(name: str, node: NodeSpec) -> Iterator[Problem]:
    """Of a node whose ``graph`` is set."""
    if node.fn is not None:
        text = f"{shown_name(name)} has both a function and a graph."
        yield Problem("function_and_graph", Severity.ERROR, text, "Take one of them away.", node=name)
    if isinstance(node.graph, str) and (reason := why_not_reference(node.graph)) is not None:
        yield Problem("bad_graph_reference", Severity.ERROR, reason, "Choose a graph file of the project.", node=name)


def of_missing_graphs(graph: GraphSpec, why_not: WhyNoGraph) -> Iterator[Problem]:
    """References in the right form that name nothing."""
    for name, node in graph.nodes.items():
        if not isinstance(node.graph, str) or why_not_reference(node.graph) is not None:
            continue  # said by ``of_subgraph_node``
        if (reason := why_not(node.graph)) is not None:
            yield Problem("unknown_graph", Severity.ERROR, reason, "Choose another graph file.", node=name)
