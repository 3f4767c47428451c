"""From a run's chunks to what ``stream`` yields and ``invoke`` returns, in the old and the new format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.graph.names import INTERRUPT
from engine.runtime.run import Run
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.start_run import RunOptions
from engine.types import MISSING, GraphOutput


class StreamOutput:
    """How the chunks of one call are to be shown."""

    def __init__(self, graph: RunnableGraph, options: RunOptions, stream_mode: Any) -> None:
        """``stream_mode``: one or several of the modes, or none; what the options say may be not what is shown."""
        self._graph = graph
        print_mode = options.print_mode
        self._wanted = (stream_mode,) if isinstance(stream_mode, str) else tuple(stream_mode)
        self._names_modes = isinstance(stream_mode, (list, tuple))
        self._printed = (print_mode,) if isinstance(print_mode, str) else tuple(print_mode)
        self._subgraphs = options.subgraphs
        self._version = options.version

    @property
    def modes(self) -> frozenset[str]:
        """The modes that the run has to send."""
        return frozenset((*self._wanted, *self._printed))

    def take(self, run: Run) -> Iterator[Any]:
        """Everything that has come since the last call."""
        if run.stream is None:
            return
        chunks = run.stream.chunks
        while chunks:
            namespace, mode, payload = chunks.popleft()
            if mode in self._printed:
                self._print(namespace, mode, payload)
            if mode in self._wanted:
                yield self._shaped(namespace, mode, payload)

    def _shaped(self, namespace: tuple[str, ...], mode: str, payload: Any) -> Any:
        if self._version == "v2":
            return self._part(namespace, mode, payload)
        if self._subgraphs and self._names_modes:
            return (namespace, mode, payload)
        if self._names_modes:
            return (mode, payload)
        return (namespace, payload) if self._subgraphs else payload

    def _part(self, namespace: tuple[str, ...], mode: str, payload: Any) -> dict[str, Any]:
        if mode == "values":
            interrupts: Any = ()
            if isinstance(payload, dict):
                payload = dict(payload)
                interrupts = payload.pop(INTERRUPT, ())
                if self._graph.output_mapper is not None:
                    payload = self._graph.output_mapper(payload)
            return {"type": mode, "ns": namespace, "data": payload, "interrupts": interrupts}
        mapper = self._graph.state_mapper
        if mapper is not None and mode in ("checkpoints", "debug"):
            payload = _with_state_object(payload, mapper)
        return {"type": mode, "ns": namespace, "data": payload}

    def _print(self, namespace: tuple[str, ...], mode: str, payload: Any) -> None:
        where = f"\033[1;3;33m[graph={namespace}]\033[0m " if self._subgraphs and namespace else ""
        print(f"\033[1m[{mode}]\033[0m {where}{payload!r}")


def _with_state_object(payload: Any, mapper: Any) -> Any:
    """The payload of a checkpoint with its values as the state's class.

    The input's checkpoint has not all of them yet.
    """
    if payload.get("type") == "checkpoint":
        return {**payload, "payload": _with_state_object(payload["payload"], mapper)}
    if isinstance(payload.get("values"), dict) and "__start__" not in payload.get("next", ()):
        return {**payload, "values": mapper(payload["values"])}
    return payload


def final_output(run: Run, version: str, mapper: Any) -> Any:
    """What ``invoke`` returns: the output keys, None if none was ever written, and the questions that are open."""
    interrupts = run.final_interrupts
    value = run.state.read(run.output_keys) if run.wrote_output or interrupts else None
    if run.last_output is not MISSING:
        value = run.last_output
    if version == "v2":
        if mapper is not None and isinstance(value, dict):
            value = mapper(value)
        elif interrupts and not isinstance(value, dict):
            value = {}  # an earlier run's: in this one there is nothing but questions yet
        return GraphOutput(value, tuple(interrupts))
    if not interrupts:
        return value
    return {**value, INTERRUPT: interrupts} if isinstance(value, dict) else {INTERRUPT: interrupts}
