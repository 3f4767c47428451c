"""A graph that can be run: LangGraph's public methods. Each of them only gathers what is needed and calls one module.

Running is in ``start_run`` and the drivers, reading in ``snapshot``, writing from outside in ``update_state``. What
only some programs need (asyncio, snapshots, drawings, schemas) is imported by the method that needs it: that is half of
the time that importing the engine would take.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from warnings import warn

from engine.compiler.plan import GraphPlan
from engine.errors import LangGraphDeprecatedSinceV10
from engine.runtime.checkpointing import ensure_valid_checkpointer, own_namespace, store_of_state
from engine.runtime.config import CHECKPOINT_NS, CONF, merge_configs
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.running_task import complete_config
from engine.runtime.start_run import RunOptions, start_run
from engine.runtime.stream_output import StreamOutput, final_output
from engine.runtime.subgraphs import find_subgraphs, get_subgraphs, stable_namespace, subgraph_at
from engine.runtime.sync_driver import drive
from engine.types import Config, StateSnapshot, StateUpdate

if TYPE_CHECKING:
    from engine.graph.drawn_graph import DrawnGraph


class Pregel:
    """A runnable graph. ``StateGraph.compile()`` and ``@entrypoint`` make these.

    ``Pregel(nodes=..., channels=..., input_channels=..., output_channels=...)`` wires one by hand: see ``wired_graph``.
    """

    wired_class: type[Pregel]
    """Set by ``wired_graph``, through which the public ``Pregel`` is imported: it cannot be imported from here."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A ``WiredGraph`` if there is no plan to run; its own ``__init__`` takes the arguments."""
        wired = cls is Pregel and not args and "plan" not in kwargs
        return super().__new__(cls.wired_class if wired else cls)

    def __init__(
        self,
        plan: GraphPlan,
        *,
        name: str = "LangGraph",
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        interrupt_before: Any = (),
        interrupt_after: Any = (),
        stream_mode: str = "updates",
        context_schema: Any = None,
        debug: bool = False,
        config: Config | None = None,
        step_timeout: float | None = None,
    ) -> None:
        self.plan = plan
        self.name = name
        self.checkpointer = ensure_valid_checkpointer(checkpointer)
        self.store = store
        self.cache = cache
        self.interrupt_before_nodes = interrupt_before
        self.interrupt_after_nodes = interrupt_after
        self.stream_mode = stream_mode
        self.context_schema = context_schema
        self.debug = debug
        self.config = config
        self.step_timeout = step_timeout
        self._subgraphs: dict[str, Pregel] | None = None

    # Names and parts

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The graph's name."""
        return f"{name or self.name}{suffix or ''}"

    @property
    def nodes(self) -> Mapping[str, Any]:
        """Nodes by name."""
        return self.plan.nodes

    @property
    def channels(self) -> Mapping[str, Any]:
        """Channels and managed values by name."""
        return {**self.plan.channels, **self.plan.managed}

    @property
    def input_channels(self) -> Any:
        """The channel that inputs are written to."""
        return _as_list(self.plan.input_key)

    @property
    def output_channels(self) -> Any:
        """The keys that ``invoke`` returns."""
        return _as_list(self.plan.output_keys)

    @property
    def stream_channels(self) -> Any:
        """The keys that ``stream`` and ``get_state`` show."""
        return _as_list(self.plan.stream_keys)

    @property
    def stream_channels_asis(self) -> Any:
        """The keys that ``stream`` and ``get_state`` show."""
        return _as_list(self.plan.stream_keys)

    @property
    def stream_channels_list(self) -> list[str]:
        """As ``stream_channels``, always a list."""
        keys = self.plan.stream_keys
        return [keys] if isinstance(keys, str) else list(keys)

    @property
    def direct_subgraphs(self) -> dict[str, Pregel]:
        """Graphs that are nodes, or that a node's function calls, by node. Found once."""
        if self._subgraphs is None:
            self._subgraphs = find_subgraphs(self.plan, Pregel)
        return self._subgraphs

    def copy(self, update: Mapping[str, Any] | None = None) -> Any:
        """The same graph with other attributes."""
        new = self.__class__.__new__(self.__class__)
        new.__dict__.update(self.__dict__)
        new.__dict__.update(update or {})
        return new

    def with_config(self, config: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """A copy of the graph with a config that every call starts from; a call's own config is laid over it."""
        return self.copy({"config": merge_configs(self.config, config, kwargs)})

    def validate(self) -> Any:
        """Nothing is left to check once a graph is compiled."""
        return self

    # Running

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
        **deprecated: Any,
    ) -> Any:
        """Run to the end, or to the next question or breakpoint, and return the state's output keys.

        ``input``: a dict of keys begins a new run on the thread; None goes on where it stopped; a ``Command`` answers
        questions, updates or goes elsewhere. ``config``: ``{"configurable": {"thread_id": ...}}`` with a saver, with
        ``checkpoint_id`` to go on from an older checkpoint (a new branch); ``recursion_limit`` in supersteps;
        ``max_concurrency``, ``tags``, ``metadata``, ``callbacks``. ``context``: what nodes find as
        ``runtime.context``. ``output_keys``: other keys than the output schema's. ``interrupt_before`` and
        ``interrupt_after``: node names or ``"*"``, instead of those compiled in. ``durability``: ``"sync"``
        (checkpoints are committed before the next step; the default), ``"async"`` or ``"exit"`` (the last one only).
        ``control``: a ``RunControl`` to stop the run between two steps. ``print_mode``: stream modes to print as well.

        Returns a dict, with the open questions under ``"__interrupt__"`` if the run waits for answers; None if no
        output key was ever written; with ``version="v2"`` a ``GraphOutput``; with another ``stream_mode`` the list of
        its chunks. Raises what a node raises, as it is; ``GraphRecursionError``, ``InvalidUpdateError`` and its
        ``UnknownNodeError``, ``EmptyInputError`` for None on a thread without checkpoints, ``UnknownInterruptError``,
        ``GraphDrained``; ValueError and KeyError for a config without ``thread_id``. After any of them the thread
        stands where its last complete step left it.
        """
        if output_keys is None:
            output_keys = self.plan.output_keys
        options = RunOptions(
            context=context,
            output_keys=output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
        )
        if stream_mode != "values" or print_mode:
            return self._invoke_streaming(input, config, options, stream_mode, print_mode, version)
        run = start_run(self, input, config, options)
        for _ in drive(run):
            pass
        return final_output(run, version, self.output_mapper)

    def _invoke_streaming(
        self, input: Any, config: Any, options: RunOptions, stream_mode: Any, print_mode: Any, version: str
    ) -> Any:
        output = StreamOutput(self, stream_mode, print_mode=print_mode, version=version)
        if stream_mode == "values":
            output = StreamOutput(self, (), print_mode=print_mode, version=version)
        run = start_run(self, input, config, options, output.modes)
        chunks: list[Any] = []
        for _ in drive(run):
            chunks += output.take(run)
        chunks += output.take(run)
        return final_output(run, version, self.output_mapper) if stream_mode == "values" else chunks

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
        thread can be gone on with.
        """
        options = RunOptions(
            context=context,
            output_keys=output_keys if output_keys is not None else self.plan.stream_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            subgraphs=subgraphs,
            control=control,
        )
        modes = self._modes(stream_mode, config)
        output = StreamOutput(self, modes, print_mode=print_mode, subgraphs=subgraphs, version=version)
        run = start_run(self, input, config, options, output.modes)
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
        **deprecated: Any,
    ) -> Any:
        """As ``invoke``, on the running event loop: asynchronous nodes run on it, plain ones on threads.

        When one of several asynchronous nodes fails, its siblings are cancelled and run again when the thread goes on.
        """
        from engine.runtime.async_driver import drive_async

        options = RunOptions(
            context=context,
            output_keys=output_keys if output_keys is not None else self.plan.output_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            control=control,
            subgraphs=subgraphs,
        )
        modes = () if stream_mode == "values" else stream_mode
        output = StreamOutput(self, modes, print_mode=print_mode, version=version)
        run = start_run(self, input, config, options, output.modes)
        chunks: list[Any] = []
        async for _ in drive_async(run):
            if run.stream is not None and run.stream.chunks:
                chunks += output.take(run)
        chunks += output.take(run)
        return final_output(run, version, self.output_mapper) if stream_mode == "values" else chunks

    async def astream(
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
        from engine.runtime.async_driver import drive_async

        options = RunOptions(
            context=context,
            output_keys=output_keys if output_keys is not None else self.plan.stream_keys,
            interrupt_before=interrupt_before,
            interrupt_after=interrupt_after,
            durability=_durability(durability, deprecated),
            subgraphs=subgraphs,
            control=control,
        )
        modes = self._modes(stream_mode, config)
        output = StreamOutput(self, modes, print_mode=print_mode, subgraphs=subgraphs, version=version)
        run = start_run(self, input, config, options, output.modes)
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
        if stream_mode is not None:
            return stream_mode
        complete = complete_config(self.config, config)
        return "values" if "__pregel_task" in complete[CONF] else self.stream_mode

    # Reading and writing the state

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """The thread's state now, or at the checkpoint that the config names. Runs nothing and never fails because of
        what a run has written.

        "Now" includes what finished tasks of an open step wrote, and open questions only; with a ``checkpoint_id`` it
        is the start of that step. An unknown thread or checkpoint gives an empty snapshot (``metadata`` None). With
        ``subgraphs`` each task that is a graph has its own snapshot as ``state``. Tasks whose writes do not go
        together, or whose node is gone, have an ``error`` that says so. Raises ValueError without a checkpointer or
        for a namespace that is no subgraph.
        """
        from engine.runtime.snapshot import get_state

        graph, complete = self._addressed(config)
        return get_state(graph, complete, subgraphs=subgraphs)

    async def aget_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """As ``get_state``."""
        import asyncio

        return await asyncio.to_thread(self.get_state, config, subgraphs=subgraphs)

    def get_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> Iterator[StateSnapshot]:
        """The thread's checkpoints, newest first, over all branches, each as it was when its step began.

        ``filter``: metadata that must be equal, for example ``{"source": "loop"}``. ``before``: a config; only older
        checkpoints. ``limit``: at most so many. A config with a ``checkpoint_id`` gives just that one.
        """
        from engine.runtime.snapshot import get_state_history

        graph, complete = self._addressed(config)
        yield from get_state_history(graph, complete, filter=filter, before=before, limit=limit)

    async def aget_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[StateSnapshot]:
        """As ``get_state_history``."""
        for found in self.get_state_history(config, filter=filter, before=before, limit=limit):
            yield found

    def update_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> Config:
        """Change the state as if a node had written ``values``. Returns the config of the new checkpoint, a child of
        the one that ``config`` names, or of the newest.

        ``as_node``: whose edges decide what comes next; left out, the node that ran last. ``END`` with None for
        ``values`` drops what is due, ``"__input__"`` begins anew as an input does, ``"__copy__"`` makes a sibling.
        ``task_id``: which of several due tasks of the node this is the result of. Raises ``InvalidUpdateError`` if the
        node is unknown or it is not clear which one is meant, or if the state cannot take the values; ValueError
        without a checkpointer. Nothing is changed then.
        """
        return self.bulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    async def aupdate_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> Config:
        """As ``update_state``."""
        return await self.abulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    def bulk_update_state(self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Config:
        """Several supersteps of updates, one after the other; updates of one superstep are applied together.

        Returns the config of the last checkpoint. Raises ValueError for an empty list, else as ``update_state``; the
        supersteps before the one that failed stay.
        """
        from engine.runtime.update_state import bulk_update_state

        store_of_state(self, complete_config(self.config, config))
        if not supersteps:
            raise ValueError("No supersteps provided")
        if any(not updates for updates in supersteps):
            raise ValueError("No updates provided")
        graph, complete = self._addressed(config, for_update=True)
        return bulk_update_state(graph, complete, supersteps)

    async def abulk_update_state(
        self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]
    ) -> Config:
        """As ``bulk_update_state``."""
        import asyncio

        return await asyncio.to_thread(self.bulk_update_state, config, supersteps)

    def _addressed(self, config: Mapping[str, Any], *, for_update: bool = False) -> tuple[RunnableGraph, Config]:
        """The graph that a config's namespace belongs to, and the config it is to be asked with."""
        complete = complete_config(self.config, config)
        namespace = complete[CONF].get(CHECKPOINT_NS, "")
        if namespace and "__pregel_checkpointer" not in complete[CONF]:
            found = subgraph_at(self, namespace)
            if found is not None:
                conf = {**complete[CONF], "__pregel_checkpointer": store_of_state(self, complete)}
                return found, own_namespace(found, {**complete, CONF: conf})
            if for_update:
                raise ValueError(f"Subgraph {stable_namespace(namespace)} not found")
        return self, own_namespace(self, complete)

    # Parts, drawing, schemas

    def get_subgraphs(self, *, namespace: str | None = None, recurse: bool = False) -> Iterator[tuple[str, Pregel]]:
        """Graphs inside this one, each with its namespace: node names joined by ``|``.

        ``namespace``: only that one. ``recurse``: graphs inside those, too.
        """
        found = get_subgraphs(self, namespace=namespace, recurse=recurse)
        yield from cast(Iterator[tuple[str, Pregel]], found)

    async def aget_subgraphs(
        self, *, namespace: str | None = None, recurse: bool = False
    ) -> AsyncIterator[tuple[str, Pregel]]:
        """As ``get_subgraphs``."""
        for found in self.get_subgraphs(namespace=namespace, recurse=recurse):
            yield found

    def get_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """The graph as it is drawn: nodes and edges, ``to_json()``, ``draw_mermaid()``.

        With ``xray`` subgraphs are unfolded, as many levels deep as it says, True for all.
        """
        return self._drawn(xray)

    async def aget_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """As ``get_graph``."""
        return self.get_graph(config, xray=xray)

    def _drawn(self, xray: int | bool) -> DrawnGraph:
        from engine.runtime.draw import draw_one_node

        return draw_one_node(self)

    def get_input_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the input."""
        from engine.runtime import json_schemas

        key = self.plan.input_key
        return json_schemas.of_channel(self, key if isinstance(key, str) else key[0], self.get_name("Input"))

    def get_output_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the output."""
        from engine.runtime import json_schemas

        keys = self.plan.output_keys
        return json_schemas.of_channel(self, keys if isinstance(keys, str) else keys[0], self.get_name("Output"))

    def get_context_jsonschema(self) -> dict[str, Any] | None:
        """JSON schema of the context; None if there is none."""
        from engine.runtime import json_schemas

        return json_schemas.of_context(self.context_schema)

    def clear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """Forget cached results, of all nodes or of these. Raises ValueError if the graph has no cache."""
        if self.cache is None:
            raise ValueError("No cache is set for this graph. Cannot clear cache.")
        names = nodes if nodes is not None else list(self.plan.nodes)
        self.cache.clear(
            [self.plan.nodes[name].cache_namespace for name in names if self.plan.nodes[name].cache_namespace]
        )

    async def aclear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """As ``clear_cache``."""
        import asyncio

        await asyncio.to_thread(self.clear_cache, nodes)

    @property
    def output_mapper(self) -> Any:
        """Turns output values into the output schema's class for ``version="v2"``; None if they are a dict anyway."""
        return None

    @property
    def state_mapper(self) -> Any:
        """As ``output_mapper``, for the whole state."""
        return None


def _as_list(keys: str | tuple[str, ...]) -> Any:
    return keys if isinstance(keys, str) else list(keys)


def _durability(durability: str | None, deprecated: dict[str, Any]) -> str | None:
    """The durability, also from the argument's old name."""
    checkpoint_during = deprecated.pop("checkpoint_during", None)
    deprecated.pop("debug", None)
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
