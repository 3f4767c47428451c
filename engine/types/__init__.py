"""The words a graph is written and watched with: ``Send``, ``Command``, ``Interrupt``, policies, snapshots, parts.

Data only. Channels are in ``channels``; a submodule holds one subject each, and everybody imports from here.
"""

from __future__ import annotations

from typing import Any

from engine.types.aliases import MISSING as MISSING
from engine.types.aliases import All, Checkpointer, Durability, StreamMode, StreamWriter
from engine.types.aliases import Config as Config
from engine.types.commands import Command, Overwrite, Send, StateUpdate
from engine.types.commands import annotated_keys as annotated_keys
from engine.types.commands import object_items as object_items
from engine.types.policies import CachePolicy, RetryPolicy, TimeoutPolicy, TracePolicy, omit_payload
from engine.types.policies import default_cache_key as default_cache_key
from engine.types.policies import default_retry_on as default_retry_on
from engine.types.questions import Interrupt
from engine.types.snapshots import CacheKey as CacheKey
from engine.types.snapshots import GraphOutput, PregelTask, StateSnapshot
from engine.types.stream_parts import (
    CheckpointPayload,
    CheckpointStreamPart,
    CheckpointTask,
    CustomStreamPart,
    DebugPayload,
    DebugStreamPart,
    MessagesStreamPart,
    StreamPart,
    TaskPayload,
    TaskResultPayload,
    TasksStreamPart,
    UpdatesStreamPart,
    ValuesStreamPart,
)

__all__ = [
    "All",
    "CachePolicy",
    "Checkpointer",
    "CheckpointPayload",
    "CheckpointStreamPart",
    "CheckpointTask",
    "Command",
    "CustomStreamPart",
    "DebugPayload",
    "DebugStreamPart",
    "Durability",
    "GraphOutput",
    "Interrupt",
    "MessagesStreamPart",
    "Overwrite",
    "PregelTask",
    "RetryPolicy",
    "Send",
    "StateSnapshot",
    "StateUpdate",
    "StreamMode",
    "StreamPart",
    "StreamWriter",
    "TaskPayload",
    "TaskResultPayload",
    "TasksStreamPart",
    "TimeoutPolicy",
    "TracePolicy",
    "UpdatesStreamPart",
    "ValuesStreamPart",
    "omit_payload",
]

_STORED: tuple[Any, ...] = (
    CacheKey,
    CachePolicy,
    Command,
    GraphOutput,
    Interrupt,
    Overwrite,
    PregelTask,
    RetryPolicy,
    Send,
    StateSnapshot,
    StateUpdate,
    TimeoutPolicy,
    TracePolicy,
    type(MISSING),
)
for _kind in _STORED:
    _kind.__module__ = __name__  # stored values name their class: "engine.types:Send"
