"""The options of nodes as arguments of ``add_node`` in an exported module. Pure. Part of ``export_python``.

What only this engine has cannot be written: leaving it out would make another program than the one that was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.graph.json_text import one_line
from engine.graph.node_options import CacheSpec, DefaultsSpec, RetrySpec, TimeoutSpec
from engine.graph.option_rules import OPTION_TITLES, option_faults
from engine.graph.spec import END, GraphSpec, NodeSpec, shown_name

NameOf = Callable[[str], str]
"""``nodes:handle`` -> ``nodes.handle``, the module as it is imported in the exported module."""

OURS_ALONE = ("circuit_breaker", "rate_limit", "fallback")
TAKEN = frozenset({"CachePolicy", "InMemoryCache", "RetryPolicy", "TimeoutPolicy"})
"""Names that the exported module may import for these options."""


def why_not_options(graph: GraphSpec) -> str | None:
    """Why the options of this graph's nodes cannot be written for LangGraph, as a sentence; None if they can."""
    for name, node in sorted(graph.nodes.items()):
        for option in OURS_ALONE:
            if getattr(node, option):
                title = OPTION_TITLES[option].lower()
                return f"{shown_name(name)} has a {title}, which LangGraph does not have. Take it off, or run it here."
    for where, options in _all_options(graph):
        for fault in option_faults(options):
            return f"{where}, {OPTION_TITLES[fault.option].lower()}: {fault.sentence} Correct it first."
    return None


def option_imports(graphs: Iterable[GraphSpec]) -> list[str]:
    """The lines that import what the options of these graphs need; none if no node has any."""
    options = [each for graph in graphs for _, each in _all_options(graph)]
    types = {"CachePolicy" for each in options if each.cache} | {"RetryPolicy" for each in options if each.retry}
    types |= {"TimeoutPolicy" for each in options if each.timeout and not _is_plain(each.timeout)}
    lines = ["from langgraph.cache.memory import InMemoryCache"] if "CachePolicy" in types else []
    return lines + ([f"from langgraph.types import {', '.join(sorted(types))}"] if types else [])


def option_arguments(node: NodeSpec | DefaultsSpec, name_of: NameOf) -> Iterator[str]:
    """``retry_policy=RetryPolicy(max_attempts=5)`` and the like, for what is set."""
    if isinstance(node, NodeSpec):
        if node.input_schema is not None:
            yield f"input_schema={name_of(node.input_schema)}"
        if node.destinations:
            yield f"destinations={_tuple('END' if d == END else one_line(d) for d in node.destinations)}"
    if node.retry:
        policies = [_retry(policy, name_of) for policy in node.retry]
        yield f"retry_policy={policies[0] if len(policies) == 1 else '[' + ', '.join(policies) + ']'}"
    if node.cache is not None:
        yield f"cache_policy={_cache(node.cache, name_of)}"
    if node.timeout is not None:
        yield f"timeout={_timeout(node.timeout)}"
    if node.error_handler is not None:
        yield f"error_handler={name_of(node.error_handler)}"


def needs_cache(graph: GraphSpec) -> bool:
    """Whether some node's results are kept, for which ``compile`` has to be given a cache."""
    return any(options.cache is not None for _, options in _all_options(graph))


def _all_options(graph: GraphSpec) -> Iterator[tuple[str, NodeSpec | DefaultsSpec]]:
    for name, node in sorted(graph.nodes.items()):
        yield shown_name(name), node
    yield "Defaults of all nodes", graph.defaults


def _retry(policy: RetrySpec, name_of: NameOf) -> str:
    plain = RetrySpec()
    names = ("initial_interval", "backoff_factor", "max_interval", "max_attempts", "jitter")
    parts = [f"{name}={getattr(policy, name)!r}" for name in names if getattr(policy, name) != getattr(plain, name)]
    errors = [name_of(name) if ":" in name else name for name in policy.retry_on]
    if errors:
        parts.append(f"retry_on={errors[0] if len(errors) == 1 else _tuple(errors)}")
    return f"RetryPolicy({', '.join(parts)})"


def _cache(cache: CacheSpec, name_of: NameOf) -> str:
    parts = [f"ttl={cache.ttl}"] if cache.ttl is not None else []
    parts += [f"key_func={name_of(cache.key)}"] if cache.key is not None else []
    return f"CachePolicy({', '.join(parts)})"


def _timeout(timeout: TimeoutSpec) -> str:
    if _is_plain(timeout):
        return repr(timeout.run)
    parts = [f"run_timeout={timeout.run!r}"] if timeout.run is not None else []
    parts += [f"idle_timeout={timeout.idle!r}"] if timeout.idle is not None else []
    parts += [f"refresh_on={one_line(timeout.refresh_on)}"] if timeout.refresh_on != "auto" else []
    return f"TimeoutPolicy({', '.join(parts)})"


def _is_plain(timeout: TimeoutSpec) -> bool:
    return timeout.idle is None and timeout.refresh_on == "auto"


def _tuple(items: Iterable[str]) -> str:
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"
