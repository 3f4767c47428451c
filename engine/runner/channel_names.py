"""What the names of a stored checkpoint's channels tell: which nodes are due, which keys are the user's. Pure.

Needs no graph: both engines name their channels alike. Read by what looks into checkpoints without running them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def next_by_channels(channel_values: Mapping[str, Any]) -> tuple[str, ...]:
    """Which nodes a stored checkpoint waits for, told by its trigger channels alone."""
    due = [name.removeprefix("branch:to:") for name in channel_values if name.startswith("branch:to:")]
    for name, seen in channel_values.items():
        if name.startswith("join:"):
            sources, _, target = name.removeprefix("join:").rpartition(":")
            if set(sources.split("+")) == seen:  # a join waits until all its sources have been seen
                due.append(target)
    due += [packet.node for packet in channel_values.get("__pregel_tasks") or ()]
    if "__start__" in channel_values:
        due.append("__start__")
    return tuple(sorted(due))


def state_values(channel_values: Mapping[str, Any]) -> dict[str, Any]:
    """The user's keys of a stored checkpoint: all but the engine's own channels."""
    return {key: value for key, value in channel_values.items() if is_users(key)}


def is_users(channel: str) -> bool:
    """Whether a channel is a key of the user's state."""
    return not channel.startswith(("branch:to:", "join:", "__")) or channel == "__root__"
