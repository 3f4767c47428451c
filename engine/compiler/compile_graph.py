"""From a builder to a plan. Work is proportional to nodes and edges, and done once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from engine.channels import (
    BaseChannel,
    EphemeralValue,
    LastValueAfterFinish,
    NamedBarrierValue,
    NamedBarrierValueAfterFinish,
    Topic,
)
from engine.compiler.dropped_keys import DroppedKeys
from engine.compiler.node_function import NodeFunction
from engine.compiler.node_writes import router_writer, state_writer
from engine.compiler.plan import NO_METADATA, Fallback, GraphPlan, NodePlan, Router, Writes, make_plan
from engine.graph.builder import GraphBuilder
from engine.graph.graph_parts import BranchSpec, StateNodeSpec
from engine.graph.names import DEFAULT_ERROR_HANDLER, END, START, TAG_HIDDEN, TASKS, branch_channel, join_channel
from engine.types import RetryPolicy, Send


def compile_graph(builder: GraphBuilder) -> GraphPlan:
    """The plan of a graph that was validated."""
    specs = _with_defaults(builder)
    channels: dict[str, BaseChannel[Any, Any, Any]] = dict(builder.channels)
    channels[START] = _named(EphemeralValue(builder.input_schema), START)
    channels[TASKS] = _named(Topic(Send), TASKS)
    for name, spec in specs.items():
        channel = branch_channel(name)
        channels[channel] = _named(
            LastValueAfterFinish(Any) if spec.defer else EphemeralValue(Any, guard=False), channel
        )
    edges, triggers = _edges(builder, specs, channels)
    nodes = {START: _start_node(builder, specs, edges)}
    guards = _Guards()
    dropped = DroppedKeys(silently=builder.managed)
    keys = frozenset(builder.channels)
    for name, spec in specs.items():
        nodes[name] = _node(builder, specs, name, spec, edges, triggers.get(name, ()), keys, guards, dropped)
    taken, output = builder.schemas[builder.input_schema], builder.schemas[builder.output_schema]
    return make_plan(
        nodes,
        channels,
        managed=builder.managed,
        input_key=START,
        dropped_keys=dropped,
        input_keys=None if taken.is_root else frozenset(taken.channels),
        output_keys=output.reads if output.is_root else tuple(k for k in output.keys if k in output.channels),
        stream_keys="__root__" if list(builder.channels) == ["__root__"] else tuple(builder.channels),
    )


def _named(channel: BaseChannel[Any, Any, Any], name: str) -> BaseChannel[Any, Any, Any]:
    channel.key = name
    return channel


def _with_defaults(builder: GraphBuilder) -> dict[str, StateNodeSpec]:
    """The nodes with the builder's defaults filled in. The builder itself stays as it was."""
    defaults = builder.defaults
    if not (defaults.retry_policy or defaults.cache_policy or defaults.error_handler or defaults.timeout):
        return builder.nodes
    if defaults.error_handler is not None and DEFAULT_ERROR_HANDLER in builder.nodes:
        raise ValueError(f"Auto-generated default error handler node `{DEFAULT_ERROR_HANDLER}` already exists.")
    specs = {}
    for name, spec in builder.nodes.items():
        changes: dict[str, Any] = {}
        if spec.retry_policy is None:
            changes["retry_policy"] = defaults.retry_policy
        if spec.timeout is None:
            changes["timeout"] = defaults.timeout
        if not spec.is_error_handler and spec.cache_policy is None:
            changes["cache_policy"] = defaults.cache_policy
        if not spec.is_error_handler and spec.error_handler_node is None and defaults.error_handler is not None:
            changes["error_handler_node"] = DEFAULT_ERROR_HANDLER
        specs[name] = replace(spec, **changes)
    if defaults.error_handler is not None:
        specs[DEFAULT_ERROR_HANDLER] = StateNodeSpec(
            action=defaults.error_handler,
            input_schema=builder.state_schema,
            retry_policy=defaults.retry_policy,
            timeout=defaults.timeout,
            is_error_handler=True,
        )
    return specs


def _edges(
    builder: GraphBuilder, specs: dict[str, StateNodeSpec], channels: dict[str, BaseChannel[Any, Any, Any]]
) -> tuple[dict[str, Writes], dict[str, list[str]]]:
    """The static writes of each node, and the join channels that trigger each node. Adds the join channels."""
    writes: dict[str, Writes] = {}
    triggers: dict[str, list[str]] = {}
    for start, end in builder.parts.edges:
        if end != END:
            writes.setdefault(start, []).append((branch_channel(end), None))
    for starts, end in builder.parts.waiting_edges:
        if end == END:
            continue
        channel = join_channel(starts, end)
        barrier = NamedBarrierValueAfterFinish if specs[end].defer else NamedBarrierValue
        channels[channel] = _named(barrier(str, set(starts)), channel)
        triggers.setdefault(end, []).append(channel)
        for start in starts:
            writes.setdefault(start, []).append((channel, start))
    return writes, triggers


def _start_node(builder: GraphBuilder, specs: dict[str, StateNodeSpec], edges: dict[str, Writes]) -> NodePlan:
    keys = builder.schemas[builder.input_schema].channels
    return NodePlan(
        name=START,
        function=None,
        reads=START,
        make=None,
        triggers=(START,),
        writes=state_writer(frozenset(keys), edges.get(START, ()), specs, START),
        routers=_routers(builder, specs, START),
        hidden=True,
        tags=(TAG_HIDDEN,),
    )


def _node(
    builder: GraphBuilder,
    specs: dict[str, StateNodeSpec],
    name: str,
    spec: StateNodeSpec,
    edges: dict[str, Writes],
    joins: Sequence[str],
    keys: frozenset[str],
    guards: _Guards,
    dropped: DroppedKeys,
) -> NodePlan:
    function = guards.function(spec, name)
    if spec.timeout is not None and function.coroutine is None:
        raise ValueError(
            f"Node timeout is only supported for async nodes. Node '{name}' is sync: "
            "Python code on a thread cannot be stopped. Make it an async function, or drop its timeout."
        )
    schema = builder.schemas[spec.input_schema]
    routers = _routers(builder, specs, name)
    # A graph's state may have more keys than the one around it, and routers are shown what is no key of the state.
    is_plain = not function.takes_config and not any(router.sees_extra_keys for router in routers)
    return NodePlan(
        name=name,
        function=function,
        reads=schema.reads,
        make=schema.make,
        triggers=tuple(sorted((branch_channel(name), *joins))) if joins else (branch_channel(name),),
        writes=state_writer(keys, edges.get(name, ()), specs, name, dropped if is_plain else None),
        routers=routers,
        metadata=spec.metadata or NO_METADATA,
        retry_policies=retry_policies(spec.retry_policy),
        cache_policy=spec.cache_policy,
        timeout=spec.timeout,
        error_handler=spec.error_handler_node,
        is_error_handler=spec.is_error_handler,
        cache_namespace=cache_namespace(spec.action, name) if spec.cache_policy else (),
        trace_policy=spec.trace_policy,
        fallbacks=_fallbacks(spec, name) if spec.fallbacks else (),
    )


def _fallbacks(spec: StateNodeSpec, name: str) -> tuple[Fallback, ...]:
    return tuple(Fallback(NodeFunction(policy.function, name), policy.on) for policy in spec.fallbacks)


class _Guards:
    """Breakers and limiters by policy object, so that nodes given the same one share it."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def function(self, spec: StateNodeSpec, name: str) -> NodeFunction:
        """The node's function, guarded if its spec asks for it."""
        if spec.circuit_breaker is None and spec.rate_limit is None:
            return NodeFunction(spec.action, name)
        from engine.compiler.guarded_function import GuardedFunction  # here, because few nodes are guarded
        from engine.resilience import CircuitBreaker, RateLimiter

        breaker = self._one_for(spec.circuit_breaker, CircuitBreaker)
        limiter = self._one_for(spec.rate_limit, RateLimiter)
        return GuardedFunction(spec.action, name, breaker, limiter)

    def _one_for(self, policy: Any, make: Callable[[Any], Any]) -> Any:
        return None if policy is None else self._made.setdefault(id(policy), make(policy))


def retry_policies(given: RetryPolicy | Sequence[RetryPolicy] | None) -> tuple[RetryPolicy, ...]:
    """One policy, several or none as a tuple."""
    if given is None:
        return ()
    return (given,) if isinstance(given, RetryPolicy) else tuple(given)


def cache_namespace(function: Any, name: str) -> tuple[str, ...]:
    """Where results of a function are cached: by the function's address, so that another function is another cache."""
    return ("__pregel_ns_writes", function_address(function) or "__dynamic__", name)


def function_address(function: Any) -> str | None:
    """``module.qualname`` of a function or of a runnable's class."""
    module = getattr(function, "__module__", None) or type(function).__module__
    qualname = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{module}.{qualname}" if module and qualname else None


def _routers(builder: GraphBuilder, specs: dict[str, StateNodeSpec], source: str) -> tuple[Router, ...]:
    branches = builder.parts.branches.get(source)
    if not branches:
        return ()
    return tuple(_router(builder, specs, source, name, branch) for name, branch in branches.items())


def _router(
    builder: GraphBuilder, specs: dict[str, StateNodeSpec], source: str, name: str, branch: BranchSpec
) -> Router:
    fallback = specs[source].input_schema if source in specs else builder.state_schema
    schema = builder.schemas[branch.input_schema or fallback]
    return Router(
        function=NodeFunction(branch.path, name),
        reads=schema.reads,
        make=schema.make,
        sees_extra_keys=branch.input_schema is None,
        writes=router_writer(branch.ends, specs, source),
    )
