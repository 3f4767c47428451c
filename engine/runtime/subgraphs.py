"""Graphs inside graphs: which nodes are graphs, and which graph a namespace belongs to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, TypeVar

from engine.compiler.plan import GraphPlan
from engine.graph.names import NS_END, NS_SEP
from engine.runtime.runnable_graph import RunnableGraph
from engine.types import MISSING

GraphT = TypeVar("GraphT", bound=RunnableGraph)


def find_subgraphs(plan: GraphPlan, graph_class: type[GraphT]) -> dict[str, GraphT]:
    """Nodes that are graphs, or whose function uses one, unless that one keeps no checkpoints."""
    found: dict[str, GraphT] = {}
    for name, node in plan.nodes.items():
        if node.function is not None:
            graph = _graph_in(node.function.source, graph_class)
            if graph is not None and graph.checkpointer is not False:
                found[name] = graph
    return found


def _graph_in(source: Any, graph_class: type[GraphT], depth: int = 3) -> GraphT | None:
    if isinstance(source, graph_class):
        return source
    if depth == 0:
        return None
    steps = getattr(source, "steps", None)
    for step in steps if isinstance(steps, list) else ():
        found = _graph_in(step, graph_class, depth - 1)
        if found is not None:
            return found
    for attribute in ("bound", "func", "afunc"):
        inner = getattr(source, attribute, None)
        if inner is not None and not inspect.isclass(source):
            found = _graph_in(inner, graph_class, depth - 1)
            if found is not None:
                return found
    return _graph_in_function(source, graph_class, depth)


def _graph_in_function(function: Any, graph_class: type[GraphT], depth: int) -> GraphT | None:
    if isinstance(function, MethodType):
        own = (
            next((v for v in vars(function.__self__).values() if isinstance(v, graph_class)), None)
            if hasattr(function.__self__, "__dict__")
            else None
        )
        if own is not None:
            return own
        function = function.__func__
    if not isinstance(function, FunctionType):
        if callable(function) and not inspect.isclass(function) and hasattr(function, "__dict__"):
            return next((v for v in vars(function).values() if isinstance(v, graph_class)), None)
        return None
    code = function.__code__
    values = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    values += [function.__globals__[name] for name in code.co_names if name in function.__globals__]
    for value in values:
        if isinstance(value, graph_class):
            return value
        if isinstance(value, (list, tuple)):
            found = next((item for item in value if isinstance(item, graph_class)), None)
            if found is not None:
                return found
        if isinstance(value, FunctionType) and depth > 1 and value is not function:
            found = _graph_in_function(value, graph_class, depth - 1)
            if found is not None:
                return found
    return None


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not MISSING
    except ValueError:
        return False


def get_subgraphs(
    graph: RunnableGraph, *, namespace: str | None = None, recurse: bool = False
) -> Iterator[tuple[str, RunnableGraph]]:
    """Graphs inside a graph, with their namespaces (without task ids)."""
    for name, inner in graph.direct_subgraphs.items():
        if namespace is not None and not (namespace == name or namespace.startswith(name + NS_SEP)):
            continue
        if namespace is None or namespace == name:
            yield name, inner
        if recurse and namespace != name:
            rest = namespace[len(name) + 1 :] if namespace is not None else None
            for inner_name, found in get_subgraphs(inner, namespace=rest, recurse=True):
                yield f"{name}{NS_SEP}{inner_name}", found


def subgraph_at(graph: RunnableGraph, namespace: str) -> RunnableGraph | None:
    """The graph whose checkpoints have this namespace; None if the graph knows none."""
    for _, found in get_subgraphs(graph, namespace=stable_namespace(namespace), recurse=True):
        return found
    return None


def stable_namespace(namespace: str) -> str:
    """The namespace without task ids and without the numbers of repeated calls."""
    return NS_SEP.join(part.split(NS_END)[0] for part in namespace.split(NS_SEP) if not part.isdigit())
