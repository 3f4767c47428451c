"""``NodeBuilder``: a node of a graph that is wired by hand, channel by channel. Only collects; ``wire_graph`` checks.

Below ``StateGraph``: a node runs when a channel that it is subscribed to was written, and writes channels by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from engine.compiler.plan import NO_METADATA
from engine.types import MISSING, CachePolicy, RetryPolicy, TimeoutPolicy

BuilderT = TypeVar("BuilderT", bound="NodeBuilder")


class ChannelWriteEntry(NamedTuple):
    """One write that a node makes each time it has run."""

    channel: str
    value: Any = MISSING
    """What is written; MISSING for what the node returned."""
    skip_none: bool = False
    """Whether None is not written: how a node leaves a loop."""
    mapper: Callable[[Any], Any] | None = None
    """Makes the value that is written from that value."""


@dataclass(frozen=True, eq=False)
class PregelNode:
    """What ``NodeBuilder.build`` makes: a node that knows its channels and no graph yet."""

    channels: str | tuple[str, ...]
    """The one channel whose value is the input, or those that the input is a dict of."""
    triggers: tuple[str, ...]
    functions: tuple[Any, ...] = ()
    """Called one after the other, each with what the one before returned."""
    writes: tuple[ChannelWriteEntry, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=lambda: NO_METADATA)
    retry_policy: tuple[RetryPolicy, ...] = ()
    cache_policy: CachePolicy | None = None
    timeout: TimeoutPolicy | None = None

    def copy(self, update: Mapping[str, Any] | None = None) -> PregelNode:
        """The same node with other attributes."""
        return replace(self, **(update or {}))


class NodeBuilder:
    """A node in the making. Each method returns the builder."""

    def __init__(self) -> None:
        self._single: str | None = None
        self._reads: list[str] = []
        self._triggers: list[str] = []
        self._functions: list[Any] = []
        self._writes: list[ChannelWriteEntry] = []
        self._tags: list[str] = []
        self._metadata: dict[str, Any] = {}
        self._retry_policies: list[RetryPolicy] = []
        self._cache_policy: CachePolicy | None = None
        self._timeout: TimeoutPolicy | None = None

    def subscribe_only(self: BuilderT, channel: str) -> BuilderT:
        """Run when this channel was written, with its value as the input. Raises ValueError beside other channels."""
        if self._single is not None or self._reads:
            raise ValueError(
                f"Cannot subscribe to '{channel}' alone: the node has '{self._single or self._reads[0]}' already. "
                "Use subscribe_to for several channels; the input is then a dict."
            )
        self._single = channel
        self._triggers.append(channel)
        return self

    def subscribe_to(self: BuilderT, *channels: str, read: bool = True) -> BuilderT:
        """Run when any of these was written. The input is a dict of them; without ``read`` they only start the node.

        Raises ValueError after ``subscribe_only``.
        """
        self._need_several("subscribe to")
        if read:
            self._reads += channels
        self._triggers += channels
        return self

    def read_from(self: BuilderT, *channels: str) -> BuilderT:
        """Have these in the input too, without running when they are written. Raises ValueError as ``subscribe_to``."""
        self._need_several("read")
        self._reads += channels
        return self

    def do(self: BuilderT, node: Any) -> BuilderT:
        """Call this; called again: then that, with what the first returned. Without it a node passes its input on."""
        self._functions.append(node)
        return self

    def write_to(self: BuilderT, *channels: str | ChannelWriteEntry, **values: Any) -> BuilderT:
        """Write the result to these channels; by keyword, a value, or what a function makes of the result."""
        self._writes += (ChannelWriteEntry(entry) if isinstance(entry, str) else entry for entry in channels)
        for channel, value in values.items():
            entry = ChannelWriteEntry(channel, mapper=value) if callable(value) else ChannelWriteEntry(channel, value)
            self._writes.append(entry)
        return self

    def meta(self: BuilderT, *tags: str, **metadata: Any) -> BuilderT:
        """Tags and metadata of the node's config."""
        self._tags += tags
        self._metadata.update(metadata)
        return self

    def add_retry_policies(self: BuilderT, *policies: RetryPolicy) -> BuilderT:
        """Run again after a failure, as the first policy that fits it says."""
        self._retry_policies += policies
        return self

    def add_cache_policy(self: BuilderT, policy: CachePolicy) -> BuilderT:
        """Keep results in the graph's cache."""
        self._cache_policy = policy
        return self

    def set_timeout(self: BuilderT, timeout: Any) -> BuilderT:
        """How long one attempt may take: seconds, a timedelta or a ``TimeoutPolicy``. Asynchronous nodes only."""
        self._timeout = TimeoutPolicy.coerce(timeout) if timeout is not None else None
        return self

    def build(self) -> PregelNode:
        """The node. ``Pregel`` does this by itself."""
        return PregelNode(
            channels=self._single if self._single is not None else tuple(self._reads),
            triggers=tuple(self._triggers),
            functions=tuple(self._functions),
            writes=tuple(self._writes),
            tags=tuple(self._tags),
            metadata=dict(self._metadata),
            retry_policy=tuple(self._retry_policies),
            cache_policy=self._cache_policy,
            timeout=self._timeout,
        )

    def _need_several(self, verb: str) -> None:
        if self._single is not None:
            raise ValueError(
                f"Cannot {verb} other channels: the node is subscribed to '{self._single}' only, "
                "whose value is the whole input. Use subscribe_to for that one too."
            )


def written_values(writes: Sequence[ChannelWriteEntry], result: Any) -> list[tuple[str, Any]]:
    """What a node's entries make of its result."""
    found = []
    for entry in writes:
        value = result if entry.value is MISSING else entry.value
        if entry.mapper is not None:
            value = entry.mapper(value)
        if not (entry.skip_none and value is None):
            found.append((entry.channel, value))
    return found


__all__ = ["ChannelWriteEntry", "NodeBuilder", "PregelNode", "written_values"]
