"""How a checkpoint is written down in rows: which keys changed, and lists as what was appended. Pure; no SQL.

``changes`` of a row is a JSON list with one entry per changed channel:

    ["answer", "=", value]                       the whole value
    ["answer", "=@", text]                       the whole value, long, in ``texts``
    ["log", "+", [items], [...growth]]           items appended to the value in an earlier row
    ["log", "+@", text, [...growth]]             the same, long
    ["log", "-"]                                 no value any more

What most steps have in common is left out (see ``row_shorthand``):

- ``versions`` is one number if all these channels got the same new version;
- ``updated`` is ``1`` if it is just the channels with a value here, sorted (a space before it: ``checkpoint_finder``);
- ``metadata`` is ``["loop",7]`` for source and step, if there is nothing else;
- ``seen`` is ``"plan"`` if that node saw its own channel at the version that the parent has;
- a task's writes in the row of the step they led to are ``null`` if they are just its changes, in order, and ``writes``
  is its id alone if it was the only one, of the node in ``seen``.

A list that grows is written whole again when what was appended outweighs the last whole copy, so that all copies
together weigh as much as the list does. In between, sixteen appendings are written again as one, so that reading never
follows a long chain.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.serialization.codec import Codec, dump_plain
from engine.serialization.from_tagged import STORED_PART
from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, TaskWrite
from engine.store.row_shorthand import GONE, metadata_text, quoted, seen_text, updated_text, versions_text
from engine.store.store_errors import DamagedStoreError

WHOLE, WHOLE_APART, GROWN, GROWN_APART = "=", "=@", "+", "+@"

INLINE_CHARS = 512
"""Longer texts are stored apart, where equal ones share a row: a value that a task wrote and the state then holds."""

_SHORT = frozenset({int, float, bool, type(None)})

_TAIL = 16
"""Appendings in a row before they are written again as one."""

_SMALL_LIST = 4096
"""A list is not copied whole for less appended text than this."""

_SMALL_FRAME = 2048
"""As much difference text, some thirty steps, is read over before a row with everything in it (a frame) is written.
Larger frames are stored compressed: they repeat what other rows say, and nobody reads them."""

_LARGEST_FRAME = 256 * 2**20
"""Characters. A crafted frame may not fill the memory."""

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
    top_id: str | None = None
    """Of the last row in order up to this one, which was saved here: see ``checkpoint_finder``. None: not known."""


@dataclass(slots=True)
class CheckpointTexts:
    """The JSON columns of one checkpoint row."""

    changes: str
    versions: str
    seen: str
    updated: str
    metadata: str
    frame: str | bytes | None
    since_frame: int
    """What ``Head`` says of the last frame, once this row is saved."""
    frame_chars: int
    growth: Mapping[str, Growth]
    tells_appended: bool
    """Whether each list that grew is written as just the items it grew by."""


def checkpoint_texts(codec: Codec, head: Head, new: NewCheckpoint, store_text: StoreText) -> CheckpointTexts:
    """The row for ``new`` as a difference to ``head``. Raises ``UnstorableValueError`` naming the channel."""
    entries = []
    growth: dict[str, Growth] = {}
    tells_appended = True
    for channel, changed in new.changed.items():
        value = changed.value
        if value is None:  # an edge that is taken, as in every step
            entries.append(f'[{quoted(channel)},"{WHOLE}",null]')
            continue
        try:
            if type(value) is list:
                entry, grown = _list_entry(codec, head, channel, changed, store_text)
                growth[channel] = grown
                tells_appended = tells_appended and (changed.appended is None or grown.tail_count > 0)
            else:
                text = codec.encode(value)
                entry = f'"{WHOLE}",{text}' if len(text) < INLINE_CHARS else _placed(codec, value, text, store_text)
        except TypeError as error:
            raise _located(error, channel) from None
        entries.append(f"[{quoted(channel)},{entry}]")
    if new.dropped:
        entries += [f'[{quoted(channel)},"{GONE}"]' for channel in sorted(new.dropped)]
    changes = f"[{','.join(entries)}]"
    versions = versions_text(new)
    seen = seen_text(new.seen, head.versions)
    frame, frame_chars = None, head.frame_chars
    since_frame = head.since_frame + len(changes) + len(versions) + len(seen)
    if since_frame > _SMALL_FRAME and since_frame > frame_chars and head.row:
        frame, frame_chars = _frame(head, new)
        since_frame = 0
    return CheckpointTexts(
        changes,
        versions,
        seen,
        updated_text(new),
        metadata_text(new.metadata, codec.encode),
        frame,
        since_frame,
        frame_chars,
        growth,
        tells_appended,
    )


def read_frame(frame: str | bytes) -> tuple[dict[str, Any], int]:
    """What a frame says, and the length of its text. Raises DamagedStoreError."""
    if isinstance(frame, bytes):
        unpacker = zlib.decompressobj()
        try:
            frame = unpacker.decompress(frame, _LARGEST_FRAME).decode("utf-8", "surrogatepass")
        except (zlib.error, UnicodeDecodeError) as error:
            raise DamagedStoreError(f"A frame of the checkpoints is damaged: {error}.") from error
        if not unpacker.eof:
            raise DamagedStoreError("A frame of the checkpoints is damaged: it has no end.")
    return json.loads(frame), len(frame)


def advance(head: Head, row: int, new: NewCheckpoint, texts: CheckpointTexts) -> None:
    """Move the head to the checkpoint that was just committed as ``row``."""
    head.row = row
    if new.dropped or head.growth or texts.growth:
        for channel in new.dropped:
            head.where.pop(channel, None)
        for channel in (*new.dropped, *new.changed):
            head.growth.pop(channel, None)
        head.growth.update((channel, grown.placed(row)) for channel, grown in texts.growth.items())
    head.where.update(dict.fromkeys(new.changed, row))
    head.versions.update(new.versions)
    for node, versions in new.seen.items():
        head.seen.setdefault(node, {}).update(versions)
    head.since_frame, head.frame_chars = texts.since_frame, texts.frame_chars


def write_items(codec: Codec, writes: Sequence[TaskWrite], store_text: StoreText) -> str:
    """The JSON of one task's writes: ``[[index, channel, "=", value], ...]``."""
    items = []
    for write in writes:
        try:
            text = codec.encode(write.value)
        except TypeError as error:
            raise _located(error, write.channel) from None
        items.append(f"[{write.index},{quoted(write.channel)},{_placed(codec, write.value, text, store_text)}]")
    return f"[{','.join(items)}]"


def _list_entry(
    codec: Codec, head: Head, channel: str, changed: ChangedChannel, store_text: StoreText
) -> tuple[str, Growth]:
    """Mark and place of a list, whole or as what was appended."""
    growth = head.growth.get(channel)
    if growth is not None and changed.appended is not None:
        appended = _appended(codec, head.where[channel], growth, changed.value, changed.appended, store_text)
        if appended is not None:
            return appended
    text = codec.encode(changed.value)
    return _placed(codec, changed.value, text, store_text), Growth.fresh(THIS_ROW, len(text))


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
    if type(value) is dict and text[:1] == "{" and text[:3] != '{"$' and any(map(_may_be_long, value.values())):
        text = _dict_in_parts(codec, value, store_text)
        if len(text) < INLINE_CHARS:
            return f'"{WHOLE}",{text}'
    return f'"{WHOLE_APART}",{store_text(text)}'


def _may_be_long(item: Any) -> bool:
    """Whether its text may be worth a row of its own: a million numbers need not be encoded one by one to know."""
    longest_escape = 6
    return type(item) not in _SHORT and (type(item) is not str or len(item) * longest_escape >= INLINE_CHARS)


def _dict_in_parts(codec: Codec, value: dict[str, Any], store_text: StoreText) -> str:
    """A large dictionary with its long values stored apart: a run's input and the keys it fills share their texts."""
    parts = []
    for key, item in value.items():
        text = codec.encode(item)
        if len(text) >= INLINE_CHARS:
            text = f'{{"{STORED_PART}":{store_text(text)}}}'
        parts.append(f"{dump_plain(key)}:{text}")
    return f"{{{','.join(parts)}}}"


def _frame(head: Head, new: NewCheckpoint) -> tuple[str | bytes, int]:
    """A frame as it is stored, and the length of its text."""
    where = {channel: row for channel, row in head.where.items() if channel not in new.dropped}
    where.update(dict.fromkeys(new.changed, THIS_ROW))
    seen = {**head.seen, **{node: {**head.seen.get(node, {}), **versions} for node, versions in new.seen.items()}}
    frame = dump_plain({"where": where, "versions": {**head.versions, **new.versions}, "seen": seen})
    if len(frame) <= _SMALL_FRAME:
        return frame, len(frame)
    return zlib.compress(frame.encode("utf-8", "surrogatepass")), len(frame)


def _located(error: TypeError, channel: str) -> Exception:
    located = getattr(error, "located", None)
    found: Exception = located(channel=channel) if located is not None else error
    return found
