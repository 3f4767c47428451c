"""Callbacks of langchain-core, for graphs that are given some: traces of the graph and its nodes, and message streams.

Nothing here is imported unless a config has callbacks or stream mode ``messages`` is asked for.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Token
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.runtime.run import Run
    from engine.runtime.task import Task

logger = logging.getLogger("langgraph")


class RunCallbacks:
    """Tells callbacks about one run and its nodes."""

    def __init__(self, run: Run) -> None:
        from langchain_core.callbacks import CallbackManager

        config = run.config
        manager = CallbackManager.configure(
            inheritable_callbacks=config.get("callbacks"),
            inheritable_tags=config.get("tags"),
            inheritable_metadata=config.get("metadata"),
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
        logger.warning("TracePolicy.%s raised %r; the value is recorded as it is.", which, error)
        return value


def callbacks_for(run: Run) -> RunCallbacks | None:
    """Callbacks, if there is anybody to call."""
    streams = run.stream is not None and not _STREAMED_BY_CALLBACKS.isdisjoint(run.stream.modes)
    if run.config.get("callbacks") or (streams and _is_installed()):
        return RunCallbacks(run)
    return None


_STREAMED_BY_CALLBACKS = frozenset(("messages", "tools"))


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("langchain_core") is not None


def enter_config(task: Task) -> Token[Any] | None:
    """Make a node's config the one that langchain runnables in it inherit."""
    if task.run.callbacks is None:
        return None
    from langchain_core.runnables.config import var_child_runnable_config

    return var_child_runnable_config.set(task.config)  # type: ignore[arg-type] # a RunnableConfig is a dict


def leave_config(token: Token[Any]) -> None:
    """Undo ``enter_config``."""
    sys.modules["langchain_core.runnables.config"].var_child_runnable_config.reset(token)
