"""How a checkpoint is written down in rows: which keys changed, and lists as what was appended. Pure; no SQL.

``changes`` of a row is a JSON list with one entry per changed channel:

    ["answer", "=", value]                       the whole value
    ["answer", "=@", text]                       the whole value, long, in ``texts``
    ["log", "+", [items], [...growth]]           items appended to the value in an earlier row
    ["log", "+@", text, [...growth]]             the same, long
    ["log", "-"]                                 no value any more

``versions`` is one number if all these channels got the same new version, and ``updated`` is ``1`` if it is just the
channels with a value here, sorted. A task's writes in the row of the step they led to are ``null`` if they are just
its changes, in order. Steps of one node mostly are like that, and are written without telling everything three times.

A list that grows is written whole again when what was appended outweighs the last whole copy, so that all copies
together weigh as much as the list does. In between, sixteen appendings are written again as one, so that reading never
follows a long chain.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.serialization.codec import Codec, dump_plain
from engine.serialization.from_tagged import STORED_PART
from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, TaskWrite

WHOLE, WHOLE_APART, GROWN, GROWN_APART, GONE = "=", "=@", "+", "+@", "-"

INLINE_CHARS = 512
"""Longer texts are stored apart, where equal ones share a row: a value that a task wrote and the state then holds."""

_TAIL = 16
"""Appendings in a row before they are written again as one."""

_SMALL_LIST = 4096
"""A list is not copied whole for less appended text than this."""

_SMALL_FRAME = 1024
"""As much difference text, some eight steps, is read over before a row with everything in it (a frame) is written."""

SAME = "1"
"""In ``updated``: the channels with a value in ``changes``, sorted."""

THIS_ROW = 0
"""Stands in a row for its own number, which is not known while it is written."""

StoreText = Callable[[str], int]
"""Stores a long text, or finds an equal one; gives its number."""


@dataclass(frozen=True)
class Growth:
    """How far a list has grown since it was written whole."""

    previous: int
    """Row of the value that this one continues; the row itself for a whole copy."""
    anchor: int
    """Row where the current run of appendings started."""
    tail_count: int
    tail_items: int
    whole_chars: int
    grown_chars: int

    @staticmethod
    def fresh(row: int, chars: int) -> Growth:
        """Just written whole in ``row``."""
        return Growth(row, row, 0, 0, chars, 0)

    def to_json(self) -> list[int]:
        """As it stands in a row."""
        return [self.previous, self.anchor, self.tail_count, self.tail_items, self.whole_chars, self.grown_chars]

    @staticmethod
    def from_json(row: int, data: Sequence[int]) -> Growth:
        """As read from ``row``."""
        previous, anchor, *rest = data
        return Growth(previous or row, anchor or row, *rest)

    def placed(self, row: int) -> Growth:
        """With this row's number in place of ``THIS_ROW``."""
        return Growth.from_json(row, self.to_json())


@dataclass
class Head:
    """What is known of a checkpoint that the next one is written as a difference to."""

    row: int
    where: dict[str, int] = field(default_factory=dict)
    """Channel to the row with its newest entry; only channels that have a value."""
    versions: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    growth: dict[str, Growth] = field(default_factory=dict)
    since_frame: int = 0
    """Characters of difference since the last frame."""
    frame_chars: int = 0


@dataclass
class CheckpointTexts:
    """The JSON columns of one checkpoint row."""

    changes: str
    versions: str
    seen: str
    updated: str
    metadata: str
    frame: str | None
    growth: Mapping[str, Growth]


def checkpoint_texts(codec: Codec, head: Head, new: NewCheckpoint, store_text: StoreText) -> CheckpointTexts:
    """The row for ``new`` as a difference to ``head``. Raises ``UnstorableValueError`` naming the channel."""
    entries = []
    growth: dict[str, Growth] = {}
    for channel, changed in new.changed.items():
        entry, grown = _entry(codec, head, channel, changed, store_text)
        entries.append(entry)
        if grown is not None:
            growth[channel] = grown
    entries += [f'[{_quoted(channel)},"{GONE}"]' for channel in sorted(new.dropped)]
    changes = f"[{','.join(entries)}]"
    versions = _versions(new)
    seen = dump_plain({node: _dict(seen) for node, seen in new.seen.items()}) if new.seen else "{}"
    difference = head.since_frame + len(changes) + len(versions) + len(seen)
    frame = _frame(head, new) if head.row and difference > max(head.frame_chars, _SMALL_FRAME) else None
    return CheckpointTexts(
        changes=changes,
        versions=versions,
        seen=seen,
        updated=SAME if new.updated_channels == tuple(sorted(new.changed)) else dump_plain(list(new.updated_channels)),
        metadata=codec.encode(_dict(new.metadata)),
        frame=frame,
        growth=growth,
    )


def read_versions(text: str, entries: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The new versions of a row, given its parsed changes."""
    found = json.loads(text)
    return found if isinstance(found, dict) else dict.fromkeys([entry[0] for entry in entries], found)


def read_updated(text: str, changes: str) -> tuple[str, ...]:
    """The updated channels of a row, given its changes."""
    if text == SAME:
        return tuple(sorted([entry[0] for entry in json.loads(changes) if entry[1] != GONE]))
    return tuple(json.loads(text))


def is_just_the_changes(new: NewCheckpoint, writes: Sequence[TaskWrite]) -> bool:
    """Whether these writes of one task are the step's new values themselves, in order, so that one copy is enough."""
    if len(writes) != len(new.changed):
        return False
    for place, (write, (channel, changed)) in enumerate(zip(writes, new.changed.items(), strict=True)):
        is_it = write.value is changed.value and write.channel == channel and write.index == place
        if not is_it or changed.appended is not None:
            return False
    return True


def advance(head: Head, row: int, new: NewCheckpoint, texts: CheckpointTexts) -> None:
    """Move the head to the checkpoint that was just committed as ``row``."""
    head.row = row
    for channel in new.dropped:
        head.where.pop(channel, None)
        head.growth.pop(channel, None)
    for channel in new.changed:
        head.where[channel] = row
        head.growth.pop(channel, None)
    head.growth.update((channel, growth.placed(row)) for channel, growth in texts.growth.items())
    head.versions.update(new.versions)
    for node, versions in new.seen.items():
        head.seen[node] = {**head.seen.get(node, {}), **versions}
    if texts.frame is None:
        head.since_frame += len(texts.changes) + len(texts.versions) + len(texts.seen)
    else:
        head.since_frame, head.frame_chars = 0, len(texts.frame)


def write_items(codec: Codec, writes: Sequence[TaskWrite], store_text: StoreText) -> str:
    """The JSON of one task's writes: ``[[index, channel, "=", value], ...]``."""
    items = []
    for write in writes:
        try:
            text = codec.encode(write.value)
        except TypeError as error:
            raise _located(error, write.channel) from None
        items.append(f"[{write.index},{_quoted(write.channel)},{_placed(codec, write.value, text, store_text)}]")
    return f"[{','.join(items)}]"


def _versions(new: NewCheckpoint) -> str:
    versions = new.versions
    if versions and len(versions) == len(new.changed) + len(new.dropped):
        one = next(iter(versions.values()))
        for name, version in versions.items():
            if type(version) is not int or version != one or not (name in new.changed or name in new.dropped):
                break
        else:
            return str(one)
    return dump_plain(_dict(versions))


def _entry(
    codec: Codec, head: Head, channel: str, changed: ChangedChannel, store_text: StoreText
) -> tuple[str, Growth | None]:
    name = _quoted(channel)
    try:
        growth = head.growth.get(channel)
        if growth is not None and changed.appended is not None and type(changed.value) is list:
            appended = _appended(codec, head.where[channel], growth, changed.value, changed.appended, store_text)
            if appended is not None:
                return f"[{name},{appended[0]}]", appended[1]
        text = codec.encode(changed.value)
    except TypeError as error:
        raise _located(error, channel) from None
    grown = Growth.fresh(THIS_ROW, len(text)) if type(changed.value) is list else None
    return f"[{name},{_placed(codec, changed.value, text, store_text)}]", grown


def _appended(
    codec: Codec, last: int, growth: Growth, value: list[Any], count: int, store_text: StoreText
) -> tuple[str, Growth] | None:
    """The entry for a list that grew by ``count`` items, or None if it is time to write it whole."""
    text = codec.encode(value[len(value) - count :])
    grown = growth.grown_chars + len(text)
    if growth.whole_chars + grown < INLINE_CHARS or grown > max(growth.whole_chars, _SMALL_LIST):
        return None
    if growth.tail_count + 1 < _TAIL:
        after = Growth(last, growth.anchor, growth.tail_count + 1, growth.tail_items + count, growth.whole_chars, grown)
    else:
        after = Growth(growth.anchor, THIS_ROW, 0, 0, growth.whole_chars, grown)
        text = codec.encode(value[len(value) - count - growth.tail_items :])
    mark, place = (GROWN, text) if len(text) < INLINE_CHARS else (GROWN_APART, store_text(text))
    return f'"{mark}",{place},{dump_plain(after.to_json())}', after


def _placed(codec: Codec, value: Any, text: str, store_text: StoreText) -> str:
    if len(text) < INLINE_CHARS:
        return f'"{WHOLE}",{text}'
    if type(value) is dict and text.startswith("{") and not text.startswith('{"$'):
        text = _dict_in_parts(codec, value, store_text)
        if len(text) < INLINE_CHARS:
            return f'"{WHOLE}",{text}'
    return f'"{WHOLE_APART}",{store_text(text)}'


def _dict_in_parts(codec: Codec, value: dict[str, Any], store_text: StoreText) -> str:
    """A large dictionary with its long values stored apart: a run's input and the keys it fills share their texts."""
    parts = []
    for key, item in value.items():
        text = codec.encode(item)
        if len(text) >= INLINE_CHARS:
            text = f'{{"{STORED_PART}":{store_text(text)}}}'
        parts.append(f"{dump_plain(key)}:{text}")
    return f"{{{','.join(parts)}}}"


def _frame(head: Head, new: NewCheckpoint) -> str:
    where = {channel: row for channel, row in head.where.items() if channel not in new.dropped}
    where.update(dict.fromkeys(new.changed, THIS_ROW))
    seen = {**head.seen, **{node: {**head.seen.get(node, {}), **versions} for node, versions in new.seen.items()}}
    return dump_plain({"where": where, "versions": {**head.versions, **new.versions}, "seen": seen})


def _located(error: TypeError, channel: str) -> Exception:
    located = getattr(error, "located", None)
    found: Exception = located(channel=channel) if located is not None else error
    return found


@lru_cache(maxsize=4096)
def _quoted(channel: str) -> str:
    return dump_plain(channel)


def _dict(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return mapping if type(mapping) is dict else dict(mapping)
