"""Which tasks run next. Pure: reads the state, changes nothing.

Work follows what the last step wrote. Only right after loading are all channels with a value looked at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.compiler.plan import NodePlan
from engine.errors import UnknownNodeError, add_note, did_you_mean
from engine.graph.names import INTERRUPT, PULL, PUSH, TASKS
from engine.runtime.live_state import LiveState
from engine.runtime.task import PUSH_TRIGGERS, Task
from engine.types import MISSING, Send

if TYPE_CHECKING:
    from engine.runtime.run import Run


def plan_step(run: Run) -> list[Task]:
    """The tasks of the next superstep: ``Send``s in the order they were sent, then nodes by name.

    Raises ``UnknownNodeError`` for a saved ``Send`` to a node that is gone, and whatever building an input raises.
    """
    state, nodes = run.state, run.plan.nodes
    tasks: list[Task] = []
    if TASKS in state.channels and state.is_available(TASKS):
        for index, packet in enumerate(state.read(TASKS)):
            tasks.append(_send_task(run, index, packet))
    inputs: dict[Any, Any] = {}
    for name in triggered_nodes(state):
        node = nodes[name]
        value = _node_input(run, node, inputs)
        if value is not MISSING:
            tasks.append(Task(run, node, (PULL, name), node.triggers, value))
    return tasks


def tasks_due(run: Run) -> list[Task]:
    """As ``plan_step``, for looking only: no input is built and nothing can be wrong with the graph.

    ``Send``s to nodes that are gone are left out.
    """
    state, nodes = run.state, run.plan.nodes
    packets = state.read(TASKS) if state.is_available(TASKS) else ()
    tasks = [_send_task(run, index, packet) for index, packet in enumerate(packets) if packet.node in nodes]
    for name in triggered_nodes(state):
        node = nodes[name]
        if not isinstance(node.reads, str) or state.is_available(node.reads):
            tasks.append(Task(run, node, (PULL, name), node.triggers, None))
    return tasks


def missing_nodes(state: LiveState) -> list[str]:
    """Names of nodes that the thread waits for and the graph does not have, since its code was changed."""
    packets = state.read(TASKS) if state.is_available(TASKS) else ()
    sent = [packet.node for packet in packets if packet.node not in state.plan.nodes]
    return list(dict.fromkeys([*sent, *state.missing.values()]))


def triggered_nodes(state: LiveState) -> Iterable[str]:
    """Names of the nodes that a channel makes run: sorted, or in the graph's order right after loading."""
    triggered_by = state.plan.triggered_by
    if state.updated is not None:
        names: list[str] = []
        for channel in state.updated:
            names += triggered_by.get(channel, ())
        return sorted(set(names)) if len(names) > 1 else names
    due = {
        name
        for channel in state.channels
        if state.is_available(channel)
        for name in triggered_by.get(channel, ())
        if state.versions.get(channel, 0) > state.seen.get(name, {}).get(channel, -1)
    }
    return sorted(due, key=state.plan.place.__getitem__) if len(due) > 1 else due


def breakpoint_tasks(run: Run, names: Any, tasks: Iterable[Task]) -> list[Task]:
    """Those of the tasks that a breakpoint stops at; none if nothing changed since the last stop."""
    if not run.state.has_unseen(INTERRUPT):
        return []
    if names == "*":
        return [task for task in tasks if not task.node.hidden]
    return [task for task in tasks if task.name in names]


def _send_task(run: Run, index: int, packet: Send) -> Task:
    node = run.plan.nodes.get(packet.node)
    if node is None:
        known = run.plan.nodes
        raise UnknownNodeError(
            f"A saved Send goes to '{packet.node}', but there is no such node. {did_you_mean(packet.node, known)}"
        )
    task = Task(run, node, (PUSH, index, False), PUSH_TRIGGERS, packet.arg)
    if packet.timeout is not None:
        task.timeout = packet.timeout
    return task


def _node_input(run: Run, node: NodePlan, inputs: dict[Any, Any]) -> Any:
    """What the node reads. Nodes that read the same keys in one step get copies of one dict."""
    try:
        reads, make = node.reads, node.make
        cached = inputs.get((reads, make)) if inputs else None
        if cached is not None:
            return dict(cached) if make is None else _copy(cached)
        value = read_input(run, reads)
        if value is MISSING:
            return MISSING
        if make is not None:
            value = make(value)
        if not isinstance(reads, str):
            inputs[reads, make] = value
        return value
    except Exception as error:
        add_note(error, f"Before task with name '{node.name}' and path '{(PULL, node.name)}'")
        raise


def read_input(run: Run, keys: str | tuple[str, ...]) -> Any:
    """The values of these keys, managed ones included; MISSING if the only key has none."""
    state = run.state
    if isinstance(keys, str):
        return state.read(keys) if state.is_available(keys) else MISSING
    managed = run.plan.managed
    if not managed:
        return state.read(keys)
    values = {}
    for key in keys:
        if key in managed:
            values[key] = managed[key].get(run)
        elif state.is_available(key):
            values[key] = state.channels[key].get()
    return values


def _copy(value: Any) -> Any:
    from copy import copy

    return copy(value)
