"""Collects what the user says about a graph: nodes, edges, routers. Checks each as it comes; runs nothing.

``runtime.state_graph.StateGraph`` adds ``compile()``. What is collected here is checked as a whole by ``validate``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from inspect import isclass
from typing import TYPE_CHECKING, Any, TypeVar
from warnings import warn

from engine.channels import BaseChannel, LastValue
from engine.errors import LangGraphDeprecatedSinceV05, LangGraphDeprecatedSinceV10
from engine.graph.graph_parts import BranchSpec, GraphParts, NodeDefaults, StateNodeSpec
from engine.graph.names import END, START, error_handler_name
from engine.graph.return_hints import command_targets, first_parameter_hint, literal_targets
from engine.graph.state_schema import StateSchema, read_schema
from engine.graph.validate import validate_graph
from engine.log import log_warning
from engine.types import MISSING, CachePolicy, RetryPolicy, TimeoutPolicy

if TYPE_CHECKING:
    from engine.resilience import CircuitBreakerPolicy, FallbackPolicy, RateLimitPolicy

BuilderT = TypeVar("BuilderT", bound="GraphBuilder")


class GraphBuilder:
    """A graph in the making."""

    def __init__(
        self,
        state_schema: Any = None,
        context_schema: Any = None,
        *,
        input_schema: Any = None,
        output_schema: Any = None,
        **deprecated: Any,
    ) -> None:
        if (config_schema := deprecated.pop("config_schema", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV10(
                    "`config_schema` is deprecated and will be removed. Please use `context_schema` instead."
                ),
                stacklevel=2,
            )
            context_schema = context_schema or config_schema
        if (old_input := deprecated.pop("input", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV05(
                    "`input` is deprecated and will be removed. Please use `input_schema` instead."
                ),
                stacklevel=2,
            )
            input_schema = input_schema or old_input
        if (old_output := deprecated.pop("output", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV05(
                    "`output` is deprecated and will be removed. Please use `output_schema` instead."
                ),
                stacklevel=2,
            )
            output_schema = output_schema or old_output
        if deprecated:
            raise TypeError(f"StateGraph got an unexpected keyword argument {next(iter(deprecated))!r}")
        self.state_schema = state_schema
        self.input_schema = input_schema or state_schema
        self.output_schema = output_schema or state_schema
        self.context_schema = context_schema
        self.schemas: dict[Any, StateSchema] = {}
        self.channels: dict[str, BaseChannel[Any, Any, Any]] = {}
        self.managed: dict[str, Any] = {}
        self.compiled = False
        self.defaults = NodeDefaults()
        self._parts = GraphParts()
        self._add_schema(self.state_schema)
        self._add_schema(self.input_schema, allow_managed=False)
        self._add_schema(self.output_schema, allow_managed=False)

    @property
    def nodes(self) -> dict[str, StateNodeSpec]:
        """Nodes by name."""
        return self._parts.nodes

    @property
    def edges(self) -> set[tuple[str, str]]:
        """Plain edges."""
        return set(self._parts.edges)

    @property
    def waiting_edges(self) -> set[tuple[tuple[str, ...], str]]:
        """Joins."""
        return set(self._parts.waiting_edges)

    @property
    def branches(self) -> dict[str, dict[str, BranchSpec]]:
        """Routers by source and name."""
        return self._parts.branches

    @property
    def parts(self) -> GraphParts:
        """All of it, in the order it was said."""
        return self._parts

    def set_node_defaults(
        self: BuilderT,
        *,
        retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
        cache_policy: CachePolicy | None = None,
        error_handler: Any = None,
        timeout: Any = None,
    ) -> BuilderT:
        """What nodes get that do not say otherwise; a node's own settings win. Not inherited by subgraphs."""
        self._warn_if_compiled("node defaults")
        defaults = self.defaults
        if retry_policy is not None:
            defaults.retry_policy = retry_policy
        if cache_policy is not None:
            defaults.cache_policy = cache_policy
        if error_handler is not None:
            defaults.error_handler = error_handler
        if timeout is not None:
            defaults.timeout = TimeoutPolicy.coerce(timeout)
        return self

    def add_node(
        self: BuilderT,
        node: Any,
        action: Any = None,
        *,
        defer: bool = False,
        metadata: dict[str, Any] | None = None,
        input_schema: Any = None,
        retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
        cache_policy: CachePolicy | None = None,
        error_handler: Any = None,
        destinations: dict[str, str] | tuple[str, ...] | None = None,
        timeout: Any = None,
        trace_policy: Any = None,
        circuit_breaker: CircuitBreakerPolicy | None = None,
        rate_limit: RateLimitPolicy | None = None,
        fallback: Any = None,
        **deprecated: Any,
    ) -> BuilderT:
        """Add a node: ``add_node("name", function)`` or ``add_node(function)``.

        Beyond LangGraph: ``circuit_breaker``, ``rate_limit`` and ``fallback`` (a function, a ``FallbackPolicy``, or
        several of them in the order to be tried). Each attempt asks the breaker, then waits for the limit; the retry
        policy decides on the next attempt; the fallback answers when there is none.
        """
        if (retry := deprecated.pop("retry", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV05(
                    "`retry` is deprecated and will be removed. Please use `retry_policy` instead."
                ),
                stacklevel=2,
            )
            retry_policy = retry_policy or retry
        if (old_input := deprecated.pop("input", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV05(
                    "`input` is deprecated and will be removed. Please use `input_schema` instead."
                ),
                stacklevel=2,
            )
            input_schema = input_schema or old_input
        if deprecated:
            raise TypeError(f"add_node got an unexpected keyword argument {next(iter(deprecated))!r}")
        name, action = _name_and_action(node, action)
        self._warn_if_compiled("a node")
        self._check_new_name(name)
        schema = input_schema or self._hinted_input_schema(action)
        if schema is not None:
            self._add_schema(schema)
        handler_name = None
        if error_handler is not None:
            handler_name = error_handler_name(name)
            if handler_name in self.nodes:
                raise ValueError(f"Node `{handler_name}` already present.")
            self.nodes[handler_name] = StateNodeSpec(
                action=error_handler,
                input_schema=schema or self.state_schema,
                is_error_handler=True,
                ends=command_targets(error_handler),
            )
        self.nodes[name] = StateNodeSpec(
            action=action,
            input_schema=schema or self.state_schema,
            metadata=metadata,
            retry_policy=retry_policy,
            cache_policy=cache_policy,
            timeout=TimeoutPolicy.coerce(timeout) if timeout is not None else None,
            error_handler_node=handler_name,
            ends=destinations if destinations is not None else command_targets(action),
            defer=defer,
            trace_policy=trace_policy,
            circuit_breaker=circuit_breaker,
            rate_limit=rate_limit,
            fallbacks=() if fallback is None else _fallback_policies(fallback),
        )
        return self

    def add_edge(self: BuilderT, start_key: str | list[str] | tuple[str, ...], end_key: str) -> BuilderT:
        """``end_key`` runs after ``start_key``; after all of them if it is a list."""
        self._warn_if_compiled("an edge")
        if isinstance(start_key, str):
            if start_key == END:
                raise ValueError("END cannot be a start node")
            if end_key == START:
                raise ValueError("START cannot be an end node")
            self._parts.edges[(start_key, end_key)] = None
            return self
        for start in start_key:
            if start == END:
                raise ValueError("END cannot be a start node")
            if start not in self.nodes:
                raise ValueError(f"Need to add_node `{start}` first")
        if end_key == START:
            raise ValueError("START cannot be an end node")
        if end_key != END and end_key not in self.nodes:
            raise ValueError(f"Need to add_node `{end_key}` first")
        self._parts.waiting_edges[(tuple(start_key), end_key)] = None
        return self

    def add_conditional_edges(
        self: BuilderT,
        source: str,
        path: Any,
        path_map: dict[Hashable, str] | list[str] | None = None,
    ) -> BuilderT:
        """``path`` looks at the state after ``source`` and says where to go.

        Names, END, ``Send``s, or labels of ``path_map``.
        """
        self._warn_if_compiled("an edge")
        name = getattr(path, "name", None) or getattr(path, "__name__", None) or type(path).__name__
        if name == "<lambda>":
            name = "condition"
        if name in self.branches[source]:
            raise ValueError(f"Branch with name `{name}` already exists for node `{source}`")
        if isinstance(path_map, dict):
            ends: dict[Hashable, str] | None = dict(path_map)
        elif path_map is not None:
            ends = {target: target for target in path_map}
        else:
            ends = literal_targets(path)
        schema = first_parameter_hint(path)
        self.branches[source][name] = BranchSpec(path, ends, schema)
        if schema is not None:
            self._add_schema(schema)
        return self

    def add_sequence(self: BuilderT, nodes: Sequence[Any]) -> BuilderT:
        """Nodes one after the other; each a function or ``(name, function)``."""
        if len(nodes) < 1:
            raise ValueError("Sequence requires at least one node.")
        previous: str | None = None
        for node in nodes:
            name, action = node if isinstance(node, tuple) and len(node) == 2 else _name_and_action(node, None)
            if name in self.nodes:
                raise ValueError(
                    f"Node names must be unique: node with the name '{name}' already exists. "
                    "If you need to use two different runnables/callables with the same name "
                    "(for example, using `lambda`), please provide them as tuples (name, runnable/callable)."
                )
            self.add_node(name, action)
            if previous is not None:
                self.add_edge(previous, name)
            previous = name
        return self

    def set_entry_point(self: BuilderT, key: str) -> BuilderT:
        """An edge from START."""
        return self.add_edge(START, key)

    def set_conditional_entry_point(
        self: BuilderT, path: Any, path_map: dict[Hashable, str] | list[str] | None = None
    ) -> BuilderT:
        """A router on START."""
        return self.add_conditional_edges(START, path, path_map)

    def set_finish_point(self: BuilderT, key: str) -> BuilderT:
        """An edge to END."""
        return self.add_edge(key, END)

    def validate(self: BuilderT, interrupt: Sequence[str] | None = None) -> BuilderT:
        """Check the graph as a whole. Raises ValueError with the names."""
        validate_graph(self._parts, interrupt or ())
        self.compiled = True
        return self

    def _check_new_name(self, name: str) -> None:
        if name in self.nodes:
            raise ValueError(f"Node `{name}` already present.")
        if name in (END, START):
            raise ValueError(f"Node `{name}` is reserved.")
        for character in ("|", ":"):
            if character in name:
                raise ValueError(f"'{character}' is a reserved character and is not allowed in the node names.")

    def _hinted_input_schema(self, action: Any) -> Any:
        hint = first_parameter_hint(action)
        return hint if hint is not None and isclass(hint) and _has_annotations(hint) else None

    def _add_schema(self, schema: Any, *, allow_managed: bool = True) -> None:
        if schema in self.schemas:
            return
        read = read_schema(schema)
        if read.managed and not allow_managed:
            names = ", ".join(read.managed)
            raise ValueError(
                f"Invalid managed channels detected in {getattr(schema, '__name__', '')}: {names}. "
                "Managed channels are not permitted in Input/Output schema."
            )
        for key, channel in read.channels.items():
            known = self.channels.get(key)
            if known is None or (known != channel and isinstance(known, LastValue)):
                self.channels[key] = channel
            elif known != channel and not isinstance(channel, LastValue):
                raise ValueError(f"Channel '{key}' already exists with a different type")
        for key, managed in read.managed.items():
            if self.managed.setdefault(key, managed) != managed:
                raise ValueError(f"Managed value '{key}' already exists with a different type")
        self.schemas[schema] = read

    def _warn_if_compiled(self, what: str) -> None:
        if self.compiled:
            log_warning(
                "Adding %s to a graph that has already been compiled. "
                "This will not be reflected in the compiled graph.",
                what,
                name="langgraph.graph.state",
            )


def _has_annotations(cls: Any) -> bool:
    try:
        return bool(cls.__annotations__)
    except AttributeError:
        return False


def _name_and_action(node: Any, action: Any) -> tuple[str, Any]:
    if isinstance(node, str):
        if action is None:
            raise RuntimeError(f"add_node({node!r}) has no function. Give one: add_node({node!r}, function).")
        return node, action
    action = node
    if hasattr(action, "get_name"):
        return action.get_name(), action
    return getattr(action, "__name__", type(action).__name__), action


NodeAction = Callable[..., Any]


def _fallback_policies(given: Any) -> tuple[FallbackPolicy, ...]:
    from engine.resilience import FallbackPolicy  # here, because few nodes have one

    return FallbackPolicy.coerce(given)
