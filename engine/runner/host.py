"""Builds a runnable graph from a graph file and the user's modules beside it.

Nodes are wrapped so that attempts, times and errors are noted, routers so that each decision is. The user's
code sees nothing of it: signatures stay, values pass through untouched.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.graph.graph_file import read_graph
from engine.graph.spec import START, GraphSpec, NodeSpec, RouterSpec
from engine.runner.capture import NOBODY, Origin
from engine.runner.engine_kit import EngineKit
from engine.runner.failure import facts_of
from engine.runner.routing import expression_router, function_router, path_map
from engine.runner.task_log import TaskLog
from engine.runner.user_code import UserCodeError, resolve, resolve_function

DEFAULT_RECURSION_LIMIT = 10_007
"""LangGraph's own default since 1.2."""


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

    @property
    def recursion_limit(self) -> int:
        return self.spec.recursion_limit or DEFAULT_RECURSION_LIMIT


def load_graph(graph_path: Path, kit: EngineKit) -> HostedGraph:
    """Reads the file, imports what it names, builds the graph. Raises GraphFileError, UserCodeError or ValueError."""
    spec = read_graph(graph_path)
    builder = _Builder(spec, Path(graph_path).resolve().parent, kit)
    return builder.build()


def origin_from(kit: EngineKit) -> Callable[[], Origin]:
    """Tells which task runs on the calling thread, by the config that both engines keep in a context variable."""

    def origin() -> Origin:
        try:
            metadata = kit.current_config()["metadata"]
            node, step = metadata["langgraph_node"], metadata["langgraph_step"]
        except (RuntimeError, KeyError, TypeError):
            return NOBODY
        return Origin(node, step, _task_id(metadata))

    return origin


def _task_id(metadata: dict[str, Any]) -> str | None:
    # "node:task id", and "|" with the same of a subgraph's node behind it; the outermost task is meant.
    namespace = str(metadata.get("langgraph_checkpoint_ns") or metadata.get("checkpoint_ns") or "")
    return namespace.split("|")[0].rpartition(":")[2] or None


class _Builder:
    def __init__(self, spec: GraphSpec, folder: Path, kit: EngineKit) -> None:
        self._spec = spec
        self._folder = folder
        self._kit = kit
        self._log = TaskLog()
        self._origin = origin_from(kit)
        self._is_async = False

    def build(self) -> HostedGraph:
        graph = self._kit.graph_class(self._state_schema())
        for name, node in self._spec.nodes.items():
            options: dict[str, Any] = {"defer": node.defer} if node.defer else {}
            if node.metadata:
                options["metadata"] = dict(node.metadata)
            graph.add_node(name, self._node_function(name, node), **options)
        for edge in self._spec.edges:
            graph.add_edge(list(edge.sources) if edge.is_join else edge.source, edge.target)
        for name, routers in self._spec.routers.items():
            for number, router in enumerate(routers):
                graph.add_conditional_edges(name, self._router_function(name, number, router), path_map(router))
        name = self._spec.name
        return HostedGraph(
            self._spec, self._kit, self._log, lambda saver: graph.compile(checkpointer=saver, name=name), self._is_async
        )

    def _state_schema(self) -> Any:
        if self._spec.state is None:
            raise UserCodeError(
                f"Graph {self._spec.name!r} names no state class. Give it one, for example state:State, a TypedDict."
            )
        return resolve(self._spec.state, self._folder, used_by="The graph")

    def _node_function(self, name: str, node: NodeSpec) -> Any:
        if node.fn is None:
            raise UserCodeError(f"Node {name!r} has no function. Choose one, for example nodes:{name}.")
        function = resolve_function(node.fn, self._folder, used_by=f"Node {name!r}")
        if inspect.iscoroutinefunction(function):
            self._is_async = True
            return self._watched_coroutine(function, name)
        if inspect.isfunction(function) and not inspect.isgeneratorfunction(function):
            return self._watched(function, name)
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
            watch.done()
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
            watch.done()
            return result

        return run


class _Watch:
    """One attempt of one task."""

    def __init__(self, log: TaskLog, task_id: str | None, node: str) -> None:
        self._log, self._task_id, self._node = log, task_id, node
        self._began_s = time.perf_counter()
        if task_id is not None:
            log.started(task_id)

    def done(self) -> None:
        if self._task_id is not None:
            self._log.ended(self._task_id, time.perf_counter() - self._began_s, None)

    def failed(self, error: BaseException) -> None:
        if self._task_id is not None:
            self._log.ended(self._task_id, time.perf_counter() - self._began_s, facts_of(error, node=self._node))
