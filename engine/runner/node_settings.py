"""The options of a node in a graph file, as arguments of ``add_node`` of the engine that hosts the graph.

Called by ``host`` only. Functions and errors are found among the user's modules, so this imports user code.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.graph.node_options import BreakerSpec, CacheSpec, DefaultsSpec, FallbackSpec, RetrySpec, TimeoutSpec
from engine.graph.option_rules import OPTION_TITLES, option_faults
from engine.graph.spec import NodeSpec
from engine.runner.engine_kit import EngineKit
from engine.runner.user_code import UserCodeError, resolve, resolve_function

NoteFunction = Callable[[Any], Any]
"""Told each function that runs as part of the graph: whether one is a coroutine function decides how it is run."""


class NodeSettings:
    """For all nodes of one graph."""

    def __init__(self, kit: EngineKit, folder: Path, note: NoteFunction) -> None:
        self._kit = kit
        self._folder = folder
        self._note = note

    def of(self, name: str, node: NodeSpec) -> dict[str, Any]:
        """The arguments for what is set. Raises ``UserCodeError`` with the node and the option."""
        where = f"Node {name!r}"
        self._need_right(where, node)
        arguments = self._shared(where, node)
        if node.input_schema is not None:
            arguments["input_schema"] = resolve(node.input_schema, self._folder, used_by=f"{where}, input schema,")
        if node.destinations:
            arguments["destinations"] = node.destinations
        return {**arguments, **self._ours_alone(where, node)}

    def of_all(self, defaults: DefaultsSpec) -> dict[str, Any]:
        """The arguments of ``set_node_defaults``."""
        where = "The defaults of all nodes"
        self._need_right(where, defaults)
        return self._shared(where, defaults)

    def _shared(self, where: str, options: NodeSpec | DefaultsSpec) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if options.retry:
            policies = [self._retry(where, policy) for policy in options.retry]
            arguments["retry_policy"] = policies[0] if len(policies) == 1 else policies
        if options.cache is not None:
            arguments["cache_policy"] = self._cache(where, options.cache)
        if options.timeout is not None:
            arguments["timeout"] = self._timeout(options.timeout)
        if options.error_handler is not None:
            arguments["error_handler"] = self._function(options.error_handler, f"{where}, error handler,")
        return arguments

    def _ours_alone(self, where: str, node: NodeSpec) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        policies = self._kit.protection
        if policies is None:
            for option in ("circuit_breaker", "rate_limit", "fallback"):
                if getattr(node, option):
                    title = OPTION_TITLES[option].lower()
                    raise UserCodeError(
                        f"{where} has a {title}, which the {self._kit.name} package does not have. Take it off, or run "
                        "the graph with Stepgraph's own engine."
                    )
            return arguments
        if node.circuit_breaker is not None:
            arguments["circuit_breaker"] = self._breaker(where, node.circuit_breaker)
        if (limit := node.rate_limit) is not None:
            arguments["rate_limit"] = policies.RateLimitPolicy(
                calls=limit.calls, per_s=limit.per_s, max_wait_s=limit.max_wait_s
            )
        if node.fallback:
            arguments["fallback"] = [self._fallback(where, fallback) for fallback in node.fallback]
        return arguments

    def _retry(self, where: str, policy: RetrySpec) -> Any:
        errors = {"retry_on": self._errors(where, policy.retry_on)} if policy.retry_on else {}
        return self._kit.retry_policy(
            initial_interval=policy.initial_interval,
            backoff_factor=policy.backoff_factor,
            max_interval=policy.max_interval,
            max_attempts=policy.max_attempts,
            jitter=policy.jitter,
            **errors,
        )

    def _cache(self, where: str, cache: CacheSpec) -> Any:
        key = {} if cache.key is None else {"key_func": resolve_function(cache.key, self._folder, used_by=where)}
        return self._kit.cache_policy(ttl=cache.ttl, **key)

    def _timeout(self, timeout: TimeoutSpec) -> Any:
        return self._kit.timeout_policy(
            run_timeout=timeout.run, idle_timeout=timeout.idle, refresh_on=timeout.refresh_on
        )

    def _breaker(self, where: str, breaker: BreakerSpec) -> Any:
        counts = {"counts": self._errors(where, breaker.counts)} if breaker.counts else {}
        return self._kit.protection.CircuitBreakerPolicy(
            failure_threshold=breaker.failure_threshold, recovery_s=breaker.recovery_s, **counts
        )

    def _fallback(self, where: str, fallback: FallbackSpec) -> Any:
        function = self._function(fallback.fn, f"{where}, fallback,")
        on = {"on": self._errors(where, fallback.on)} if fallback.on else {}
        return self._kit.protection.FallbackPolicy(function, **on)

    def _function(self, reference: str, used_by: str) -> Any:
        return self._note(resolve_function(reference, self._folder, used_by=used_by))

    def _errors(self, where: str, names: Sequence[str]) -> tuple[type[BaseException], ...]:
        return tuple(self._error(where, name) for name in names)

    def _error(self, where: str, name: str) -> type[BaseException]:
        found = resolve(name, self._folder, used_by=where) if ":" in name else getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
        raise UserCodeError(f"{where} names {name!r}, which is no class of errors. Write ValueError or module:Class.")

    def _need_right(self, where: str, options: NodeSpec | DefaultsSpec) -> None:
        for fault in option_faults(options):
            raise UserCodeError(f"{where}, {OPTION_TITLES[fault.option].lower()}: {fault.sentence}")
