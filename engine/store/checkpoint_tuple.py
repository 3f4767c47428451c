"""The dictionaries of LangGraph's saver interface: checkpoint, metadata, tuple, and what is done with them.

Holds no storage. Used by the savers and by whoever talks to a saver written for LangGraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple, TypedDict

from engine.errors import EmptyChannelError
from engine.ids import new_checkpoint_id

Config = Mapping[str, Any]
"""A runnable config: ``{"configurable": {"thread_id", "checkpoint_ns", "checkpoint_id"}, ...}``."""

PendingWrite = tuple[str, str, Any]
"""Task id, channel, value."""

ChannelVersions = dict[str, Any]

ERROR = "__error__"
SCHEDULED = "__scheduled__"
INTERRUPT = "__interrupt__"
RESUME = "__resume__"
TASKS = "__pregel_tasks"

WRITES_IDX_MAP = {ERROR: -1, SCHEDULED: -2, INTERRUPT: -3, RESUME: -4}
"""Fixed places of the reserved channels among a task's writes; a later write to one replaces the earlier."""

CHECKPOINT_VERSION = 4
"""Format of the checkpoint dictionary, as LangGraph 1.2 numbers it."""

_NOT_COPIED_INTO_METADATA = frozenset(
    {
        "thread_id",
        "checkpoint_id",
        "checkpoint_ns",
        "checkpoint_map",
        "langgraph_step",
        "langgraph_node",
        "langgraph_triggers",
        "langgraph_path",
        "langgraph_checkpoint_ns",
    }
)


class CheckpointMetadata(TypedDict, total=False):
    """Where a checkpoint comes from. Callers add scalars of their own."""

    source: str
    """``input``, ``loop``, ``update`` or ``fork``."""
    step: int
    """-1 for the first input, 0 for the step that takes it in, then counting up."""
    parents: dict[str, str]
    """Namespace to checkpoint id of each enclosing graph."""
    run_id: str


class Checkpoint(TypedDict):
    """The state between two supersteps, as LangGraph writes it down."""

    v: int
    id: str
    ts: str
    channel_values: dict[str, Any]
    channel_versions: ChannelVersions
    versions_seen: dict[str, ChannelVersions]
    updated_channels: list[str] | None


class CheckpointTuple(NamedTuple):
    """A checkpoint with its address, its parent's address and the writes waiting on it."""

    config: dict[str, Any]
    checkpoint: Checkpoint
    metadata: CheckpointMetadata
    parent_config: dict[str, Any] | None = None
    pending_writes: list[PendingWrite] | None = None


def empty_checkpoint(checkpoint_id: str | None = None) -> Checkpoint:
    """A checkpoint of a thread on which nothing has happened."""
    return Checkpoint(
        v=CHECKPOINT_VERSION,
        id=checkpoint_id or new_checkpoint_id(-2),
        ts=_now(),
        channel_values={},
        channel_versions={},
        versions_seen={},
        updated_channels=None,
    )


def copy_checkpoint(checkpoint: Checkpoint) -> Checkpoint:
    """A copy whose dictionaries may be changed; the values inside are shared."""
    return Checkpoint(
        v=checkpoint["v"],
        id=checkpoint["id"],
        ts=checkpoint["ts"],
        channel_values=dict(checkpoint["channel_values"]),
        channel_versions=dict(checkpoint["channel_versions"]),
        versions_seen={node: dict(seen) for node, seen in checkpoint["versions_seen"].items()},
        updated_channels=checkpoint.get("updated_channels"),
    )


def create_checkpoint(
    checkpoint: Checkpoint, channels: Mapping[str, Any] | None, step: int, *, id: str | None = None
) -> Checkpoint:
    """The next checkpoint after ``checkpoint``, with the values that ``channels`` hold now."""
    values = checkpoint["channel_values"] if channels is None else _values_of(channels, checkpoint["channel_versions"])
    return Checkpoint(
        v=CHECKPOINT_VERSION,
        id=id or new_checkpoint_id(step),
        ts=_now(),
        channel_values=values,
        channel_versions=checkpoint["channel_versions"],
        versions_seen=checkpoint["versions_seen"],
        updated_channels=None,
    )


def get_checkpoint_id(config: Config) -> str | None:
    """The checkpoint a config points at, or None for the newest."""
    found = config["configurable"].get("checkpoint_id")
    return str(found) if found else None


def get_checkpoint_metadata(config: Config, metadata: Mapping[str, Any]) -> CheckpointMetadata:
    """``metadata`` and, from the config, every scalar of the caller's that is not an address of the engine's own."""
    merged = {key: _without_nul(value) for key, value in metadata.items()}
    for part in (config.get("metadata"), config.get("configurable")):
        for key, value in (part or {}).items():
            if key in merged or key in _NOT_COPIED_INTO_METADATA or key.startswith("__"):
                continue
            if isinstance(value, (str, int, float)):
                merged[key] = _without_nul(value)
    merged.pop("writes", None)
    return merged  # type: ignore[return-value]  # callers' own keys are allowed beside the declared ones


def writes_sort_key(task_path: str, task_id: str = "", idx: int = 0) -> tuple[str, str, int]:
    """Order in which the writes of one superstep are applied."""
    return (task_path, task_id, idx)


def _values_of(channels: Mapping[str, Any], versions: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, channel in channels.items():
        if name not in versions:
            continue
        try:
            values[name] = channel.checkpoint()
        except EmptyChannelError:
            continue
    return values


def _without_nul(value: Any) -> Any:
    return value.replace("\x00", "") if isinstance(value, str) else value


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
