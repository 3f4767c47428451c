"""LangGraph's ``constants``. Names that it has made private are here too, with a warning."""

from __future__ import annotations

from typing import Any
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10
from engine.graph.names import END, START, TAG_HIDDEN, TAG_NOSTREAM, TASKS

CONF = "configurable"
CONFIG_KEY_CHECKPOINTER = "__pregel_checkpointer"

__all__ = ("CONF", "CONFIG_KEY_CHECKPOINTER", "END", "START", "TAG_HIDDEN", "TAG_NOSTREAM", "TASKS")

_PRIVATE: dict[str, Any] = {
    "INPUT": "__input__",
    "INTERRUPT": "__interrupt__",
    "RESUME": "__resume__",
    "ERROR": "__error__",
    "NO_WRITES": "__no_writes__",
    "RETURN": "__return__",
    "PREVIOUS": "__previous__",
    "CONFIG_KEY_SEND": "__pregel_send",
    "CONFIG_KEY_READ": "__pregel_read",
    "CONFIG_KEY_STREAM": "__pregel_stream",
    "CONFIG_KEY_RESUMING": "__pregel_resuming",
    "CONFIG_KEY_TASK_ID": "__pregel_task_id",
    "CONFIG_KEY_THREAD_ID": "thread_id",
    "CONFIG_KEY_CHECKPOINT_MAP": "checkpoint_map",
    "CONFIG_KEY_CHECKPOINT_ID": "checkpoint_id",
    "CONFIG_KEY_CHECKPOINT_NS": "checkpoint_ns",
    "CONFIG_KEY_NODE_FINISHED": "__pregel_node_finished",
    "CONFIG_KEY_SCRATCHPAD": "__pregel_scratchpad",
    "CONFIG_KEY_DURABILITY": "__pregel_durability",
    "CONFIG_KEY_RUNTIME": "__pregel_runtime",
    "PUSH": "__pregel_push",
    "PULL": "__pregel_pull",
    "NS_SEP": "|",
    "NS_END": ":",
    "NULL_TASK_ID": "00000000-0000-0000-0000-000000000000",
}


def __getattr__(name: str) -> Any:
    if name in ("Send", "Interrupt"):
        from engine import types

        text = (
            f"Importing {name} from langgraph.constants is deprecated. "
            f"Please use 'from langgraph.types import {name}' instead."
        )
        warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        return getattr(types, name)
    if name in _PRIVATE:
        text = (
            f"Importing {name} from langgraph.constants is deprecated. "
            "This constant is now private and should not be used directly. "
            "Please let the LangGraph team know if you need this value."
        )
        warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        return _PRIVATE[name]
    raise AttributeError(f"module has no attribute '{name}'")
