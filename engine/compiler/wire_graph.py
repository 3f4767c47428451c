"""From nodes and channels that were wired by hand to a plan. The twin of ``compile_graph``, without a state schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Union

from engine.channels import BaseChannel, Topic
from engine.channels.managed import is_managed_value
from engine.compiler.compile_graph import cache_namespace, retry_policies
from engine.compiler.node_builder import ChannelWriteEntry, NodeBuilder, PregelNode, written_values
from engine.compiler.node_function import NodeFunction
from engine.compiler.plan import GraphPlan, NodePlan, Writes, make_plan
from engine.errors import InvalidUpdateError
from engine.graph.names import INPUT, MARKS, NS_END, NS_SEP, PULL, TAG_HIDDEN, TASKS
from engine.types import CachePolicy, RetryPolicy, Send

Keys = Union[str, Sequence[str]]

_RESERVED = frozenset((*MARKS, INPUT, PULL, NS_SEP, NS_END))


def wire_graph(
    *,
    nodes: Mapping[str, NodeBuilder | PregelNode],
    channels: Mapping[str, Any] | None,
    input_channels: Keys,
    output_channels: Keys,
    stream_channels: Keys | None = None,
    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
    cache_policy: CachePolicy | None = None,
) -> GraphPlan:
    """The plan of the graph.

    ``channels``: channels and managed values by name. ``input_channels``: one channel, which takes the input as it is,
    or several, whose values are picked from an input dict; ``output_channels`` likewise for what ``invoke`` returns.
    ``stream_channels``: what ``stream`` and ``get_state`` show; all channels if not said. The policies are for nodes
    that have none. Raises ValueError for a name that is no channel, and TypeError for a node that is none.
    """
    built = {name: node.build() if isinstance(node, NodeBuilder) else node for name, node in nodes.items()}
    given = dict(channels or {})
    managed = {name: value for name, value in given.items() if is_managed_value(value)}
    known: dict[str, BaseChannel[Any, Any, Any]] = {
        name: _named(channel, name) for name, channel in given.items() if name not in managed and name != TASKS
    }
    _check(built, known, managed, given)
    _check_ends(built, known, input_channels, (output_channels, stream_channels))
    state_keys = tuple(known)
    known[TASKS] = _named(Topic(Send), TASKS)
    policies = retry_policies(retry_policy)
    return make_plan(
        {name: _node_plan(name, node, policies, cache_policy) for name, node in built.items()},
        known,
        managed=managed,
        input_key=_as_key(input_channels),
        output_keys=_as_key(output_channels),
        stream_keys=_as_key(stream_channels) if stream_channels else state_keys,
    )


@dataclass(frozen=True)
class EntryWriter:
    """From a node's result to its writes."""

    entries: tuple[ChannelWriteEntry, ...]

    def __call__(self, result: Any) -> Writes:
        return written_values(self.entries, result)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels it writes, for drawing."""
        return tuple(entry.channel for entry in self.entries)


class FunctionChain(NodeFunction):
    """Several functions, each called with what the one before returned."""

    __slots__ = ("_functions",)

    def __init__(self, sources: Sequence[Any], name: str) -> None:
        self._functions = [NodeFunction(source, name) for source in sources]
        super().__init__(lambda value: value, name)
        self.source = SimpleNamespace(steps=list(sources))  # where a subgraph among them is looked for
        if any(function.is_async_only for function in self._functions):
            self.sync = None
        if any(function.coroutine is not None for function in self._functions):
            self.coroutine = self.acall

    def call(self, value: Any, task: Any) -> Any:
        """As ``NodeFunction.call``."""
        if self.sync is None:
            return super().call(value, task)  # says that it cannot
        for function in self._functions:
            value = function.call(value, task)
        return value

    async def acall(self, value: Any, task: Any) -> Any:
        """As ``NodeFunction.acall``; plain functions among asynchronous ones are called on a thread."""
        import asyncio  # here, because most programs have no loop

        for function in self._functions:
            if function.coroutine is not None:
                value = await function.acall(value, task)
            else:
                value = await asyncio.to_thread(function.call, value, task)
        return value


def _node_plan(
    name: str, node: PregelNode, policies: tuple[RetryPolicy, ...], cache_policy: CachePolicy | None
) -> NodePlan:
    function = _function(node.functions, name)
    if node.timeout is not None and (function is None or function.coroutine is None):
        raise ValueError(
            f"Node timeout is only supported for async nodes. Node '{name}' is sync: "
            "Python code on a thread cannot be stopped. Make it an async function, or drop its timeout."
        )
    cache = node.cache_policy or cache_policy
    return NodePlan(
        name=name,
        function=function,
        reads=node.channels,
        make=None,
        triggers=tuple(sorted(set(node.triggers))),
        writes=EntryWriter(node.writes),
        hidden=TAG_HIDDEN in node.tags,
        tags=node.tags,
        metadata=node.metadata,
        retry_policies=node.retry_policy or policies,
        cache_policy=cache,
        timeout=node.timeout,
        cache_namespace=cache_namespace(node.functions[0], name) if cache and node.functions else (),
    )


def _function(sources: Sequence[Any], name: str) -> NodeFunction | None:
    if not sources:
        return None
    return NodeFunction(sources[0], name) if len(sources) == 1 else FunctionChain(sources, name)


def _check(
    nodes: Mapping[str, PregelNode], channels: Mapping[str, Any], managed: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    if TASKS in given and not isinstance(given[TASKS], Topic):
        raise ValueError(f"Channel '{TASKS}' is reserved and cannot be used in the graph.")
    for kind, names in (("Channel", channels), ("Managed", managed), ("Node", nodes)):
        if reserved := next((name for name in names if name in _RESERVED), None):
            raise ValueError(f"{kind} name '{reserved}' is reserved")
    for name, node in nodes.items():
        if not isinstance(node, PregelNode):
            raise TypeError(f"Invalid node type {type(node)} of '{name}', expected a NodeBuilder or what it builds")
        reads = (node.channels,) if isinstance(node.channels, str) else node.channels
        for key in reads:
            if key not in managed or isinstance(node.channels, str):
                _need(key, channels, f"Node {name} reads channel '{key}'")
        for key in node.triggers:
            _need(key, channels, f"Node {name} is subscribed to channel '{key}'")
        for key in EntryWriter(node.writes).channels:
            if key == TASKS:
                raise InvalidUpdateError("Cannot write to the reserved channel TASKS")
            _need(key, channels, f"Node {name} writes to channel '{key}'")


def _check_ends(
    nodes: Mapping[str, PregelNode], channels: Mapping[str, Any], inputs: Keys, outputs: Sequence[Keys | None]
) -> None:
    subscribed = {key for node in nodes.values() for key in node.triggers}
    input_keys = (inputs,) if isinstance(inputs, str) else inputs
    for key in input_keys:
        _need(key, channels, f"Input channel '{key}'")
    if subscribed.isdisjoint(input_keys):
        raise ValueError(f"Input channel {inputs} is not subscribed to by any node")
    for keys in outputs:
        for key in (keys,) if isinstance(keys, str) else keys or ():
            _need(key, channels, f"Output channel '{key}'")


def _need(key: str, channels: Mapping[str, Any], sentence: str) -> None:
    if key not in channels:
        known = ", ".join(f"'{name}'" for name in sorted(channels)[:20])
        raise ValueError(f"{sentence}, which is not in known channels: {known}")


def _named(channel: BaseChannel[Any, Any, Any], name: str) -> BaseChannel[Any, Any, Any]:
    """A channel of the graph's own, so that one object may be given to several graphs."""
    own = channel.copy()
    own.key = name
    return own


def _as_key(keys: Keys) -> str | tuple[str, ...]:
    return keys if isinstance(keys, str) else tuple(keys)
