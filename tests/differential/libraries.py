"""The two engines under one set of names, and how a plan becomes a graph on either."""

from __future__ import annotations

import operator
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from tests.differential.graph_plan import LONGEST_LOG, GraphPlan, NodePlan, RouterPlan

A_MOMENT_S = 0.005


class State(TypedDict, total=False):
    log: Annotated[list, operator.add]
    total: Annotated[int, operator.add]
    last: str


@dataclass(frozen=True)
class Library:
    name: str
    graph: Any  # module with StateGraph
    types: Any  # module with Send, Command, interrupt
    saver: Callable[[], Any]
    moment_s: float
    """A node breaks only after its siblings had so much time to begin. LangGraph drops those that have not."""


def ours(moment_s: float = A_MOMENT_S) -> Library:
    import engine.compat.graph
    import engine.compat.types
    from engine import InMemorySaver

    return Library("Stepgraph", engine.compat.graph, engine.compat.types, InMemorySaver, moment_s)


def langgraph(moment_s: float = A_MOMENT_S) -> Library:
    import langgraph.graph
    import langgraph.types
    from langgraph.checkpoint.memory import InMemorySaver

    return Library("LangGraph", langgraph.graph, langgraph.types, InMemorySaver, moment_s)


def build(plan: GraphPlan, library: Library, *, is_async: bool) -> Any:
    """The plan as a compiled graph with a saver of its own. Each graph counts its own visits, so build one per run."""
    builder = library.graph.StateGraph(State)
    visits: Counter[str] = Counter()
    for node in plan.nodes:
        builder.add_node(node.name, _node(node, plan, library, visits, is_async=is_async), defer=node.defer)
    for entry in plan.entries:
        builder.add_edge("__start__", entry)
    for source, target in plan.edges:
        builder.add_edge(source, target)
    for sources, target in plan.joins:
        builder.add_edge(list(sources), target)
    for router in plan.routers:
        path_map = [*dict.fromkeys((*router.targets, "__end__"))] if router.has_path_map and not router.sends else None
        builder.add_conditional_edges(router.source, _route(router, library), path_map)
    return builder.compile(checkpointer=library.saver())


def _node(node: NodePlan, plan: GraphPlan, library: Library, visits: Counter[str], *, is_async: bool) -> Any:
    types = library.types

    def visit(state: dict[str, Any], writer: Any) -> Any:
        answer = types.interrupt(f"{node.name}?") if node.asks else None
        visits[node.name] += 1
        if visits[node.name] <= node.fails_first and not is_async:
            time.sleep(library.moment_s)
            raise ValueError(f"{node.name} broke at visit {visits[node.name]}")
        if node.streams:
            writer({"from": node.name, "seen": len(state.get("log", []))})
        update: dict[str, Any] = {"log": [node.name if answer is None else f"{node.name}={answer}"]}
        if node.writes_total:
            update["total"] = 1
        if node.writes_last:
            update["last"] = node.name
        if not node.goes_to:
            return update
        seen = len(state.get("log", []))
        goto = "__end__" if seen >= LONGEST_LOG else node.goes_to[seen % len(node.goes_to)]
        return types.Command(update=update, goto=goto)

    # Without annotations: ``writer`` is injected by its name, and not at all if it is annotated with another type.
    if not is_async:
        return lambda state, writer: visit(state, writer)

    async def visit_async(state, writer):  # type: ignore[no-untyped-def]
        return visit(state, writer)

    return visit_async


def _route(router: RouterPlan, library: Library) -> Any:
    def route(state: dict[str, Any]) -> Any:
        seen = len(state.get("log", []))
        if seen >= LONGEST_LOG:
            return "__end__"
        if router.sends:
            return [
                library.types.Send(router.targets[0], {"log": ["sent"] * (place + 1)}) for place in range(router.sends)
            ]
        if router.takes_all:
            return list(router.targets)
        return router.targets[seen % len(router.targets)]

    return route
