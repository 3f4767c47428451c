"""One call of a compiled graph: start a run, drive it to its end, and hand out what it shows and returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.start_run import RunOptions, start_run
from engine.runtime.stream_output import StreamOutput, final_output
from engine.runtime.sync_driver import drive


def call_graph(graph: RunnableGraph, input: Any, config: Mapping[str, Any] | None, options: RunOptions) -> Any:
    """``invoke``: the output keys at the end; the list of chunks if another stream mode than ``values`` is wanted."""
    gives_state = options.stream_mode == "values"
    output = StreamOutput(graph, options, () if gives_state else options.stream_mode)
    run = start_run(graph, input, config, options, output.modes)
    chunks: list[Any] = []
    for _ in drive(run):
        chunks += output.take(run)
    chunks += output.take(run)
    return final_output(run, options.version, graph.output_mapper) if gives_state else chunks


def stream_graph(
    graph: RunnableGraph, input: Any, config: Mapping[str, Any] | None, options: RunOptions
) -> Iterator[Any]:
    """``stream``: chunks as they come. What happened before a failure is shown before it is raised."""
    output = StreamOutput(graph, options, options.stream_mode)
    run = start_run(graph, input, config, options, output.modes)
    steps = drive(run)
    try:
        for _ in steps:
            if run.stream is not None and run.stream.chunks:
                yield from output.take(run)
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            yield from output.take(run)
        raise
    finally:
        steps.close()  # type: ignore[attr-defined] # drive is a generator
    yield from output.take(run)
