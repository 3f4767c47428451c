"""Which task is running here, and what follows from that.

The config, store and writer that its code can ask for; the config that a graph called from it starts with.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from engine.runtime.config import CONF, TASK
from engine.runtime.task import Task
from engine.types import Config

_KEYS = ("tags", "metadata", "callbacks", "run_name", "max_concurrency", "recursion_limit", CONF, "run_id")

_SHOWN_IN_METADATA = ("thread_id", "checkpoint_id", "checkpoint_ns", "task_id", "run_id", "assistant_id", "graph_id")

current_task: ContextVar[Task | None] = ContextVar("current_task", default=None)
"""The task whose function is running in this context."""


def complete_config(*configs: Mapping[str, Any] | None) -> Config:
    """The running task's config, if there is one, overlaid with the given ones from left to right."""
    inherited = inherited_config()
    merged: Config = {"tags": [], "metadata": {}, CONF: {}}
    for config in (inherited, *configs):
        if not config:
            continue
        for key, value in config.items():
            if value is None:
                continue
            if key == CONF or (key == "metadata" and config is inherited):
                merged[key] = dict(value)
            elif key == "metadata":
                merged[key] = {**merged[key], **value}
            elif key == "tags":
                merged[key] = [*merged[key], *(tag for tag in value if tag not in merged[key])]
            elif key in _KEYS:
                merged[key] = value
    metadata, conf = merged["metadata"], merged[CONF]
    for key in _SHOWN_IN_METADATA:
        if conf.get(key) and key not in metadata:
            metadata[key] = conf[key]
    return merged


def inherited_config() -> Mapping[str, Any] | None:
    """The config of the task, or of the langchain runnable, that is running here."""
    task = current_task.get()
    langchain = sys.modules.get("langchain_core.runnables.config")
    config: Mapping[str, Any] | None = None
    if langchain is not None:
        config = langchain.var_child_runnable_config.get()
    if task is None or (config is not None and TASK in config.get(CONF, {})):
        return config
    return task.config


def get_config() -> Config:
    """The config of the node that is running here. Raises RuntimeError outside a node."""
    task = current_task.get()
    if task is not None:
        return task.config
    inherited = inherited_config()
    if inherited is not None:
        return dict(inherited)
    raise RuntimeError("Called get_config outside of a runnable context")


def get_store() -> Any:
    """The key-value store of the graph that is running here."""
    return running_task().run.kv_store


def get_stream_writer() -> Any:
    """A function that writes to the ``custom`` stream."""
    return running_task().stream_writer


def running_task() -> Task:
    """The task that is running here. Raises RuntimeError outside a node."""
    task = current_task.get()
    if task is None:
        config = inherited_config()
        task = (config or {}).get(CONF, {}).get(TASK)
    if task is None:
        raise RuntimeError("Called get_config outside of a runnable context")
    return task
