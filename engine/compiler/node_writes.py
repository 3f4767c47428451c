"""From what a node or router returned to writes: (channel, value) pairs. Pure; knows no running task."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from engine.compiler.dropped_keys import DroppedKeys
from engine.compiler.plan import Writes
from engine.errors import (
    ErrorCode,
    InvalidUpdateError,
    ParentCommand,
    UnknownNodeError,
    create_error_message,
    did_you_mean,
)
from engine.graph.names import END, START, TASKS, branch_channel
from engine.graph.state_schema import ROOT
from engine.types import Command, Send, annotated_keys, object_items


def state_writer(
    known_keys: frozenset[str],
    edges: Sequence[tuple[str, Any]],
    known_nodes: Mapping[str, Any],
    node: str,
    dropped: DroppedKeys | None = None,
) -> Callable[[Any], Writes]:
    """A function from a node's result to its writes: state first, then ``goto``, then the static edges.

    ``dropped`` is told of keys that are none; None if they are there for a reason.
    """
    if known_keys == {ROOT}:
        return partial(_root_writes, edges, known_nodes, node)
    return partial(_state_writes, known_keys, edges, known_nodes, node, dropped)


def _state_writes(
    known_keys: frozenset[str],
    edges: Sequence[tuple[str, Any]],
    known_nodes: Mapping[str, Any],
    node: str,
    dropped: DroppedKeys | None,
    result: Any,
) -> Writes:
    if type(result) is dict:
        writes = [item for item in result.items() if item[0] in known_keys]
        if dropped is not None and len(writes) < len(result):
            dropped.tell(f"The update by node '{node}'", result, known_keys)
    elif result is None:
        writes = []
    else:
        writes = _updates(result, known_keys)
        writes += _goto_writes(result, known_nodes, node)
    writes += edges
    return writes


def _root_writes(
    edges: Sequence[tuple[str, Any]],
    known_nodes: Mapping[str, Any],
    node: str,
    result: Any,
) -> Writes:
    """As ``_state_writes``, for a state that is one value."""
    writes: Writes = []
    if result is not None:
        writes += _root_updates(result)
        writes += _goto_writes(result, known_nodes, node)
    writes += edges
    return writes


def _updates(result: Any, known_keys: frozenset[str]) -> Writes:
    if result is None:
        return []
    if isinstance(result, Send):
        return []
    if isinstance(result, dict):
        return [item for item in result.items() if item[0] in known_keys]
    if isinstance(result, Command):
        return [] if result.graph == Command.PARENT else [i for i in result.update_items() if i[0] in known_keys]
    if isinstance(result, (list, tuple)) and any(isinstance(item, Command) for item in result):
        return [write for item in result for write in _updates(item, known_keys)]
    if annotated := annotated_keys(type(result)):
        in_order = [key for key in annotated if key in known_keys]
        return object_items(result, [*in_order, *sorted(known_keys.difference(in_order))])
    raise InvalidUpdateError(
        create_error_message(
            message=f"Expected dict, got {result}", error_code=ErrorCode.INVALID_GRAPH_NODE_RETURN_VALUE
        )
    )


def _root_updates(result: Any) -> Writes:
    if isinstance(result, Send):
        return []
    if isinstance(result, Command):
        return [] if result.graph == Command.PARENT else list(result.update_items())
    if isinstance(result, (list, tuple)) and any(isinstance(item, Command) for item in result):
        return [
            write for item in result for write in (_root_updates(item) if isinstance(item, Command) else [(ROOT, item)])
        ]
    return [(ROOT, result)]


def _goto_writes(result: Any, known_nodes: Mapping[str, Any], node: str) -> Writes:
    if isinstance(result, Send):
        return [(TASKS, checked_send(result, known_nodes, node))]
    if isinstance(result, Command):
        commands = [result]
    elif isinstance(result, (list, tuple)):
        commands = [item for item in result if isinstance(item, Command)]
    else:
        return []
    writes: Writes = []
    for command in commands:
        if command.graph == Command.PARENT:
            raise ParentCommand(command)
        writes += goto_writes(command, known_nodes, f"Node '{node}'")
    return writes


def goto_writes(command: Command[Any], known_nodes: Mapping[str, Any], who: str) -> Writes:
    """The writes of a command's ``goto``. Raises ``UnknownNodeError`` if it names no node."""
    writes: Writes = []
    for target in command.targets:
        if isinstance(target, Send):
            writes.append((TASKS, checked_send(target, known_nodes, who)))
        elif isinstance(target, str) and target != END:
            writes.append((branch_channel(_checked(target, known_nodes, f"{who} goes to")), None))
    return writes


def router_writer(
    ends: Mapping[Hashable, str] | None, known_nodes: Mapping[str, Any], source: str
) -> Callable[[Any], Writes]:
    """A function from a router's result to writes."""

    def writes_of(result: Any) -> Writes:
        if type(result) is str and (name := ends.get(result) if ends else result) in known_nodes:
            return [(branch_channel(str(name)), None)]
        chosen = result if isinstance(result, (list, tuple)) else [result]
        targets = [item if isinstance(item, Send) else ends[item] for item in chosen] if ends else chosen
        if any(target is None or target == START for target in targets):
            raise ValueError("Branch did not return a valid destination")
        writes: Writes = []
        for target in targets:
            if isinstance(target, Send):
                writes.append((TASKS, checked_send(target, known_nodes, source)))
            elif target != END:
                writes.append((branch_channel(_checked(target, known_nodes, f"The router of '{source}' chose")), None))
        return writes

    return writes_of


def checked_send(packet: Send, known_nodes: Mapping[str, Any], who: str) -> Send:
    """The packet, if it can be delivered."""
    if packet.node == END:
        raise InvalidUpdateError("Cannot send a packet to the END node")
    _checked(packet.node, known_nodes, f"'{who}' sends to")
    return packet


def _checked(target: Any, known_nodes: Mapping[str, Any], sentence: str) -> str:
    if isinstance(target, str) and target in known_nodes:
        return str(target)
    raise UnknownNodeError(
        f"{sentence} '{target}', but there is no such node. {did_you_mean(str(target), known_nodes)}"
    )
