"""How the options of nodes are shown and typed: fields with their units, one-line summaries, text to value. No Qt.

The forms are in ``spec_form`` and ``option_sections``; what may stand in an option is judged by ``option_rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from enum import Enum
from typing import Any

from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    FallbackSpec,
    OptionSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)
from engine.graph.option_rules import OPTION_TITLES, faults_of
from engine.graph.spec import END


class Kind(Enum):
    WHOLE = "whole number"
    NUMBER = "number"
    CODE = "module:name"
    ERRORS = "names of errors"
    TRUTH = "yes or no"
    HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class OptionField:
    """One value of an option. ``empty`` says what it means to leave it empty."""

    name: str
    title: str
    kind: Kind
    unit: str = ""
    empty: str = ""


FIELDS: Mapping[type, tuple[OptionField, ...]] = {
    RetrySpec: (
        OptionField("max_attempts", "Attempts in all", Kind.WHOLE),
        OptionField("initial_interval", "First wait", Kind.NUMBER, "s"),
        OptionField("backoff_factor", "Then times", Kind.NUMBER),
        OptionField("max_interval", "Longest wait", Kind.NUMBER, "s"),
        OptionField("jitter", "Add up to 1 s by chance", Kind.TRUTH),
        OptionField("retry_on", "On errors", Kind.ERRORS, empty="those that may pass by themselves"),
    ),
    CacheSpec: (
        OptionField("ttl", "Keep for", Kind.WHOLE, "s", empty="as long as the runner lives"),
        OptionField("key", "Key function", Kind.CODE, empty="the whole input"),
    ),
    TimeoutSpec: (
        OptionField("run", "Whole attempt", Kind.NUMBER, "s", empty="no limit"),
        OptionField("idle", "Without a sign of life", Kind.NUMBER, "s", empty="no limit"),
        OptionField("refresh_on", "Only a heartbeat counts", Kind.HEARTBEAT),
    ),
    BreakerSpec: (
        OptionField("failure_threshold", "Failures in a row", Kind.WHOLE),
        OptionField("recovery_s", "Then pause", Kind.NUMBER, "s"),
        OptionField("counts", "On errors", Kind.ERRORS, empty="all"),
    ),
    RateLimitSpec: (
        OptionField("calls", "Calls", Kind.WHOLE),
        OptionField("per_s", "In", Kind.NUMBER, "s"),
        OptionField("max_wait_s", "Wait at most", Kind.NUMBER, "s", empty="as long as it takes"),
    ),
    FallbackSpec: (
        OptionField("fn", "Function", Kind.CODE),
        OptionField("on", "On errors", Kind.ERRORS, empty="all"),
    ),
}

EXPLANATIONS: Mapping[str, str] = {
    "input_schema": "What the function reads, if not the whole state: a class as module:Class.",
    "destinations": "Where the function may go by Command(goto=...). Needed to draw it and to check it.",
    "retry": "Tries a failed node again. The first policy that fits the error decides.",
    "cache": "Takes the last result for the same input instead of running the node.",
    "timeout": "For functions written with async def. An attempt that takes longer fails.",
    "error_handler": "Runs when the node has failed for good. It gets the state and error: NodeError, and says by "
    "Command(goto=...) where to go on.",
    "circuit_breaker": "Leaves a service alone that keeps failing. LangGraph does not have this.",
    "rate_limit": "Lets attempts wait for their turn. LangGraph does not have this.",
    "fallback": "Answers in the node's place when it has failed for good. LangGraph does not have this.",
    "metadata": "Goes with every event of the node. Values are JSON, or plain text.",
}

NEW: Mapping[str, Any] = {
    "retry": RetrySpec(),
    "cache": CacheSpec(),
    "timeout": TimeoutSpec(run=30),
    "circuit_breaker": BreakerSpec(),
    "rate_limit": RateLimitSpec(calls=10),
}
"""What an option is when it is put on. The others are what is typed."""


def summary(option: str, value: Any) -> str:
    """One line: "3 times, from 0.5 s". Empty for an option that is not set."""
    if value in (None, (), {}):
        return ""
    match option, value:
        case "retry", (policy,):
            on = f", on {', '.join(policy.retry_on)}" if policy.retry_on else ""
            return f"{_count(policy.max_attempts, 'time')}, from {_seconds(policy.initial_interval)}{on}"
        case "retry", _:
            return f"{len(value)} policies"
        case "cache", CacheSpec(ttl=ttl):
            return "while the runner lives" if ttl is None else f"for {_seconds(ttl)}"
        case "timeout", TimeoutSpec(run=run, idle=idle):
            parts = [_seconds(run)] if run is not None else []
            return ", ".join([*parts, f"{_seconds(idle)} idle"] if idle is not None else parts)
        case "circuit_breaker", BreakerSpec(failure_threshold=failures, recovery_s=pause):
            return f"{_seconds(pause)} pause after {_count(failures, 'failure')}"
        case "rate_limit", RateLimitSpec(calls=calls, per_s=per):
            return f"{calls} in {_seconds(per)}"
        case "fallback", _:
            return ", then ".join(fallback.fn for fallback in value)
        case "destinations", _:
            return ", ".join("END" if name == END else name for name in value)
        case "metadata", _:
            return ", ".join(value)
        case _:
            return str(value)


def all_in_one(values: Mapping[str, Any]) -> str:
    """What is set, in one line for the closed list of options; "none" if nothing is."""
    parts = [f"{OPTION_TITLES[option]}: {text}" for option, value in values.items() if (text := summary(option, value))]
    return " · ".join(parts) or "none"


def text_of(spec: OptionSpec, field: OptionField) -> str:
    """What stands in the field: empty for the default, which is shown behind it."""
    value = getattr(spec, field.name)
    if field.kind is Kind.ERRORS:
        return ", ".join(value)
    return "" if value is None else _number(value) if isinstance(value, (int, float)) else str(value)


def placeholder(spec: OptionSpec, field: OptionField) -> str:
    default = default_of(spec, field.name)
    if field.empty:
        return field.empty
    return "module:function" if field.kind is Kind.CODE else _number(default) if default is not None else ""


def with_typed(spec: OptionSpec, field: OptionField, text: str) -> OptionSpec:
    """The option with this text in the field; the default for an empty one. ``ValueError`` with a sentence if not."""
    new = replace(spec, **{field.name: _value(spec, field, text.strip())})
    for name, sentence in faults_of(new):
        if name == field.name:
            raise ValueError(sentence)
    return new


def default_of(spec: OptionSpec, name: str) -> Any:
    """The engine's default; None if there is none."""
    found = next(each for each in fields(spec) if each.name == name)
    return None if found.default is MISSING else found.default


def _value(spec: OptionSpec, field: OptionField, text: str) -> Any:
    if not text:
        default = default_of(spec, field.name)
        if default is None and not field.empty:
            raise ValueError(f"{field.title}: this cannot be left empty.")
        return default
    match field.kind:
        case Kind.WHOLE:
            try:
                return int(text)
            except ValueError:
                raise ValueError("This is a whole number, such as 3.") from None
        case Kind.NUMBER:
            return _read_number(text)
        case Kind.ERRORS:
            return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
        case _:
            return text


def _read_number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e12:  # also "nan" and "inf", which Python reads
        raise ValueError("This is a number of seconds or times, such as 0.5.")
    return int(number) if number.is_integer() else number


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else str(value)


def _seconds(seconds: float) -> str:
    return f"{_number(seconds)} s"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
