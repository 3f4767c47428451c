"""What an engine tells of tasks besides their beginning and their end: chunks of the custom stream, cached results.

Both come as stream modes of the public API. Our engine says with each chunk which task wrote it; of langgraph's it is
known only while one task runs. Called by ``driver`` for each chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.graph.spec import GraphSpec
from engine.runner.capture import NOBODY, Origin
from engine.runner.driven_thread import DrivenThread
from engine.runner.host import HostedGraph
from engine.runner.inside import Inside, Namespace
from engine.runner.run_events import InsideTaskChanged, RunEvent, TaskChanged, TaskFacts
from engine.runner.usage import told_usage
from engine.serialization.preview import preview

CUSTOM, CUSTOM_BY_TASK, UPDATES = "custom", "custom_by_task", "updates"

TellCustom = Callable[[str, Origin], None]


def modes_for(hosted: HostedGraph) -> list[str]:
    """The stream modes that tell all there is to tell of this graph."""
    modes = ["tasks", "checkpoints", CUSTOM_BY_TASK if hosted.kit.names_writers else CUSTOM]
    return [*modes, UPDATES] if _has_cache(hosted.spec) else modes


class TaskTidings:
    """Belongs to the run thread."""

    def __init__(self, inside: Inside, tell: Callable[[RunEvent], None], tell_custom: TellCustom) -> None:
        self._inside = inside
        self._tell = tell
        self._tell_custom = tell_custom

    def take(self, thread: DrivenThread, namespace: Namespace, mode: str, payload: Any) -> bool:
        """Whether the chunk was one of these; then it is told. ``thread``: of the outermost graph."""
        within = self._inside.thread_of(namespace) if namespace else thread
        while within is not None and within.moved:
            self._changed(thread, namespace, within, within.moved.pop(0))
        if mode == UPDATES:
            self._cached(thread, namespace, within, payload)
        elif mode == CUSTOM_BY_TASK:
            self._custom(thread, namespace, within, *payload)
        elif mode == CUSTOM:
            self._custom(thread, namespace, within, "", payload)
        else:
            return False
        return True

    def _custom(
        self, thread: DrivenThread, namespace: Namespace, within: DrivenThread | None, task_id: str, value: Any
    ) -> None:
        writer = None if within is None else within.tasks.get(task_id) if task_id else _only_running(within)
        text = value if isinstance(value, str) else preview(value)["text"]
        self._tell_custom(text, _origin(thread, namespace, writer))
        usage = told_usage(value)
        if usage is None:
            return
        if within is not None and writer is not None:
            self._changed(thread, namespace, within, within.spent(writer.id, usage))
        elif namespace:  # of a graph that a function calls: what it spends is the function's
            self._changed(thread, (), thread, thread.spent(_outer_task(namespace), usage))

    def _cached(self, thread: DrivenThread, namespace: Namespace, within: DrivenThread | None, payload: Any) -> None:
        if not isinstance(payload, Mapping) or not (payload.get("__metadata__") or {}).get("cached"):
            return
        for node in payload:
            if within is not None and node != "__metadata__":
                self._changed(thread, namespace, within, within.cached_streamed(node, payload[node]))

    def _changed(
        self, thread: DrivenThread, namespace: Namespace, within: DrivenThread, task: TaskFacts | None
    ) -> None:
        if task is None or within.head_id is None:
            return
        if namespace:
            self._tell(InsideTaskChanged(thread.id, namespace, within.head_id, task))
        else:
            self._tell(TaskChanged(thread.id, within.head_id, task))


def _origin(thread: DrivenThread, namespace: Namespace, writer: TaskFacts | None) -> Origin:
    """As ``host.origin_from`` has it for what is printed: "sub/k" with the step and the task of the outermost graph."""
    step = thread.head.step + 1 if thread.head is not None else None
    if not namespace:
        return NOBODY if writer is None else Origin(writer.node, step, writer.id)
    path = [part.partition(":")[0] for part in namespace if not part.isdigit()]
    return Origin(
        "/".join([*path, *([writer.node] if writer is not None else [])]), step, _outer_task(namespace) or None
    )


def _outer_task(namespace: Namespace) -> str:
    return namespace[0].partition(":")[2]


def _only_running(thread: DrivenThread) -> TaskFacts | None:
    running = [task for task in thread.tasks.values() if task.state == "running"]
    return running[0] if len(running) == 1 else None


def _has_cache(graph: GraphSpec) -> bool:
    inner: Iterable[GraphSpec] = (node.graph for node in graph.nodes.values() if isinstance(node.graph, GraphSpec))
    has_file = any(isinstance(node.graph, str) for node in graph.nodes.values())  # whose nodes are not known here
    own = graph.defaults.cache is not None or any(node.cache is not None for node in graph.nodes.values())
    return own or has_file or any(map(_has_cache, inner))
