"""As ``call_graph``, on the running event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from engine.runtime.async_driver import drive_async
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.start_run import RunOptions, start_run
from engine.runtime.stream_output import StreamOutput, final_output


async def call_graph_async(
    graph: RunnableGraph, input: Any, config: Mapping[str, Any] | None, options: RunOptions
) -> Any:
    """As ``call_graph``."""
    gives_state = options.stream_mode == "values"
    output = StreamOutput(graph, options, () if gives_state else options.stream_mode)
    run = start_run(graph, input, config, options, output.modes)
    chunks: list[Any] = []
    async for _ in drive_async(run):
        chunks += output.take(run)
    chunks += output.take(run)
    return final_output(run, options.version, graph.output_mapper) if gives_state else chunks


async def stream_graph_async(
    graph: RunnableGraph, input: Any, config: Mapping[str, Any] | None, options: RunOptions
) -> AsyncIterator[Any]:
    """As ``stream_graph``."""
    output = StreamOutput(graph, options, options.stream_mode)
    run = start_run(graph, input, config, options, output.modes)
    steps = drive_async(run)
    failure: BaseException | None = None
    try:
        async for _ in steps:
            if run.stream is not None and run.stream.chunks:
                for chunk in output.take(run):
                    yield chunk
    except Exception as error:
        failure = error
    finally:
        await steps.aclose()
    for chunk in output.take(run):
        yield chunk
    if failure is not None:
        raise failure
