"""What may stand in the options of a node, in sentences, and what they refer to. Pure.

Asked by ``problems`` for whole graphs, and by the editor's forms for what is being typed.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    DefaultsSpec,
    FallbackSpec,
    OptionSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)
from engine.graph.spec import NodeSpec, is_reference, shown_text

OPTION_TITLES = {
    "input_schema": "Input schema",
    "destinations": "Destinations",
    "retry": "Retry",
    "cache": "Cache",
    "timeout": "Timeout",
    "error_handler": "Error handler",
    "circuit_breaker": "Circuit breaker",
    "rate_limit": "Rate limit",
    "fallback": "Fallback",
    "metadata": "Metadata",
}
"""What the fields of ``NodeSpec`` are called on screen."""

REFRESH_ON = ("auto", "heartbeat")


@dataclass(frozen=True)
class OptionFault:
    """A value that the engine refuses."""

    option: str
    """The field of ``NodeSpec``: ``retry``."""
    field: str
    """The field of the option itself: ``max_attempts``; empty for an option that is one value."""
    sentence: str
    index: int = 0
    """Which of several policies."""


def option_faults(node: NodeSpec | DefaultsSpec) -> Iterator[OptionFault]:
    """All that is wrong with the options, in their order."""
    for name in _NAMES if isinstance(node, NodeSpec) else ("retry", "cache", "timeout", "error_handler"):
        value = getattr(node, name)
        if isinstance(value, str):
            if (reason := why_not_code_name(value)) is not None:
                yield OptionFault(name, "", reason)
            continue
        specs = value if isinstance(value, tuple) else (value,) if value is not None else ()
        for index, spec in enumerate(specs):
            for field, reason in faults_of(spec):
                yield OptionFault(name, field, reason, index)


def faults_of(spec: OptionSpec) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each value that may not be."""
    for field, wrong, sentence in _RULES[type(spec)]:
        if (value := getattr(spec, field)) is not None and wrong(value):
            yield field, sentence
    match spec:
        case TimeoutSpec(run=None, idle=None):
            yield "run", "A timeout needs a time for the whole attempt, or one without a sign of life."
        case CacheSpec(key=str(reference)) | FallbackSpec(fn=reference):
            if (reason := why_not_code_name(reference)) is not None:
                yield "fn" if isinstance(spec, FallbackSpec) else "key", reason
    field = _ERRORS.get(type(spec), "")
    for name in getattr(spec, field) if field else ():
        if (reason := why_not_error(name)) is not None:
            yield field, reason


def why_not_code_name(text: str) -> str | None:
    """Why this cannot name a function or class, as a sentence; None if it has the form ``module:name``."""
    return None if is_reference(text) else f"{shown_text(text)} does not have the form 'module:name'."


def why_not_error(name: str) -> str | None:
    """Why this cannot name a class of errors, as a sentence; None for a builtin one and for ``module:Class``."""
    if is_reference(name):
        return None
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return None
    return f"{shown_text(name)} is no error that Python has. Name one of a module as 'module:Class'."


def option_references(node: NodeSpec | DefaultsSpec) -> Iterator[tuple[str, str]]:
    """(option, ``module:name``) of everything that the options name, errors of modules among them."""
    if isinstance(node, NodeSpec):
        if node.input_schema is not None:
            yield "input_schema", node.input_schema
        for fallback in node.fallback:
            yield "fallback", fallback.fn
            yield from (("fallback", name) for name in fallback.on if ":" in name)
        breaker = node.circuit_breaker
        yield from (("circuit_breaker", name) for name in (breaker.counts if breaker else ()) if ":" in name)
    if node.cache is not None and node.cache.key is not None:
        yield "cache", node.cache.key
    if node.error_handler is not None:
        yield "error_handler", node.error_handler
    for policy in node.retry:
        yield from (("retry", name) for name in policy.retry_on if ":" in name)


_NAMES = ("input_schema", "retry", "cache", "timeout", "error_handler", "circuit_breaker", "rate_limit", "fallback")
_ERRORS = {RetrySpec: "retry_on", BreakerSpec: "counts", FallbackSpec: "on"}

_Rule = tuple[str, Callable[[Any], bool], str]
_RULES: dict[type, tuple[_Rule, ...]] = {
    RetrySpec: (
        ("max_attempts", lambda n: n < 1, "The number of attempts is a whole number from 1; the first one counts."),
        ("initial_interval", lambda s: s < 0, "The first wait cannot be shorter than 0 seconds."),
        ("backoff_factor", lambda x: x <= 0, "The factor is above 0: 2 doubles the wait each time, 1 keeps it."),
        ("max_interval", lambda s: s < 0, "The longest wait cannot be shorter than 0 seconds."),
    ),
    CacheSpec: (("ttl", lambda s: s < 1, "A result is kept for whole seconds from 1, or for ever."),),
    TimeoutSpec: (
        ("run", lambda s: s <= 0, "The time of an attempt is above 0 seconds."),
        ("idle", lambda s: s <= 0, "The time without a sign of life is above 0 seconds."),
        ("refresh_on", lambda word: word not in REFRESH_ON, "A sign of life is 'auto' or 'heartbeat'."),
    ),
    BreakerSpec: (
        ("failure_threshold", lambda n: n < 1, "The number of failures is a whole number from 1."),
        ("recovery_s", lambda s: s <= 0, "The pause is above 0 seconds."),
    ),
    RateLimitSpec: (
        ("calls", lambda n: n < 1, "The number of calls is a whole number from 1."),
        ("per_s", lambda s: s <= 0, "The time for so many calls is above 0 seconds."),
        ("max_wait_s", lambda s: s < 0, "The longest wait cannot be shorter than 0 seconds."),
    ),
    FallbackSpec: (),
}
