"""The two engines behind one small face, and the example built on either of them from its graph file."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.graph.graph_file import read_graph

EXAMPLE_MODULES = ("model", "nodes", "routing", "sources", "state")


@dataclass(frozen=True)
class Engine:
    """What the example needs of an engine. Both have LangGraph's names, so this is all there is to it."""

    name: str
    StateGraph: Any
    Command: Any
    interrupt: Any
    new_saver: Any


def stepgraph() -> Engine:
    import engine

    return Engine("stepgraph", engine.StateGraph, engine.Command, engine.interrupt, engine.InMemorySaver)


def langgraph() -> Engine:
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.graph import StateGraph
    from langgraph.types import Command, interrupt

    return Engine("langgraph", StateGraph, Command, interrupt, InMemorySaver)


@contextmanager
def example_modules(folder: Path) -> Iterator[dict[str, ModuleType]]:
    """The modules beside the graph, imported as the runner does it and forgotten afterwards."""
    sys.path.insert(0, str(folder))
    try:
        yield {name: importlib.import_module(name) for name in EXAMPLE_MODULES}
    finally:
        sys.path.remove(str(folder))
        for name in EXAMPLE_MODULES:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()


@contextmanager
def compiled_example(graph_path: Path, engine: Engine, saver: Any) -> Iterator[Any]:
    """The graph of the file, with every function exactly as it stands beside it."""
    spec = read_graph(graph_path)
    with example_modules(graph_path.parent) as modules:
        # In this process "langgraph" is the installed package; the runner makes it the engine that runs.
        modules["nodes"].interrupt = engine.interrupt  # type: ignore[attr-defined]

        def function(reference: str | None) -> Any:
            assert reference is not None
            module, _, name = reference.partition(":")
            return getattr(modules[module], name)

        builder = engine.StateGraph(function(spec.state))
        for name, node in spec.nodes.items():
            builder.add_node(name, function(node.fn))
        for edge in spec.edges:
            builder.add_edge(edge.source if isinstance(edge.source, str) else list(edge.source), edge.target)
        for source, routers in spec.routers.items():
            for router in routers:
                builder.add_conditional_edges(
                    source, function(router.fn), {branch.label: branch.target for branch in router.branches}
                )
        yield builder.compile(checkpointer=saver)
