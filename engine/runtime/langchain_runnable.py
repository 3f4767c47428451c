"""A graph as a langchain runnable, for what only those have: ``astream_events``, ``pipe``, ``with_retry``, ...

Imported only if langchain-core is there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.messages.tool import ToolOutputMixin
from langchain_core.runnables import Runnable

from engine.types import Command


class GraphRunnable(Runnable[Any, Any]):
    """Passes every call on to the graph."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        return str(self._graph.get_name(suffix, name=name))

    @property
    def InputType(self) -> Any:
        return self._graph.InputType or Any

    @property
    def OutputType(self) -> Any:
        return self._graph.OutputType or Any

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return self._graph.invoke(input, config, **kwargs)

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        return await self._graph.ainvoke(input, config, **kwargs)

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Iterator[Any]:
        yield from self._graph.stream(input, config, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> AsyncIterator[Any]:
        async for chunk in self._graph.astream(input, config, **kwargs):
            yield chunk


def make_known_to_langchain(graph_class: Any) -> None:
    """Let ``runnable | graph`` and a tool that returns a ``Command`` do what they do with LangGraph."""
    if not issubclass(graph_class, Runnable):
        Runnable.register(graph_class)
    if not issubclass(Command, ToolOutputMixin):
        # langchain-core makes text of whatever a tool returns, unless it is of this class, which asks for nothing.
        Command.__bases__ = (*Command.__bases__, ToolOutputMixin)
