"""The options of nodes as JSON values and back: defaults left out, unknown keys kept. Pure. Part of ``graph_json``.

One policy of a kind that may have several is written without a list; a timeout that only limits the whole attempt as
its seconds; a fallback for all errors as its function.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from engine.graph.json_checks import (
    WrongValue,
    foreign,
    need_number,
    need_object,
    need_text,
    need_texts,
    need_truth,
    need_whole,
)
from engine.graph.json_text import JsonPath
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
from engine.graph.spec import Json, NodeSpec

OPTION_KEYS = (
    "input_schema",
    "destinations",
    "retry",
    "cache",
    "timeout",
    "error_handler",
    "circuit_breaker",
    "rate_limit",
    "fallback",
)
"""The keys of a node that are read and written here, in their canonical order."""
DEFAULTS_KEYS = ("retry", "cache", "timeout", "error_handler")

Read = Callable[[Json, JsonPath], Any]
SpecT = TypeVar("SpecT", bound="OptionSpec")

_READERS: Mapping[type, Mapping[str, Read]] = {
    RetrySpec: {
        "max_attempts": need_whole,
        "initial_interval": need_number,
        "backoff_factor": need_number,
        "max_interval": need_number,
        "jitter": need_truth,
        "retry_on": need_texts,
    },
    CacheSpec: {"ttl": need_whole, "key": need_text},
    TimeoutSpec: {"run": need_number, "idle": need_number, "refresh_on": need_text},
    BreakerSpec: {"failure_threshold": need_whole, "recovery_s": need_number, "counts": need_texts},
    RateLimitSpec: {"calls": need_whole, "per_s": need_number, "max_wait_s": need_number},
    FallbackSpec: {"fn": need_text, "on": need_texts},
}
"""How each field is read, in its canonical order."""


def options_to_json(node: NodeSpec | DefaultsSpec) -> dict[str, Json]:
    """The options that are set."""
    data: dict[str, Json] = {}
    for key in OPTION_KEYS if isinstance(node, NodeSpec) else DEFAULTS_KEYS:
        value = getattr(node, key)
        if value not in (None, ()):
            data[key] = _option_to_json(value)
    return data


def read_options(data: Mapping[str, Json], path: JsonPath) -> dict[str, Any]:
    """The fields of a ``NodeSpec`` for those options that the object has. Raises ``WrongValue``."""
    return {key: _read_option(key, data[key], (*path, key)) for key in OPTION_KEYS if data.get(key) is not None}


def defaults_to_json(defaults: DefaultsSpec) -> dict[str, Json]:
    return {**options_to_json(defaults), **foreign(defaults.extra, frozenset(DEFAULTS_KEYS))}


def read_defaults(value: Json, path: JsonPath) -> DefaultsSpec:
    """Raises ``WrongValue``."""
    data = need_object(value, path)
    known = {key: _read_option(key, data[key], (*path, key)) for key in DEFAULTS_KEYS if data.get(key) is not None}
    return DefaultsSpec(**known, extra=foreign(data, frozenset(DEFAULTS_KEYS)))


def _read_option(key: str, value: Json, path: JsonPath) -> Any:
    match key:
        case "destinations":
            return tuple(sorted(set(need_texts(value, path))))
        case "retry":
            return _read_one_or_many(RetrySpec, value, path)
        case "fallback":
            return _read_one_or_many(FallbackSpec, value, path)
        case "cache":
            return _read_spec(CacheSpec, value, path)
        case "timeout":
            if type(value) in (int, float):
                return TimeoutSpec(run=value)
            return _read_spec(TimeoutSpec, value, path)
        case "circuit_breaker":
            return _read_spec(BreakerSpec, value, path)
        case "rate_limit":
            return _read_spec(RateLimitSpec, value, path)
        case _:
            return need_text(value, path)


def _read_one_or_many(kind: type[SpecT], value: Json, path: JsonPath) -> tuple[SpecT, ...]:
    if isinstance(value, list):
        return tuple(_read_spec(kind, item, (*path, index)) for index, item in enumerate(value))
    return (_read_spec(kind, value, path),)


def _read_spec(kind: type[SpecT], value: Json, path: JsonPath) -> SpecT:
    if kind is FallbackSpec and isinstance(value, str):
        value = {"fn": value}
    data = need_object(value, path)
    readers = _READERS[kind]
    known = {name: read(data[name], (*path, name)) for name, read in readers.items() if data.get(name) is not None}
    for field in dataclasses.fields(kind):
        if field.name not in known and field.default is field.default_factory is dataclasses.MISSING:
            raise WrongValue(path, f"The key '{field.name}' is missing here.")
    return kind(**known, extra=foreign(data, frozenset(readers)))


def _option_to_json(value: Any) -> Json:
    if isinstance(value, tuple):
        items = [_option_to_json(item) for item in value]
        return items[0] if len(items) == 1 and not isinstance(value[0], str) else items
    if not dataclasses.is_dataclass(value):
        return value
    if isinstance(value, TimeoutSpec) and value == TimeoutSpec(run=value.run) and value.run is not None:
        return _plain(value.run)
    if isinstance(value, FallbackSpec) and value == FallbackSpec(value.fn):
        return value.fn
    return _spec_to_json(value)


def _spec_to_json(spec: Any) -> dict[str, Json]:
    data: dict[str, Json] = {}
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if field.name != "extra" and value != field.default:
            data[field.name] = list(value) if isinstance(value, tuple) else _plain(value)
    return {**data, **foreign(spec.extra, frozenset(_READERS[type(spec)]))}


def _plain(value: Any) -> Json:
    """2.0 is written as 2, so that equal specs have one text."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
