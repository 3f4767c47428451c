"""Builds a runnable graph from a graph file and the user's modules beside it.

Nodes are wrapped so that attempts, times and errors are noted, routers so that each decision is. The user's
code sees nothing of it: signatures stay, values pass through untouched.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.graph.disabled import node_as_it_runs
from engine.graph.graph_file import read_graph
from engine.graph.references import GraphPlace
from engine.graph.spec import START, GraphSpec, NodeSpec, RouterSpec, SubgraphMemory
from engine.runner.capture import NOBODY, Origin
from engine.runner.engine_kit import EngineKit
from engine.runner.failure import facts_of
from engine.runner.jumps_made import jumps_of
from engine.runner.node_settings import NodeSettings
from engine.runner.routing import expression_router, function_router, path_map
from engine.runner.task_log import TaskLog
from engine.runner.user_code import UserCodeError, resolve, resolve_function

DEFAULT_RECURSION_LIMIT = 10_007
"""LangGraph's own default since 1.2."""


@dataclass(frozen=True)
class HostedSubgraph:
    spec: GraphSpec
    log: TaskLog
    compiled: Any
    """Its ``interrupt_before_nodes`` may be set between supersteps: a public attribute in both engines."""
    keeps_checkpoints: bool
    """Without them it cannot be stopped inside: it would begin anew."""
    inside: Mapping[str, HostedSubgraph]
    """Those within it, by node."""


@dataclass(frozen=True)
class HostedGraph:
    """A graph that can be compiled with any saver."""

    spec: GraphSpec
    kit: EngineKit
    log: TaskLog
    compile: Callable[[Any], Any]
    """Saver -> compiled graph."""
    is_async: bool
    """Some function is a coroutine function, so the graph must be run by an event loop."""
    folder: Path = Path()
    """Where the graph file and the modules beside it lie."""
    inside: Mapping[str, HostedSubgraph] = field(default_factory=dict)
    """The subgraphs by node. One that several nodes share is one object."""

    @property
    def recursion_limit(self) -> int:
        return self.spec.recursion_limit or DEFAULT_RECURSION_LIMIT


def load_graph(graph_path: Path, kit: EngineKit) -> HostedGraph:
    """Reads the file, imports what it names, builds the graph. Raises GraphFileError, UserCodeError or ValueError."""
    spec = read_graph(graph_path)
    builder = _Builder(spec, GraphPlace.of(graph_path), kit)
    return builder.build()


def origin_from(kit: EngineKit) -> Callable[[], Origin]:
    """Tells which task runs on the calling thread, by the config that both engines keep in a context variable.

    Of a node within a subgraph: "sub/k", the task of the outermost graph, and the step of the subgraph.
    """

    def origin() -> Origin:
        try:
            metadata = kit.current_config()["metadata"]
            node, step = metadata["langgraph_node"], metadata["langgraph_step"]
        except (RuntimeError, KeyError, TypeError):
            return NOBODY
        namespace = str(metadata.get("langgraph_checkpoint_ns") or metadata.get("checkpoint_ns") or "")
        path = [part.partition(":")[0] for part in namespace.split("|")[:-1] if not part.isdigit()]
        return Origin("/".join([*path, node]), step, _task_id(namespace))

    return origin


def _task_id(namespace: str) -> str | None:
    # "node:task id", and "|" with the same of a subgraph's node behind it; the outermost task is meant.
    return namespace.split("|")[0].rpartition(":")[2] or None


_CHECKPOINTERS: Mapping[SubgraphMemory, bool | None] = {"inherit": None, "own": True, "none": False}


class _Builder:
    """Builds one graph; for each subgraph in it there is another one of these."""

    def __init__(self, spec: GraphSpec, place: GraphPlace, kit: EngineKit, outer: _Builder | None = None) -> None:
        self._spec = spec
        self._place = place
        self._folder = place.folder
        self._kit = kit
        self._outer = outer
        self._log = TaskLog(spec.routers)
        """Of a subgraph: one that nobody reads. What happens inside is no task and no decision of the outer graph."""
        self._origin = origin_from(kit)
        self._is_async = False
        self._settings = NodeSettings(kit, self._folder, self._noted)
        self._cache: Any = kit.memory_cache() if outer is None else outer._cache
        self._inside: dict[str, HostedSubgraph] = {}
        self._files: dict[tuple[Path, str, str], tuple[HostedSubgraph, bool]] = {} if outer is None else outer._files
        """Subgraphs of other files that were built already, with whether they are asynchronous."""

    def build(self) -> HostedGraph:
        graph = self._graph()
        name, cache = self._spec.name, self._cache
        return HostedGraph(
            self._spec,
            self._kit,
            self._log,
            lambda saver: graph.compile(checkpointer=saver, name=name, cache=cache),
            self._is_async,
            self._folder,
            self._inside,
        )

    def _graph(self) -> Any:
        graph = self._kit.graph_class(self._state_schema())
        if defaults := self._settings.of_all(self._spec.defaults):
            graph.set_node_defaults(**defaults)
        for name, drawn in self._spec.nodes.items():
            node = node_as_it_runs(drawn)
            options: dict[str, Any] = {"defer": node.defer} if node.defer else {}
            if node.metadata:
                options["metadata"] = dict(node.metadata)
            options |= self._settings.of(name, node)
            graph.add_node(name, self._node_function(name, node), **options)
        for edge in self._spec.edges:
            graph.add_edge(list(edge.sources) if edge.is_join else edge.source, edge.target)
        for name, routers in self._spec.routers.items():
            for number, router in enumerate(routers):
                graph.add_conditional_edges(name, self._router_function(name, number, router), path_map(router))
        return graph

    def _state_schema(self) -> Any:
        if self._spec.state is None and self._outer is not None and self._outer._place == self._place:
            return self._outer._state_schema()
        if self._spec.state is None:
            raise UserCodeError(
                f"Graph {self._spec.name!r} names no state class. Give it one, for example state:State, a TypedDict."
            )
        return resolve(self._spec.state, self._folder, used_by="The graph")

    def _node_function(self, name: str, node: NodeSpec) -> Any:
        if node.disabled:
            return self._seen(self._passing_function(), name)
        if node.graph is not None:
            return self._subgraph(name, node)
        if node.fn is None:
            raise UserCodeError(f"Node {name!r} has no function. Choose one, for example nodes:{name}.")
        return self._seen(resolve_function(node.fn, self._folder, used_by=f"Node {name!r}"), name)

    def _seen(self, function: Any, name: str) -> Any:
        """The function of a node, its tasks noted if they are those of the outermost graph."""
        if self._outer is not None:
            self._is_async = self._is_async or inspect.iscoroutinefunction(function)
            return function
        if inspect.iscoroutinefunction(function):
            self._is_async = True
            return self._watched_coroutine(function, name)
        if inspect.isfunction(function) and not inspect.isgeneratorfunction(function):
            return self._watched(function, name)
        return function

    def _passing_function(self) -> Any:
        """Of a disabled node. A timeout that holds for all nodes takes only coroutine functions."""
        return _pass_by if self._spec.defaults.timeout is None else _pass_by_async

    def _subgraph(self, name: str, node: NodeSpec) -> Any:
        """The compiled subgraph that is this node."""
        if node.fn is not None:
            raise UserCodeError(f"Node {name!r} has both a function and a graph. Take one of them away.")
        if isinstance(node.graph, GraphSpec):
            return self._compiled_inside(name, node, node.graph, self._place)
        try:
            spec, place = self._place.follow(str(node.graph))
        except ValueError as error:
            raise UserCodeError(f"Node {name!r} names a graph that cannot be used. {error}") from error
        key = (place.path, name, node.checkpointer)
        if key not in self._files:
            was_async, self._is_async = self._is_async, False
            self._compiled_inside(name, node, spec, place)
            self._files[key] = (self._inside[name], self._is_async)
            self._is_async = was_async
        self._inside[name], is_async = self._files[key]
        self._is_async = self._is_async or is_async
        return self._inside[name].compiled

    def _compiled_inside(self, name: str, node: NodeSpec, spec: GraphSpec, place: GraphPlace) -> Any:
        inner = _Builder(spec, place, self._kit, outer=self)
        try:
            compiled = inner._graph().compile(
                checkpointer=_CHECKPOINTERS[node.checkpointer], name=name, cache=self._cache
            )
        except UserCodeError as error:
            raise UserCodeError(f"In {name!r}: {error}") from error
        self._is_async = self._is_async or inner._is_async
        keeps = node.checkpointer != "none"
        self._inside[name] = HostedSubgraph(spec, inner._log, compiled, keeps, inner._inside)
        return compiled

    def _noted(self, function: Any) -> Any:
        self._is_async = self._is_async or inspect.iscoroutinefunction(function)
        return function

    def _router_function(self, node: str, number: int, router: RouterSpec) -> Any:
        if router.fn is None:
            decide: Any = expression_router(node, router, self._log)
        else:
            where = "START" if node == START else f"node {node!r}"
            function = resolve_function(router.fn, self._folder, used_by=f"The router on {where}")
            self._is_async = self._is_async or inspect.iscoroutinefunction(function)
            send = self._kit.send_class
            decide = function_router(node, router, function, self._log, send_class=send)
        # The engine tells the routers of one node apart by the function's name.
        decide.__name__ = router.name or f"{getattr(decide, '__name__', 'route')}_{number}"
        return decide

    def _watched(self, function: Callable[..., Any], node: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            watch = _Watch(self._log, self._origin().task_id, node)
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                watch.failed(error)
                raise
            watch.done(jumps_of(result, self._kit))
            return result

        return run

    def _watched_coroutine(self, function: Callable[..., Any], node: str) -> Callable[..., Any]:
        @functools.wraps(function)
        async def run(*args: Any, **kwargs: Any) -> Any:
            watch = _Watch(self._log, self._origin().task_id, node)
            try:
                result = await function(*args, **kwargs)
            except BaseException as error:
                watch.failed(error)
                raise
            watch.done(jumps_of(result, self._kit))
            return result

        return run


def _pass_by(_state: Any) -> None:
    """What a disabled node does."""


async def _pass_by_async(_state: Any) -> None:
    """The same on the event loop."""


class _Watch:
    """One attempt of one task."""

    def __init__(self, log: TaskLog, task_id: str | None, node: str) -> None:
        self._log, self._task_id, self._node = log, task_id, node
        self._began_s = time.perf_counter()
        if task_id is not None:
            log.started(task_id)

    def done(self, jumps: tuple[str, ...]) -> None:
        if self._task_id is not None:
            if jumps:
                self._log.jumped(self._task_id, jumps)
            self._log.ended(self._task_id, time.perf_counter() - self._began_s, None)

    def failed(self, error: BaseException) -> None:
        if self._task_id is not None:
            self._log.ended(self._task_id, time.perf_counter() - self._began_s, facts_of(error, node=self._node))
