"""The state of one thread in memory, between two supersteps: channels, versions, and what each node has seen.

Changed only by ``adopt``, which takes what ``apply_step`` worked out. Also notes what was not stored yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from operator import is_
from typing import Any

from engine.channels import BaseChannel, BinaryOperatorAggregate, EphemeralValue, LastValue
from engine.compiler.plan import GraphPlan
from engine.graph.names import TASKS
from engine.runtime.langgraph_thread import with_current_channels
from engine.store.checkpoint_store import ChangedChannel, StoredCheckpoint
from engine.store.saver_versions import version_number
from engine.types import MISSING, Send

Channel = BaseChannel[Any, Any, Any]

ALL_CHANNELS = "__all__"
"""Under this name the pseudo node ``__interrupt__`` keeps the highest version it has seen."""


EDGE_TAKEN: Channel = EphemeralValue(Any, guard=False).from_checkpoint(None)
"""The channel of an edge that was taken: the same for all of them, because what is written is always None."""

_EDGE_STORED = ChangedChannel(None)
_NOTHING_DROPPED: frozenset[str] = frozenset()


class StepChanges:
    """What one superstep does to the state. Nothing is changed until it is adopted."""

    __slots__ = ("channels", "version", "versions", "updated", "seen")

    def __init__(self, version: int) -> None:
        self.channels: dict[str, Channel] = {}
        self.version = version
        """The version that every changed channel gets."""
        self.versions: dict[str, int] = {}
        """That version, for each of them."""
        self.updated: set[str] = set()
        """Changed channels that have a value: the ones that can make nodes run."""
        self.seen: dict[str, dict[str, int]] = {}


class LiveState:
    """Channels by name; only those that were ever used."""

    __slots__ = (
        "plan",
        "channels",
        "versions",
        "top_version",
        "seen",
        "updated",
        "expiring",
        "missing",
        "tracks",
        "_dirty",
        "_versions",
        "_seen",
        "_forgotten",
    )

    def __init__(self, plan: GraphPlan, *, tracks: bool = False) -> None:
        self.plan = plan
        self.channels: dict[str, Channel] = {
            name: channel.from_checkpoint(MISSING) for name, channel in plan.starts_full.items()
        }
        self.versions: dict[str, int] = {}
        self.top_version = 0
        self.seen: dict[str, dict[str, int]] = {}
        self.updated: set[str] | None = None
        """Channels of the last step that can make nodes run; None if that is not known (just loaded)."""
        self.expiring: Set[str] = frozenset()
        """Channels whose value vanishes with the next step unless that writes it."""
        self.missing: dict[str, str] = {}
        """Loaded channels that are about to start a node which the graph no longer has -> the name of that node."""
        self.tracks = tracks
        """Whether to note what was not stored yet."""
        self._dirty: dict[str, int | None] = {}
        """Channel -> items appended since it was stored; None if it was replaced."""
        self._versions: dict[str, int] = {}
        self._seen: dict[str, dict[str, int]] = {}
        self._forgotten: set[str] = set()

    @classmethod
    def from_stored(cls, plan: GraphPlan, stored: StoredCheckpoint, *, tracks: bool = False) -> LiveState:
        """The state as a checkpoint has it. Keys that the graph no longer has are left out."""
        stored = with_current_channels(plan, stored)
        state = cls(plan, tracks=tracks)
        for name, value in stored.values.items():
            template = plan.channels.get(name)
            if template is not None:
                state.channels[name] = template.from_checkpoint(value)
        state.versions = {name: version_number(version) for name, version in stored.versions.items()}
        state.top_version = max(state.versions.values(), default=0)
        state.seen = {
            node: {name: version_number(version) for name, version in seen.items()}
            for node, seen in stored.seen.items()
        }
        state.expiring = {
            name for name, channel in state.channels.items() if channel.expires and channel.is_available()
        }
        state.missing = {
            name: target
            for name, value in stored.values.items()
            if name not in plan.channels
            and (target := _started_node(name, value)) is not None
            and target not in plan.nodes
            and state.versions.get(name, 0) > state.seen.get(target, {}).get(name, -1)
        }
        return state

    def channel(self, name: str) -> Channel | None:
        """The channel, or an empty one if it was never used; None if the graph has none of that name."""
        found = self.channels.get(name)
        return found if found is not None else self.plan.channels.get(name)

    def is_available(self, name: str) -> bool:
        """Whether the channel has a value that can be read."""
        found = self.channels.get(name)
        return found is not None and found.is_available()

    def read(self, keys: str | Iterable[str]) -> Any:
        """One value (None if there is none), or a dict of those keys that have one."""
        if isinstance(keys, str):
            channel = self.channels.get(keys)
            return channel.get() if channel is not None and channel.is_available() else None
        values = {}
        channels = self.channels
        for key in keys:
            channel = channels.get(key)
            if channel is not None:
                value = channel.peek()
                if value is not MISSING:
                    values[key] = value
        return values

    def read_with_writes(self, keys: str | Sequence[str], writes: Sequence[tuple[str, Any]]) -> Any:
        """As ``read``, as if the writes had been applied already; what a router sees."""
        last = dict(writes)
        writes_of = None if len(last) == len(writes) else by_channel(writes)
        channels = self.channels
        values = {}
        for name in (keys,) if isinstance(keys, str) else keys:
            channel = channels.get(name)
            if name in last:
                channel = channel or self.plan.channels.get(name)
                if channel is not None:
                    if type(channel) is LastValue and writes_of is None:
                        values[name] = last[name]
                        continue
                    channel = channel.copy()
                    channel.update((last[name],) if writes_of is None else writes_of[name])
            if channel is not None:
                value = channel.peek()
                if value is not MISSING:
                    values[name] = value
        return values.get(keys) if isinstance(keys, str) else values

    def adopt(self, changes: StepChanges) -> None:
        """Make the changes true."""
        if self.tracks:
            self._note_unstored(changes)
        self.channels.update(changes.channels)
        if changes.versions:
            self.top_version = changes.version
            self.versions.update(changes.versions)
        for node, seen in changes.seen.items():
            known = self.seen.get(node)
            if known is None:
                self.seen[node] = dict(seen)
            else:
                known.update(seen)
        self.updated = changes.updated
        self.expiring = self.plan.expiring.intersection(changes.updated)

    def forget_missing(self) -> None:
        """Wait no longer for nodes that the graph does not have."""
        self._forgotten.update(self.missing)
        self.missing = {}
        packets = self.read(TASKS) or ()
        kept = [packet for packet in packets if packet.node in self.plan.nodes]
        if len(kept) < len(packets):
            self.channels[TASKS] = self.plan.channels[TASKS].from_checkpoint(kept)
            self._dirty[TASKS] = None

    def mark_all_seen(self, by: str) -> None:
        """Note that a pseudo node has seen everything there is; how a breakpoint is passed."""
        self.seen[by] = {ALL_CHANNELS: self.top_version}
        if self.tracks:
            self._seen[by] = {ALL_CHANNELS: self.top_version}

    def has_unseen(self, by: str) -> bool:
        """Whether anything changed since ``mark_all_seen``."""
        return self.top_version > max(self.seen.get(by, {}).values(), default=0)

    def take_unstored(
        self,
    ) -> tuple[dict[str, ChangedChannel], frozenset[str], dict[str, int], dict[str, Mapping[str, int]]]:
        """Changed channels, dropped channels, versions and seen versions since the last call."""
        changed: dict[str, ChangedChannel] = {}
        dropped = list(self._forgotten)
        channels = self.channels
        for name, appended in self._dirty.items():
            channel = channels[name]
            if channel is EDGE_TAKEN:
                changed[name] = _EDGE_STORED
                continue
            if not channel.is_stored:
                continue
            value = channel.checkpoint()
            if value is MISSING:
                dropped.append(name)
                continue
            if name == TASKS:
                value = [self.storable_send(packet) for packet in value]
            changed[name] = ChangedChannel(value, appended)
        versions = self._versions
        seen: dict[str, Mapping[str, int]] = self._seen  # type: ignore[assignment] # nobody else has it any more
        self._dirty, self._versions, self._seen = {}, {}, {}
        if not dropped:
            return changed, _NOTHING_DROPPED, versions, seen
        self._forgotten.clear()
        return changed, frozenset(dropped), versions, seen

    def storable_send(self, packet: Any) -> Any:
        """A ``Send`` whose argument has no values of channels that are not stored."""
        if not isinstance(packet, Send) or not isinstance(packet.arg, dict):
            return packet
        channels = self.plan.channels
        kept = {key: value for key, value in packet.arg.items() if key not in channels or channels[key].is_stored}
        return packet if len(kept) == len(packet.arg) else Send(packet.node, kept, timeout=packet.timeout)

    def _note_unstored(self, changes: StepChanges) -> None:
        dirty, growing = self._dirty, self.plan.growing
        if growing:
            grown = {
                name: self._grown_by(name, changes.channels[name]) for name in growing.intersection(changes.channels)
            }
            dirty.update(dict.fromkeys(changes.channels))
            dirty.update(grown)
        else:
            dirty.update(dict.fromkeys(changes.channels))
        self._versions.update(changes.versions)
        if self._seen:
            for node, seen in changes.seen.items():
                self._seen.setdefault(node, {}).update(seen)
        else:
            self._seen = changes.seen

    def _grown_by(self, name: str, new: Channel) -> int | None:
        """How many items a list has grown by since it was stored; None if it was replaced."""
        before = self._dirty.get(name, 0)
        appended = None if before is None else _appended(self.channels.get(name), new)
        return None if before is None or appended is None else before + appended


def by_channel(writes: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """What was written to each channel, in order."""
    found: dict[str, list[Any]] = {}
    for name, value in writes:
        if name in found:
            found[name].append(value)
        else:
            found[name] = [value]
    return found


def _appended(old: Channel | None, new: Channel) -> int | None:
    """How many items a list grew by at its end; None if it is not that simple."""
    if not isinstance(old, BinaryOperatorAggregate) or not isinstance(new, BinaryOperatorAggregate):
        return None
    before, after = old.value, new.value
    if type(before) is not list or type(after) is not list or before is after or len(after) < len(before):
        return None
    if (new.appends and not new.replaced) or (new.keeps_items and all(map(is_, before, after))):
        return len(after) - len(before)
    return None


def _started_node(channel: str, value: Any) -> str | None:
    """The node that a stored channel is about to start; None if it is about something else."""
    kind, _, rest = channel.partition(":")
    if kind == "branch":
        return rest.partition(":")[2]
    sources, _, target = rest.rpartition(":")
    if isinstance(value, tuple):  # a deferred node's: who has come, and whether all else has ended
        value = value[0]
    is_full = isinstance(value, (set, frozenset)) and len("+".join(map(str, value))) == len(sources)
    return target if kind == "join" and is_full else None
