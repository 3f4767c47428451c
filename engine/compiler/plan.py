"""What a compiled graph is: which channels there are, which nodes they trigger, what a node reads and writes.

Frozen data. The runtime follows it and never asks the builder again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.channels import BaseChannel, BinaryOperatorAggregate, EphemeralValue, NamedBarrierValue
from engine.compiler.dropped_keys import DroppedKeys
from engine.compiler.node_function import NodeFunction
from engine.graph.names import BRANCH_TO
from engine.types import MISSING, CachePolicy, RetryPolicy, TimeoutPolicy

Writes = list[tuple[str, Any]]

NO_METADATA: Mapping[str, Any] = MappingProxyType({})
"""One for all nodes that have none."""


class Router(NamedTuple):
    """A conditional edge: a function of the state that says where to go."""

    function: NodeFunction
    reads: str | tuple[str, ...]
    make: Callable[[dict[str, Any]], Any] | None
    sees_extra_keys: bool
    """Whether keys of the node's result that are no state keys are shown to the function too."""
    writes: Callable[[Any], Writes]
    """From what the function returned to writes."""


class Fallback(NamedTuple):
    """Another function for a node that has failed, and for which errors."""

    function: NodeFunction
    on: Any


@dataclass(frozen=True, eq=False)
class NodePlan:
    """One node, ready to run."""

    name: str
    function: NodeFunction | None
    """None for START, whose input is its output."""
    reads: str | tuple[str, ...]
    make: Callable[[dict[str, Any]], Any] | None
    triggers: tuple[str, ...]
    """Sorted channel names; a value newer than the node has seen in any of them makes it run."""
    writes: Callable[[Any], Writes]
    """From the function's result to writes, including the static edges'."""
    routers: tuple[Router, ...] = ()
    hidden: bool = False
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=lambda: NO_METADATA)
    retry_policies: tuple[RetryPolicy, ...] = ()
    cache_policy: CachePolicy | None = None
    timeout: TimeoutPolicy | None = None
    error_handler: str | None = None
    is_error_handler: bool = False
    cache_namespace: tuple[str, ...] = ()
    trace_policy: Any = None
    fallbacks: tuple[Fallback, ...] = ()
    """Tried in this order when the node has failed for good."""

    def copy(self, update: Mapping[str, Any] | None = None) -> NodePlan:
        """The same node with other attributes."""
        return replace(self, **(update or {}))

    @cached_property
    def is_plain(self) -> bool:
        """Whether it calls no coroutine function, and each of its functions once."""
        functions = (self.function, *(router.function for router in self.routers))
        is_tried_again = self.retry_policies or self.fallbacks or self.timeout is not None
        return not is_tried_again and all(function is None or function.coroutine is None for function in functions)


@dataclass(frozen=True, eq=False)
class GraphPlan:
    """A whole graph, ready to run."""

    nodes: Mapping[str, NodePlan]
    channels: Mapping[str, BaseChannel[Any, Any, Any]]
    """Empty ones, to be copied."""
    managed: Mapping[str, Any]
    triggered_by: Mapping[str, Sequence[str]]
    """Channel -> the nodes it triggers."""
    waiting: tuple[str, ...]
    """Channels that become readable only when nothing else is left to run."""
    input_key: str | tuple[str, ...]
    """The channel that takes the input, or those that pick their values from an input dict."""
    output_keys: str | tuple[str, ...]
    """What ``invoke`` returns."""
    stream_keys: str | tuple[str, ...]
    """What ``stream`` and ``get_state`` show: every state key."""
    edges: frozenset[str] = frozenset()
    """The channels that start a node when an edge to it is taken, and hold nothing."""
    expiring: frozenset[str] = frozenset()
    """The channels whose value may vanish in a step that does not write it."""
    growing: frozenset[str] = frozenset()
    """The channels with a reducer."""
    stores_all: bool = True
    """Whether there is no channel that checkpoints leave out."""
    starts_full: Mapping[str, BaseChannel[Any, Any, Any]] = field(default_factory=dict)
    """The channels that have a value before anything was written."""
    outputs_expire: bool = False
    """Whether an output key is a channel whose value may be gone when the run ends; its last value is the output."""
    place: Mapping[str, int] = field(default_factory=dict)
    """Node -> its place in the graph's definition."""
    joins: tuple[str, ...] = ()
    """Channels that wait for several nodes."""
    input_keys: frozenset[str] | None = None
    """The keys that an input dict may have; None if it is no dict, or picked to pieces by its channels."""
    streams_eagerly: bool = False
    """Whether chunks come while a node runs: it calls tasks, which have results of their own."""
    dropped_keys: DroppedKeys = field(default_factory=DroppedKeys)
    """Where to say that other keys are dropped."""


def make_plan(
    nodes: Mapping[str, NodePlan],
    channels: Mapping[str, BaseChannel[Any, Any, Any]],
    *,
    managed: Mapping[str, Any],
    input_key: str | tuple[str, ...],
    output_keys: str | tuple[str, ...],
    stream_keys: str | tuple[str, ...],
    input_keys: frozenset[str] | None = None,
    dropped_keys: DroppedKeys | None = None,
    streams_eagerly: bool = False,
) -> GraphPlan:
    """Work out everything that follows from nodes and channels."""
    triggered_by: dict[str, list[str]] = {}
    for node in nodes.values():
        for channel in node.triggers:
            triggered_by.setdefault(channel, []).append(node.name)
    return GraphPlan(
        nodes=nodes,
        channels=channels,
        managed=managed,
        triggered_by=triggered_by,
        place={name: place for place, name in enumerate(nodes)},
        joins=tuple(name for name, channel in channels.items() if isinstance(channel, NamedBarrierValue)),
        input_keys=input_keys,
        dropped_keys=dropped_keys or DroppedKeys(),
        streams_eagerly=streams_eagerly,
        waiting=tuple(name for name, channel in channels.items() if channel.waits_for_finish),
        input_key=input_key,
        output_keys=output_keys,
        stream_keys=stream_keys,
        outputs_expire=any(
            channels[key].expires for key in ((output_keys,) if isinstance(output_keys, str) else output_keys)
        ),
        edges=frozenset(
            name
            for name, channel in channels.items()
            if type(channel) is EphemeralValue and not channel.guard and name.startswith(BRANCH_TO)
        ),
        expiring=frozenset(name for name, channel in channels.items() if channel.expires),
        growing=frozenset(name for name, channel in channels.items() if isinstance(channel, BinaryOperatorAggregate)),
        stores_all=all(channel.is_stored for channel in channels.values()),
        starts_full={
            name: channel
            for name, channel in channels.items()
            if not name.startswith(BRANCH_TO) and channel.from_checkpoint(MISSING).is_available()
        },
    )
