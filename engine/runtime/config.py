"""A run's configuration: which keys there are, and how configs are laid over each other. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from engine.types import Config

CONF = "configurable"
THREAD_ID = "thread_id"
CHECKPOINT_ID = "checkpoint_id"
CHECKPOINT_NS = "checkpoint_ns"
CHECKPOINT_MAP = "checkpoint_map"
TASK_ID = "__pregel_task_id"
TASK = "__pregel_task"
"""The running task itself. A graph that finds it in its config is a subgraph of that task's run."""
SEND = "__pregel_send"
READ = "__pregel_read"
RUNTIME = "__pregel_runtime"
CHECKPOINTER = "__pregel_checkpointer"
STRICT_RESUME = "__pregel_strict_resume"
DURABILITY = "__pregel_durability"
NODE_FINISHED = "__pregel_node_finished"
"""Called with the name of each node that has ended well."""

DEFAULT_RECURSION_LIMIT = int(os.environ.get("LANGGRAPH_DEFAULT_RECURSION_LIMIT", "10007"))


def with_configurable(config: Mapping[str, Any] | None, **values: Any) -> Config:
    """The config with other configurable values."""
    config = config or {}
    return {**config, CONF: {**config.get(CONF, {}), **values}}


def public_configurable(config: Mapping[str, Any]) -> Config:
    """Only ``configurable``, without the runtime's own keys; what snapshots and streams show."""
    return {CONF: {key: value for key, value in config.get(CONF, {}).items() if not key.startswith("__pregel_")}}


def merge_configs(*configs: Mapping[str, Any] | None) -> Config:
    """Configs overlaid from left to right: metadata and configurable merged, tags added up."""
    merged: Config = {}
    for config in configs:
        for key, value in (config or {}).items():
            if value is None:
                continue
            if key in ("metadata", CONF):
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "tags":
                merged[key] = [*merged.get(key, []), *value]
            elif key == "callbacks" and isinstance(value, list) and isinstance(merged.get(key), list):
                merged[key] = merged[key] + value
            else:
                merged[key] = value
    return merged
