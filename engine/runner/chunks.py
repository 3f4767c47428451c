"""A run as its engine streams it, held between supersteps wherever the driver says so. Called by ``driver`` only.

Our engine hands out a checkpoint before it asks whether to stop there, so a run of many supersteps is one stream, and
nothing is read again between them. langgraph asks first: there each superstep is a stream of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.runner.host import HostedGraph

MODES = ["tasks", "checkpoints", "custom"]
EVERY_NODE = "*"

Chunk = tuple[tuple[str, ...], str, Any]
"""(namespace, mode, payload); the namespace of the outermost graph is ()."""


class RunStream:
    """An iterator of the chunks of what was begun last, whether the graph is synchronous or needs an event loop.

    Raises what the run raises. At most one stream is open at a time; after its end another one may be begun.
    """

    def __init__(self, graph: Any, hosted: HostedGraph, modes: Sequence[str] = MODES) -> None:
        """``graph``: what ``hosted`` was compiled to. Chunks of what happens in its subgraphs come as well."""
        self._graph = graph
        self._modes = list(modes)
        self._is_async = hosted.is_async
        self._asks_after_showing = hosted.kit.asks_after_showing
        self._chunks: Iterator[Any] | None = None
        self._holding = _Holding()
        self._has_namespaces = bool(hosted.inside)
        self.may_go_on = False
        """Whether the stream can be gone on with after a checkpoint that was new; otherwise it ends there."""

    @property
    def is_open(self) -> bool:
        """Whether the stream that was begun has not come to its end."""
        return self._chunks is not None

    def begin(self, thread_id: str, input: Any, limit: int, *, stop_after: bool = False) -> None:
        """``limit``: supersteps until the engine gives up.

        ``stop_after``: it ends after the superstep that is due instead, where stopping before would not begin it.
        """
        config = {"configurable": {"thread_id": thread_id}, "recursion_limit": limit}
        options: dict[str, Any] = {"stream_mode": self._modes}
        if self._has_namespaces:
            options["subgraphs"] = True
        self.may_go_on = self._asks_after_showing and not stop_after
        self._holding = _Holding()
        if stop_after:
            options["interrupt_after"] = EVERY_NODE
        else:
            options["interrupt_before"] = self._holding if self.may_go_on else EVERY_NODE
        self._chunks = _chunks(self._graph, input, config, options, is_async=self._is_async)

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        if self._chunks is None:
            raise StopIteration
        try:
            chunk: Any = next(self._chunks)
        except BaseException:
            self._chunks = None
            raise
        return chunk if self._has_namespaces else ((), *chunk)

    def stop_here(self) -> None:
        """Ends the run before the tasks of the checkpoint that came last. Raises what the run raises at its end."""
        self._holding.is_wanted = True
        for _ in self:
            pass

    def close(self) -> None:
        """Lets go of a run in the middle of a superstep; it stores what there is. Does nothing after the end."""
        chunks, self._chunks = self._chunks, None
        if chunks is not None:
            chunks.close()  # type: ignore[attr-defined] # a generator


class _Holding:
    """Given as ``interrupt_before``: no node's name is in it, or all are."""

    def __init__(self) -> None:
        self.is_wanted = False

    def __contains__(self, node: object) -> bool:
        return self.is_wanted


def _chunks(graph: Any, input: Any, config: Any, options: dict[str, Any], *, is_async: bool) -> Iterator[Any]:
    if not is_async:
        yield from graph.stream(input, config, **options)
        return
    # Late: asyncio takes as long to import as the rest of the runner, and most graphs do not need it.
    import asyncio

    with asyncio.Runner() if hasattr(asyncio, "Runner") else _OldRunner() as runner:
        chunks = graph.astream(input, config, **options)
        while True:
            try:
                chunk = runner.run(_next(chunks))
            except StopAsyncIteration:
                return
            yield chunk


async def _next(chunks: Any) -> Any:
    return await chunks.__anext__()


class _OldRunner:
    """``asyncio.Runner`` for Python 3.10."""

    def __enter__(self) -> _OldRunner:
        import asyncio

        self._loop = asyncio.new_event_loop()
        return self

    def run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)

    def __exit__(self, *failure: object) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
