"""Small graphs that the engine's tests run. A node called ``a`` appends "a" to ``log`` unless a test says otherwise."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any, TypedDict

from engine import START, InMemorySaver, StateGraph


class State(TypedDict, total=False):
    """One plain key and one with a reducer."""

    v: int
    log: Annotated[list[Any], operator.add]


def appends(name: str, **more: Any) -> Callable[[Any], dict[str, Any]]:
    """A node function that appends its name."""
    return lambda _state: {"log": [name], **more}


def chain(*names: str, **functions: Callable[..., Any]) -> StateGraph:
    """Nodes one after the other."""
    graph = StateGraph(State)
    previous = START
    for name in names:
        graph.add_node(name, functions.get(name, appends(name)))
        graph.add_edge(previous, name)
        previous = name
    return graph


def parallel(names: Sequence[str], **functions: Callable[..., Any]) -> StateGraph:
    """Nodes side by side, all right after START."""
    graph = StateGraph(State)
    for name in names:
        graph.add_node(name, functions.get(name, appends(name)))
        graph.add_edge(START, name)
    return graph


def saved(graph: StateGraph, **options: Any) -> Any:
    """Compiled with a saver of its own."""
    return graph.compile(checkpointer=InMemorySaver(), **options)


def thread(name: str = "1", **more: Any) -> dict[str, Any]:
    """A config that names a thread."""
    return {"configurable": {"thread_id": name, **more}}


def on_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Decorator: run an asynchronous test on an event loop of its own."""

    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run
