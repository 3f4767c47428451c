"""New branches from old checkpoints, and what they would lead to, through the engine's public methods only."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from engine.log import LANGGRAPH
from engine.runner.channel_names import is_users
from engine.runner.failure import facts_of
from engine.runner.host import HostedGraph
from engine.runner.run_events import CheckpointFacts, RouteFacts
from engine.runner.task_log import Order, Orders

COPY = "__copy__"
"""LangGraph's name for "as no node": ``update_state`` then makes a plain copy of the checkpoint."""


START = "__start__"

TASKS = "__pregel_tasks"
"""The channel that ``Send`` writes to, in both engines."""

_is_our_update: ContextVar[bool] = ContextVar("_is_our_update", default=False)
"""Goes along into the thread that carries out an asynchronous update; what runs beside it tells what it has to."""


@dataclass(frozen=True)
class Change:
    """An edit of an old checkpoint. Without keys and node it is a plain copy."""

    thread_id: str
    checkpoint_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    as_node: str | None = None
    """In whose name the values are written, which decides what comes next; None: the node that ran last."""
    is_result: bool = False
    """The values are what ``as_node`` would have returned at the head: reducers fold them, and it need not run."""
    again: tuple[str, ...] = ()
    """These nodes, which led to the checkpoint, decide once more where to go. Nothing else changes."""
    orders: Orders = field(default_factory=dict)
    """What their routers have to decide then; those without an order are free."""
    decided: tuple[RouteFacts, ...] = ()
    """What the routers of the step decided before."""

    @property
    def is_copy(self) -> bool:
        return not self.values and self.as_node is None and not self.again


def forced(row: CheckpointFacts, node: str, router: str, label: str) -> Change:
    """Another branch of a router that decided in the step before this checkpoint; other routers decide as they did.

    LookupError if the router did not decide there.
    """
    decided: dict[tuple[str, str], list[str]] = {}
    for route in row.routes:
        decided.setdefault((route.node, route.router), []).append(route.label)
    if (node, router) not in decided:
        raise LookupError(f"The router of node {node!r} has not decided in the step that led here.")
    orders = {key: Order(tuple(labels)) for key, labels in decided.items()}
    orders[(node, router)] = Order((label,), by_hand=True)
    return Change("", row.id, again=row.ran or (node,), orders=orders, decided=row.routes)


def make_branch(hosted: HostedGraph, graph: Any, change: Change) -> Any:
    """Writes the change as a new checkpoint and returns its config. Raises what the engine or a router raises."""
    config = _config(change.thread_id, change.checkpoint_id)
    if change.again:
        return _decide_again(hosted, graph, config, change)
    if change.is_copy:
        return graph.update_state(config, None, as_node=COPY)
    values = edited_values(hosted, graph.channels, change.values)
    return _called(hosted, graph, "update_state", config, values, as_node=change.as_node)


def edited_values(hosted: HostedGraph, channels: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """An edited value is the key's new value. A reducer would fold it into the old one, so there it overwrites."""
    return {key: hosted.kit.overwrite(value) if _folds(channels.get(key)) else value for key, value in values.items()}


def _decide_again(hosted: HostedGraph, graph: Any, config: Any, change: Change) -> Any:
    """One checkpoint with the same values, after which the nodes' edges and routers are followed anew."""
    unknown = [node for node in change.again if node != START and node not in hosted.spec.nodes]
    if unknown:
        names = " and ".join(map(repr, unknown))
        raise LookupError(f"Node {names} ran last, which the graph no longer has. Fork from an earlier step.")
    sent = _sent_at(graph, config)
    hosted.log.orders = _with_sends(change, sent)
    try:
        again = [[hosted.kit.state_update({}, node) for node in change.again]]
        return _called(hosted, graph, "bulk_update_state", config, again)
    finally:
        hosted.log.orders = {}


def _called(hosted: HostedGraph, graph: Any, method: str, *args: Any, **options: Any) -> Any:
    """A method of the graph that follows routers: of a graph with coroutines, its asynchronous twin."""
    with _untold_drops():
        if not hosted.is_async:
            return getattr(graph, method)(*args, **options)
        import asyncio  # late, as in chunks

        return asyncio.run(getattr(graph, f"a{method}")(*args, **options))


@contextlib.contextmanager
def _untold_drops() -> Iterator[None]:
    """A fork is shown with what will be next; the engine's warning to programs would stand in the user's output."""
    log = logging.getLogger(LANGGRAPH)

    def is_told(record: logging.LogRecord) -> bool:
        return not (_is_our_update.get() and str(record.msg).startswith("The update as "))

    log.addFilter(is_told)
    token = _is_our_update.set(True)
    try:
        yield
    finally:
        _is_our_update.reset(token)
        log.removeFilter(is_told)


def _sent_at(graph: Any, config: Any) -> list[Any]:
    """What ``Send`` made due at the checkpoint, in order."""
    saved = graph.checkpointer.get_tuple(config) if graph.checkpointer is not None else None
    return list(saved.checkpoint["channel_values"].get(TASKS) or ()) if saved is not None else []


def _with_sends(change: Change, sent: Sequence[Any]) -> Orders:
    """The orders, with what their routers sent before. Raises LookupError where it cannot be told who sent a task."""
    orders = dict(change.orders)
    by_target: dict[str, list[Any]] = {}
    for packet in sent:
        by_target.setdefault(packet.node, []).append(packet)
    for target, packets in by_target.items():
        routes = [route for route in change.decided if route.target == target]
        if not routes:
            raise LookupError(
                f"A node of this step has sent tasks to {target!r} itself, which would be lost on another branch. "
                "Fork from the step before, with the values you want."
            )
        if len({(route.node, route.router) for route in routes}) > 1:
            raise LookupError(
                f"Two routers of this step lead to {target!r}, and it cannot be told which of them sent its tasks. "
                "Fork from the step before, with the values you want."
            )
        key = (routes[0].node, routes[0].router)
        order = orders.get(key)
        if order is not None and not order.by_hand:
            orders[key] = replace(order, sends={**order.sends, routes[0].label: tuple(packets)})
    return orders


def give_result(hosted: HostedGraph, saver: Any, graph: Any, change: Change, finished: Mapping[str, str]) -> Any:
    """One checkpoint as if ``as_node`` had returned the values. ``finished``: its siblings in the step, by task id.

    ``update_state`` would drop what the siblings wrote, so their stored writes are given once more, in their names.
    Their routers decide again. LookupError if what a sibling wrote cannot be given that way.
    """
    config = _config(change.thread_id, change.checkpoint_id)
    stored = saver.get_tuple(config).pending_writes or ()
    if any(channel == TASKS for task_id, channel, _ in stored if task_id in finished):
        raise LookupError(
            f"Node {change.as_node!r} cannot be skipped: a node of the same step has sent tasks of its own, which "
            "would be lost. Let the step be tried again, or fork after it."
        )
    updates = [hosted.kit.state_update(dict(change.values), change.as_node)]
    for task_id, node in finished.items():
        pairs = [(channel, value) for owner, channel, value in stored if owner == task_id and channel in graph.channels]
        users = [(channel, value) for channel, value in pairs if is_users(channel)]
        updates.append(hosted.kit.state_update(hosted.kit.command(update=users), node))
    return _called(hosted, graph, "bulk_update_state", config, [updates])


def next_after(hosted: HostedGraph, saver: Any, change: Change) -> tuple[tuple[str, ...], str | None]:
    """Which nodes would be next, or why it cannot be: tried on a copy in memory. Runs routers, but no node."""
    try:
        copy = hosted.kit.memory_saver()
        _copy_checkpoint(saver, copy, change)
        graph = hosted.compile(copy)
        return tuple(graph.get_state(make_branch(hosted, graph, change)).next), None
    except Exception as error:
        return (), facts_of(error).message


def _config(thread_id: str, checkpoint_id: str | None = None) -> dict[str, Any]:
    where = {"thread_id": thread_id, "checkpoint_ns": ""}
    return {"configurable": where if checkpoint_id is None else {**where, "checkpoint_id": checkpoint_id}}


def _copy_checkpoint(source: Any, target: Any, change: Change) -> None:
    """One checkpoint with its pending writes, by the savers' public methods."""
    found = source.get_tuple(_config(change.thread_id, change.checkpoint_id))
    if found is None:
        raise LookupError(f"There is no checkpoint {change.checkpoint_id} in thread {change.thread_id}.")
    address = {"configurable": {"thread_id": change.thread_id, "checkpoint_ns": ""}}
    config = target.put(address, found.checkpoint, found.metadata, found.checkpoint["channel_versions"])
    writes: dict[str, list[tuple[str, Any]]] = {}
    for task_id, channel, value in found.pending_writes or ():
        writes.setdefault(task_id, []).append((channel, value))
    for task_id, pairs in writes.items():
        target.put_writes(config, pairs, task_id)


def _folds(channel: Any) -> bool:
    """Whether the key has a reducer: BinaryOperatorAggregate has an ``operator``, DeltaChannel a ``reducer``."""
    return hasattr(channel, "operator") or hasattr(channel, "reducer")
