"""The methods of a compiled graph that run it: LangGraph's parameters and what they mean. ``call_graph`` does it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10
from engine.runtime.call_graph import call_graph, stream_graph
from engine.runtime.config import CONF, TASK
from engine.runtime.graph_state import GraphState
from engine.runtime.running_task import complete_config
from engine.runtime.start_run import RunOptions


class GraphRuns(GraphState):
    """Running."""

    def invoke(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        context: Any = None,
        stream_mode: Any = "values",
        print_mode: Any = (),
        output_keys: Any = None,
        interrupt_before: Any = None,
        interrupt_after: Any = None,
        durability: str | None = None,
        control: Any = None,
        version: str = "v1",
        subgraphs: bool = False,
        debug: bool | None = None,
        **deprecated: Any,
    ) -> Any:
        """Run to the end, or to the next question or breakpoint, and return the state's output keys.

        ``input``: a dict of keys begins a new run on the thread; None goes on where it stopped; a ``Command`` answers
        questions, updates or goes elsewhere. ``config``: ``{"configurable": {"thread_id": ...}}`` with a saver, with
        ``checkpoint_id`` to go on from an older checkpoint (a new branch); ``recursion_limit`` in supersteps;
        ``max_concurrency``, ``tags``, ``metadata``, ``callbacks``. ``context``: what nodes find as
        ``runtime.context``. ``output_keys``: other keys than the output schema's. ``interrupt_before`` and
        ``interrupt_after``: node names or ``"*"``, instead of those compiled in. ``durability``: ``"sync"``
        (checkpoints are committed before the next step; the default), ``"async"`` (the same here)
        or ``"exit"`` (the last one only).
        ``control``: a ``RunControl`` to stop the run between two steps. ``print_mode``: stream modes to print as well;
        ``debug`` prints updates and values.

        Returns a dict, with the open questions under ``"__interrupt__"`` if the run waits for answers; None if no
        output key was ever written; with ``version="v2"`` a ``GraphOutput``; with another ``stream_mode`` the list of
        its chunks. Raises what a node raises, as it is; ``GraphRecursionError``, ``InvalidUpdateError`` and its
        ``UnknownNodeError``, ``EmptyInputError`` for None on a thread without checkpoints, ``UnknownInterruptError``,
        ``GraphDrained``; ValueError and KeyError for a config without ``thread_id``. After any of them the thread
        stands where its last complete step left it.
        """
        options = RunOptions(
            context=context,
            output_keys=self.plan.output_keys if output_keys is None else output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
            stream_mode=stream_mode,
            print_mode=self._printed(print_mode, debug),
            version=version,
        )
        return call_graph(self, input, config, options)

    def stream(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        context: Any = None,
        stream_mode: Any = None,
        print_mode: Any = (),
        output_keys: Any = None,
        interrupt_before: Any = None,
        interrupt_after: Any = None,
        durability: str | None = None,
        subgraphs: bool = False,
        debug: bool | None = None,
        control: Any = None,
        version: str = "v1",
        **deprecated: Any,
    ) -> Iterator[Any]:
        """Run and yield what happens. Arguments and errors as for ``invoke``.

        ``stream_mode``, one or several: ``"updates"`` (``{node: what it wrote}`` as each ends; the default),
        ``"values"`` (the state after each step), ``"tasks"``, ``"checkpoints"``, ``"debug"`` (both of these),
        ``"custom"`` (what nodes write with their stream writer) and ``"messages"`` ((chunk, metadata) of chat models).
        One mode yields payloads, several yield ``(mode, payload)``; with ``subgraphs`` the namespace comes first, a
        tuple, empty for this graph. ``version="v2"`` yields dicts ``{"type", "ns", "data"}`` instead. What happened
        before a failure is yielded before it is raised. Closing the iterator stops after the step that is running; the
        thread can be gone on with. A container of yours as ``interrupt_before`` is asked (``in``) for each task that is
        due, after the checkpoint was yielded, so who iterates may decide by it where to stop.
        """
        options = RunOptions(
            context=context,
            output_keys=self.plan.stream_keys if output_keys is None else output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
            stream_mode=self._modes(stream_mode, config),
            print_mode=self._printed(print_mode, debug),
            version=version,
        )
        return stream_graph(self, input, config, options)

    async def ainvoke(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        context: Any = None,
        stream_mode: Any = "values",
        print_mode: Any = (),
        output_keys: Any = None,
        interrupt_before: Any = None,
        interrupt_after: Any = None,
        durability: str | None = None,
        control: Any = None,
        version: str = "v1",
        subgraphs: bool = False,
        debug: bool | None = None,
        **deprecated: Any,
    ) -> Any:
        """As ``invoke``, on the running event loop: asynchronous nodes run on it, plain ones on threads.

        When one of several asynchronous nodes fails, its siblings are cancelled and run again when the thread goes on.
        """
        from engine.runtime.call_graph_async import call_graph_async

        options = RunOptions(
            context=context,
            output_keys=self.plan.output_keys if output_keys is None else output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
            stream_mode=stream_mode,
            print_mode=self._printed(print_mode, debug),
            version=version,
        )
        return await call_graph_async(self, input, config, options)

    def astream(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        context: Any = None,
        stream_mode: Any = None,
        print_mode: Any = (),
        output_keys: Any = None,
        interrupt_before: Any = None,
        interrupt_after: Any = None,
        durability: str | None = None,
        subgraphs: bool = False,
        debug: bool | None = None,
        control: Any = None,
        version: str = "v1",
        **deprecated: Any,
    ) -> AsyncIterator[Any]:
        """As ``stream``, on the running event loop; see ``ainvoke``."""
        from engine.runtime.call_graph_async import stream_graph_async

        options = RunOptions(
            context=context,
            output_keys=self.plan.stream_keys if output_keys is None else output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
            stream_mode=self._modes(stream_mode, config),
            print_mode=self._printed(print_mode, debug),
            version=version,
        )
        return stream_graph_async(self, input, config, options)

    def batch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **kwargs: Any
    ) -> list[Any]:
        """``invoke`` for each input; at the same time, on up to 32 threads. Results are in the order of the inputs.

        ``config``: one for all, or a list with one each. With ``return_exceptions`` a failure takes its result's place;
        otherwise the first one is raised when all have ended.
        """
        from concurrent.futures import ThreadPoolExecutor

        configs = list(config) if isinstance(config, (list, tuple)) else [config] * len(inputs)

        def one(value: Any, its_config: Any) -> Any:
            try:
                return self.invoke(value, its_config, **kwargs)
            except Exception as error:
                if return_exceptions:
                    return error
                raise

        if not inputs:
            return []
        with ThreadPoolExecutor(min(32, len(inputs))) as pool:
            return list(pool.map(one, inputs, configs))

    async def abatch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **kwargs: Any
    ) -> list[Any]:
        """As ``batch``, with ``ainvoke`` and without threads."""
        import asyncio

        configs = list(config) if isinstance(config, (list, tuple)) else [config] * len(inputs)
        calls = [self.ainvoke(value, its_config, **kwargs) for value, its_config in zip(inputs, configs, strict=True)]
        return list(await asyncio.gather(*calls, return_exceptions=return_exceptions))

    async def astream_events(
        self, input: Any, config: Mapping[str, Any] | None = None, *, version: str = "v2", **kwargs: Any
    ) -> AsyncIterator[Any]:
        """What happens inside, as langchain's events. Needs langchain-core; versions v1 and v2."""
        if version not in ("v1", "v2"):
            raise NotImplementedError(f"astream_events(version={version!r}) is not supported: use 'v2', or astream().")
        from engine.runtime.langchain_runnable import GraphRunnable

        runnable: Any = GraphRunnable(self)
        async for event in runnable.astream_events(input, config, version=version, **kwargs):
            yield event

    async def astream_log(
        self, input: Any, config: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        """What happens inside, as langchain's run log. Needs langchain-core."""
        from engine.runtime.langchain_runnable import GraphRunnable

        runnable: Any = GraphRunnable(self)
        async for patch in runnable.astream_log(input, config, **kwargs):
            yield patch

    def __or__(self, other: Any) -> Any:
        """A chain of langchain-core, which must be installed: the graph, and what takes its output."""
        from engine.runtime.langchain_runnable import GraphRunnable

        return GraphRunnable(self) | other

    def _modes(self, stream_mode: Any, config: Mapping[str, Any] | None) -> Any:
        """What ``stream`` shows if it is not said: a graph that a node calls shows its values."""
        if stream_mode is not None:
            return stream_mode
        return "values" if TASK in complete_config(self.config, config)[CONF] else self.stream_mode

    def _printed(self, print_mode: Any, debug: bool | None) -> Any:
        """What is printed while it runs: with ``debug``, of the call or of the graph, what changes and the values."""
        return ("updates", "values") if debug or self.debug else print_mode


def _durability(durability: str | None, deprecated: dict[str, Any]) -> str | None:
    """The durability, also from the argument's old name."""
    checkpoint_during = deprecated.pop("checkpoint_during", None)
    if deprecated:
        raise TypeError(f"unexpected keyword argument {next(iter(deprecated))!r}")
    if checkpoint_during is None:
        return durability
    warn(
        LangGraphDeprecatedSinceV10(
            "`checkpoint_during` is deprecated and will be removed. Please use `durability` instead."
        ),
        stacklevel=3,
    )
    if durability is not None:
        raise ValueError(
            "Cannot use both `checkpoint_during` and `durability` parameters. Please use `durability` instead."
        )
    return "async" if checkpoint_during else "exit"
