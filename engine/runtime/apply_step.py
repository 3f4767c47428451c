"""What a superstep's writes do to the state. Pure: works on copies of the channels it touches and returns them.

Work follows what was read and written in this step, not the size of the graph: channels whose value expires are on a
list (``LiveState.expiring``), and channels that wait for the end of the run are asked only when nothing else can run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from engine.errors import InvalidUpdateError, UnknownNodeError, add_note, did_you_mean
from engine.graph.names import BRANCH_TO, MARKS
from engine.runtime.live_state import EDGE_TAKEN, Channel, LiveState, StepChanges, by_channel
from engine.serialization.preview import one_line

_NOTHING: tuple[Any, ...] = ()

_VALUE_CHARS = 60
"""Of a value that a message names."""


class Writer(Protocol):
    """What wrote: a task, or something that acts as one (an input, an update from outside)."""

    @property
    def name(self) -> str: ...

    @property
    def path(self) -> tuple[Any, ...]: ...

    @property
    def triggers(self) -> Sequence[str]: ...

    @property
    def writes(self) -> Sequence[tuple[str, Any]]: ...


def apply_step(state: LiveState, writers: Sequence[Writer]) -> StepChanges:
    """The changes that all writers of one step make together, in the order of their paths.

    Raises ``InvalidUpdateError``, with the nodes that wrote, if a channel cannot take what was written to it.
    """
    if len(writers) > 1:
        writers = sorted(writers, key=lambda writer: path_text(writer.path))
    changes = StepChanges(version=state.top_version + 1)
    is_step = _see_and_consume(state, writers, changes)
    _write(state, writers, changes)
    if is_step:
        if state.expiring:
            _expire(state, changes)
        if state.plan.waiting and state.plan.triggered_by.keys().isdisjoint(changes.updated):
            _finish(state, changes)
    return changes


def _see_and_consume(state: LiveState, writers: Sequence[Writer], changes: StepChanges) -> bool:
    """Note what the writers have seen. Returns whether any of them was triggered: whether this is a step."""
    versions, channels = state.versions, state.channels
    is_step = False
    for writer in writers:
        for name in writer.triggers:
            is_step = True
            if name in versions:
                changes.seen.setdefault(writer.name, {})[name] = versions[name]
            channel = channels.get(name)
            if channel is not None and channel.is_consumed and name not in changes.channels and channel.is_available():
                channel = channel.copy()
                channel.consume()
                changes.channels[name] = channel
                changes.versions[name] = changes.version
    return is_step


def _write(state: LiveState, writers: Sequence[Writer], changes: StepChanges) -> None:
    if len(writers) == 1:
        writes = writers[0].writes
    else:
        writes = [write for writer in writers for write in writer.writes]
    last = dict(writes)
    writes_of = None if len(last) == len(writes) else by_channel(writes)
    edges = state.plan.edges
    for name, value in last.items():
        if value is None and name in edges:
            changes.channels[name] = EDGE_TAKEN
            changes.versions[name] = changes.version
            changes.updated.add(name)
            continue
        if name in MARKS:
            continue
        channel = _touch(state, name, changes)
        if channel is None:
            raise _unknown_channel(state, writers, name)
        try:
            changed = channel.update((value,) if writes_of is None else writes_of[name])
        except InvalidUpdateError as error:
            raise _with_addresses(error, writers, name) from error
        except Exception as error:
            who = " and ".join(f"'{node}'" for node in _nodes_that_wrote(writers, name))
            add_note(error, f"While key '{name}' took what {who} wrote")
            raise
        if changed:
            changes.versions[name] = changes.version
            if channel.is_available():
                changes.updated.add(name)


def _touch(state: LiveState, name: str, changes: StepChanges) -> Channel | None:
    """The copy of a channel that this step may change."""
    channel = changes.channels.get(name)
    if channel is None:
        found = state.channels.get(name) or state.plan.channels.get(name)
        if found is None:
            return None
        channel = changes.channels[name] = found.copy()
    return channel


def _expire(state: LiveState, changes: StepChanges) -> None:
    for name in state.expiring:
        if name not in changes.updated:
            if name in state.plan.edges:  # as nearly all of them are
                changes.channels[name] = state.plan.channels[name]
                changes.versions[name] = changes.version
                continue
            channel = _touch(state, name, changes)
            assert channel is not None, "an expiring channel has had a value, so it is there"
            if channel.update(_NOTHING):
                changes.versions[name] = changes.version
                if channel.is_available():
                    changes.updated.add(name)


def _finish(state: LiveState, changes: StepChanges) -> None:
    for name in state.plan.waiting:
        current = changes.channels.get(name) or state.channels.get(name)
        if current is None:
            continue
        channel = _touch(state, name, changes)
        assert channel is not None, "it was found a line above"
        if channel.finish():
            changes.versions[name] = changes.version
            if channel.is_available():
                changes.updated.add(name)


def _with_addresses(error: InvalidUpdateError, writers: Sequence[Writer], key: str) -> InvalidUpdateError:
    """The same error, saying who wrote what."""
    who = [
        f"'{w.name}' wrote {one_line(value, _VALUE_CHARS)}" for w in writers for name, value in w.writes if name == key
    ]
    found = type(error)(f"{error}\nIn this step " + "; ".join(who) + ".")
    found.key, found.nodes = key, _nodes_that_wrote(writers, key)
    return found


def _nodes_that_wrote(writers: Sequence[Writer], key: str) -> tuple[str, ...]:
    return tuple(writer.name for writer in writers if any(name == key for name, _ in writer.writes))


def _unknown_channel(state: LiveState, writers: Sequence[Writer], name: str) -> InvalidUpdateError:
    who = ", ".join(f"'{w.name}'" for w in writers if any(written == name for written, _ in w.writes))
    if name.startswith(BRANCH_TO):
        target = name[len(BRANCH_TO) :]
        return UnknownNodeError(
            f"{who} goes to '{target}', but there is no such node. {did_you_mean(target, state.plan.nodes)}"
        )
    return InvalidUpdateError(
        f"{who} wrote to '{name}', which is no key of the state. {did_you_mean(name, state.plan.channels)}"
    )


def path_text(path: Any) -> str:
    """A task's path as text; its order is the order in which writes are applied."""
    if type(path) is tuple and len(path) == 2 and type(path[0]) is type(path[1]) is str:
        return f"~{path[0]}, {path[1]}"  # a node that an edge led to, as most are
    if isinstance(path, (tuple, list)):
        return "~" + ", ".join(path_text(part) for part in path)
    return f"{path:010d}" if isinstance(path, int) else str(path)
