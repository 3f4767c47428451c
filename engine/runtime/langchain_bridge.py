"""Callbacks of langchain-core, for graphs that are given some: traces of the graph and its nodes, and message streams.

Nothing here is imported unless a config has callbacks or stream mode ``messages`` is asked for.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.log import log_warning

if TYPE_CHECKING:
    from engine.runtime.run import Run
    from engine.runtime.task import Task


class RunCallbacks:
    """Tells callbacks about one run and its nodes."""

    def __init__(self, run: Run) -> None:
        from langchain_core.callbacks import CallbackManager

        config = run.config
        manager = CallbackManager.configure(
            inheritable_callbacks=config.get("callbacks"),
            inheritable_tags=config.get("tags"),
            inheritable_metadata={**config.get("metadata", {}), "ls_integration": "langgraph"},
        )
        self._manager_class = CallbackManager
        self._root = manager.on_chain_start(None, run.input, name=run.name, run_id=config.get("run_id"))
        if run.stream is not None and "messages" in run.stream.modes:
            from engine.runtime.message_stream import message_handler

            self._root.inheritable_handlers.append(message_handler(run))
        if run.stream is not None and "tools" in run.stream.modes:
            from engine.runtime.tool_stream import ToolHandler

            self._root.inheritable_handlers.append(ToolHandler(run))

    @property
    def run_id(self) -> Any:
        """The id of the graph's run."""
        return self._root.run_id

    def begin_task(self, task: Task) -> None:
        """A node begins; its config gets callbacks for what it calls."""
        if task.node.hidden:
            return
        child = self._root.get_child(f"graph:step:{task.run.step}")
        manager = self._manager_class.configure(
            inheritable_callbacks=child,
            inheritable_tags=list(task.node.tags),
            inheritable_metadata=task.metadata,
        )
        recorded = _processed(task.node.trace_policy, "process_inputs", task.input)
        if recorded is not task.input:
            with _only(manager, _is_tracer):
                tracers_run = manager.on_chain_start(None, recorded, name=task.name)
            with _only(manager, _is_no_tracer):
                manager.on_chain_start(None, task.input, name=task.name, run_id=tracers_run.run_id)
            tracers_run.handlers = list(manager.handlers)
            task.callback_run = tracers_run
            return
        task.callback_run = manager.on_chain_start(None, task.input, name=task.name)

    def child(self, task: Task) -> Any:
        """The callbacks for what a node calls."""
        if task.callback_run is None:
            return self._root.get_child(f"graph:step:{task.run.step}")
        return task.callback_run.get_child("seq:step:1")

    def end_task(self, task: Task) -> None:
        """A node has ended."""
        if task.callback_run is None:
            return
        if task.error is not None:
            task.callback_run.on_chain_error(task.error)
        else:
            _tell_of_stream(task.callback_run, task.result)
            recorded = _processed(task.node.trace_policy, "process_outputs", task.result)
            if recorded is not task.result:
                with _only(task.callback_run, _is_tracer):
                    task.callback_run.on_chain_end(recorded)
                with _only(task.callback_run, _is_no_tracer):
                    task.callback_run.on_chain_end(task.result)
            else:
                task.callback_run.on_chain_end(task.result)
        task.callback_run = None

    def end(self, run: Run, error: BaseException | None) -> None:
        """The run has ended."""
        if error is not None:
            self._root.on_chain_error(error)
        else:
            self._root.on_chain_end(run.state.read(run.output_keys))


def _tell_of_stream(callback_run: Any, result: Any) -> None:
    """Handlers that listen to streams (``astream_events``, ``astream_log``) hear a node's result as its only chunk."""
    streaming = sys.modules.get("langchain_core.tracers._streaming")
    if streaming is not None:
        for handler in callback_run.handlers:
            if streaming._StreamingCallbackHandler in type(handler).__mro__:  # a protocol: isinstance is for lookalikes
                deque(handler.tap_output_iter(callback_run.run_id, iter((result,))), maxlen=0)


@contextmanager
def _only(manager: Any, wanted: Callable[[Any], bool]) -> Iterator[None]:
    """Within it, only some of the handlers are called."""
    everyone = manager.handlers
    manager.handlers = [handler for handler in everyone if wanted(handler)]
    try:
        yield
    finally:
        manager.handlers = everyone


def _is_tracer(handler: Any) -> bool:
    """Whether a handler records runs, as opposed to reacting to them."""
    return hasattr(handler, "run_map")


def _is_no_tracer(handler: Any) -> bool:
    return not _is_tracer(handler)


def _processed(policy: Any, which: str, value: Any) -> Any:
    process = getattr(policy, which, None)
    if process is None:
        return value
    try:
        return process(value)
    except Exception as error:  # what is recorded must never break the node
        log_warning("TracePolicy.%s raised %r; the value is recorded as it is.", which, error)
        return value


def callbacks_for(run: Run) -> RunCallbacks | None:
    """Callbacks, if there is anybody to call."""
    streams = run.stream is not None and not _STREAMED_BY_CALLBACKS.isdisjoint(run.stream.modes)
    if run.config.get("callbacks") or ((streams or is_traced()) and _is_installed()):
        return RunCallbacks(run)
    return None


_STREAMED_BY_CALLBACKS = frozenset(("messages", "tools"))


def is_traced() -> bool:
    """Whether LangSmith records runs without having been asked for in a config: by its context or the environment."""
    langsmith = sys.modules.get("langsmith.utils")
    if langsmith is not None:
        return bool(langsmith.tracing_is_enabled())
    return _is_traced_by_environment()


@cache
def _is_traced_by_environment() -> bool:
    """Looked up once, as LangSmith does."""
    names = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
    return any(os.environ.get(name) == "true" for name in names)


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("langchain_core") is not None


@contextmanager
def config_entered(task: Task) -> Iterator[None]:
    """Within it, langchain runnables inherit the task's config, and what LangSmith traces is a part of the task."""
    from langchain_core.runnables.config import var_child_runnable_config

    config: Any = task.config
    token = var_child_runnable_config.set(config)
    try:
        with _traced_as(task.callback_run):
            yield
    finally:
        var_child_runnable_config.reset(token)


def _traced_as(callback_run: Any) -> AbstractContextManager[Any]:
    """As a part of the node, if LangSmith's own tracer records it. Any other tracer is not LangSmith's business."""
    helpers = sys.modules.get("langsmith.run_helpers")
    tracers = sys.modules.get("langchain_core.tracers.langchain")
    if helpers is None or tracers is None or callback_run is None:
        return nullcontext()
    for handler in callback_run.handlers:
        if isinstance(handler, tracers.LangChainTracer):
            recorded = handler.run_map.get(str(callback_run.run_id))
            if recorded is not None:
                context: AbstractContextManager[Any] = helpers.tracing_context(parent=recorded)
                return context
    return nullcontext()
