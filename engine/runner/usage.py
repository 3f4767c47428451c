"""What a task used of models: tokens, and what they cost, as far as somebody says so. Pure.

Two ways to say it, both of LangChain's shape: a message that a node returns carries ``usage_metadata``; or the node
writes ``{"usage_metadata": {"input_tokens": 812, "output_tokens": 95, "cost_usd": 0.002}}`` to the custom stream. The
names that OpenAI's API uses (``prompt_tokens``, ``completion_tokens``) are understood, too. What nobody says stays
None: it is never counted or estimated here. Asked by ``driven_thread`` and ``driver``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.runner.run_events import UsageFacts

_INPUT, _OUTPUT, _TOTAL = ("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens"), ("total_tokens",)
_COST = ("cost_usd",)

MOST_MESSAGES = 10_000
"""Of one result; nobody's node returns more that a model has just written."""


def told_usage(value: Any) -> UsageFacts | None:
    """What a message, or a chunk of the custom stream, says of itself; None if it says nothing that is a number."""
    told = value.get("usage_metadata") if isinstance(value, Mapping) else getattr(value, "usage_metadata", None)
    if not isinstance(told, Mapping):
        return None
    given, made, total = _count(told, _INPUT), _count(told, _OUTPUT), _count(told, _TOTAL)
    if total is None and given is not None and made is not None:
        total = given + made
    usage = UsageFacts(given, made, total, _number(told, _COST))
    return None if usage == UsageFacts() else usage


def usage_of_result(result: Any, before: Any) -> UsageFacts | None:
    """Of the messages in what a task wrote that were not in the state ``before`` already: those it has paid for."""
    told = [(message, usage) for message in _messages(result) if (usage := told_usage(message)) is not None]
    if not told:
        return None
    known = list(_messages(before))
    ids = {name for message in known if (name := _id(message)) is not None}
    objects = {id(message) for message in known}
    total: UsageFacts | None = None
    for message, usage in told:
        if _id(message) not in ids and id(message) not in objects:
            total = together(total, usage)
            objects.add(id(message))  # under two keys, it was made once
            ids.add(_id(message) or f"object {id(message)}")
    return total


def together(one: UsageFacts | None, other: UsageFacts | None) -> UsageFacts | None:
    """The sum of what is known of both."""
    if one is None or other is None:
        return one or other
    return UsageFacts(
        _sum(one.input_tokens, other.input_tokens),
        _sum(one.output_tokens, other.output_tokens),
        _sum(one.total_tokens, other.total_tokens),
        _sum(one.cost_usd, other.cost_usd),
    )


def _messages(state: Any) -> Iterator[Any]:
    """Everything that may be a message: values of keys, and what is in their lists."""
    for value in list(state.values()) if isinstance(state, Mapping) else [state]:
        if isinstance(value, Mapping) and "$writes" in value:  # several writes of one task to one key
            value = value["$writes"]
        if isinstance(value, (list, tuple)):
            for item in value[:MOST_MESSAGES]:
                if isinstance(item, (list, tuple)):
                    yield from item[:MOST_MESSAGES]
                else:
                    yield item
        else:
            yield value


def _id(message: Any) -> str | None:
    name = message.get("id") if isinstance(message, Mapping) else getattr(message, "id", None)
    return name if isinstance(name, str) else None


def _count(told: Mapping[Any, Any], names: tuple[str, ...]) -> int | None:
    number = _number(told, names)
    return None if number is None else int(number)


def _number(told: Mapping[Any, Any], names: tuple[str, ...]) -> float | None:
    for name in names:
        number = told.get(name)
        if isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number < float("inf"):
            return number
    return None


def _sum(one: float | None, other: float | None) -> Any:
    return one if other is None else other if one is None else one + other
