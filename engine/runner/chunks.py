"""One superstep's stream as a plain iterator, whether the graph is synchronous or needs an event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

MODES = ["tasks", "checkpoints", "custom"]
EVERY_NODE = "*"


def stream_chunks(
    graph: Any,
    input: Any,
    config: Any,
    *,
    modes: Sequence[str] = MODES,
    is_async: bool,
    inside: bool = False,
    stop_after: bool = False,
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """(namespace, mode, payload) of a run that stops before the next superstep. Raises what the run raises.

    ``inside``: also what happens in subgraphs; the namespace of the outermost graph is ().
    ``stop_after``: it stops after the superstep that is due instead, where stopping before would not begin it.
    """
    options: dict[str, Any] = {
        "interrupt_after" if stop_after else "interrupt_before": EVERY_NODE,
        "stream_mode": list(modes),
    }
    if inside:
        options["subgraphs"] = True
    for chunk in _chunks(graph, input, config, options, is_async=is_async):
        yield chunk if inside else ((), *chunk)


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
