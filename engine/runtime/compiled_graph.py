"""A graph that can be run: LangGraph's public methods. Each of them only gathers what is needed and calls one module.

Running is in ``start_run`` and the drivers, reading in ``snapshot``, writing from outside in ``update_state``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from warnings import warn

from engine.compiler.plan import GraphPlan
from engine.errors import LangGraphDeprecatedSinceV10
from engine.graph.drawn_graph import DrawnGraph
from engine.runtime import json_schemas, snapshot, update_state
from engine.runtime.async_driver import drive_async
from engine.runtime.checkpointing import ensure_valid_checkpointer, own_namespace, store_of_state
from engine.runtime.config import CHECKPOINT_NS, CONF, complete_config, merge_configs
from engine.runtime.draw import draw_one_node
from engine.runtime.start_run import RunOptions, start_run
from engine.runtime.stream_output import StreamOutput, final_output
from engine.runtime.subgraphs import find_subgraphs, get_subgraphs, stable_namespace, subgraph_at
from engine.runtime.sync_driver import drive
from engine.types import Config, StateSnapshot, StateUpdate


class Pregel:
    """A runnable graph. ``StateGraph.compile()`` and ``@entrypoint`` make these."""

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
    def input_channels(self) -> str:
        """The channel that inputs are written to."""
        return self.plan.input_key

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
        """The same graph with a config that every call starts from."""
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
        """Run to the end, or to the next question or breakpoint, and return the state's output keys."""
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
        return final_output(run, version, self._output_mapper)

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
        return final_output(run, version, self._output_mapper) if stream_mode == "values" else chunks

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
        """Run and yield what happens, as the stream modes say."""
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
        """As ``invoke``, on the running event loop."""
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
        return final_output(run, version, self._output_mapper) if stream_mode == "values" else chunks

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
        """As ``stream``, on the running event loop."""
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
        """``invoke`` for each input; at the same time, on threads."""
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
        """``ainvoke`` for each input, at the same time."""
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

    def _modes(self, stream_mode: Any, config: Mapping[str, Any] | None) -> Any:
        if stream_mode is not None:
            return stream_mode
        complete = complete_config(self.config, config)
        return "values" if "__pregel_task" in complete[CONF] else self.stream_mode

    # Reading and writing the state

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """The thread's state now, or at the checkpoint that the config names."""
        graph, complete = self._addressed(config)
        return snapshot.get_state(graph, complete, subgraphs=subgraphs)

    async def aget_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """As ``get_state``."""
        return await asyncio.to_thread(self.get_state, config, subgraphs=subgraphs)

    def get_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> Iterator[StateSnapshot]:
        """The thread's checkpoints, newest first, over all branches."""
        graph, complete = self._addressed(config)
        yield from snapshot.get_state_history(graph, complete, filter=filter, before=before, limit=limit)

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
        """Change the state as if a node had written ``values``. Returns the config of the new checkpoint."""
        return self.bulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    async def aupdate_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> Config:
        """As ``update_state``."""
        return await self.abulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    def bulk_update_state(self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Config:
        """Several supersteps of updates, one after the other."""
        store_of_state(self, complete_config(self.config, config))
        if not supersteps:
            raise ValueError("No supersteps provided")
        if any(not updates for updates in supersteps):
            raise ValueError("No updates provided")
        graph, complete = self._addressed(config, for_update=True)
        return update_state.bulk_update_state(graph, complete, supersteps)

    async def abulk_update_state(
        self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]
    ) -> Config:
        """As ``bulk_update_state``."""
        return await asyncio.to_thread(self.bulk_update_state, config, supersteps)

    def _addressed(self, config: Mapping[str, Any], *, for_update: bool = False) -> tuple[Pregel, Config]:
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
        """Graphs inside this one, with their namespaces."""
        yield from get_subgraphs(self, namespace=namespace, recurse=recurse)

    async def aget_subgraphs(
        self, *, namespace: str | None = None, recurse: bool = False
    ) -> AsyncIterator[tuple[str, Pregel]]:
        """As ``get_subgraphs``."""
        for found in self.get_subgraphs(namespace=namespace, recurse=recurse):
            yield found

    def get_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """The graph as it is drawn; with ``xray`` subgraphs are unfolded, as many levels deep as it says."""
        return self._drawn(xray)

    async def aget_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """As ``get_graph``."""
        return self.get_graph(config, xray=xray)

    def _drawn(self, xray: int | bool) -> DrawnGraph:
        return draw_one_node(self)

    def get_input_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the input."""
        return json_schemas.of_channel(self, self.plan.input_key, self.get_name("Input"))

    def get_output_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the output."""
        keys = self.plan.output_keys
        return json_schemas.of_channel(self, keys if isinstance(keys, str) else keys[0], self.get_name("Output"))

    def get_context_jsonschema(self) -> dict[str, Any] | None:
        """JSON schema of the context; None if there is none."""
        return json_schemas.of_context(self.context_schema)

    def clear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """Forget cached results, of all nodes or of these."""
        if self.cache is None:
            raise ValueError("No cache is set for this graph. Cannot clear cache.")
        names = nodes if nodes is not None else list(self.plan.nodes)
        self.cache.clear(
            [self.plan.nodes[name].cache_namespace for name in names if self.plan.nodes[name].cache_namespace]
        )

    async def aclear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """As ``clear_cache``."""
        await asyncio.to_thread(self.clear_cache, nodes)

    @property
    def _output_mapper(self) -> Any:
        """Turns output values into the output schema's class for ``version="v2"``; None if they are a dict anyway."""
        return None

    @property
    def _state_mapper(self) -> Any:
        """As ``_output_mapper``, for the whole state."""
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
