"""What most steps have in common is not written down in their rows: the short forms, to text and back. Pure.

A step mostly is one node that saw its own channel, wrote some keys, and left all of them with the same new version.
Each column that says just that is short; any other is written in full, as in the first files. Used by
``checkpoint_rows``, ``sqlite_transaction`` and ``sqlite_reader``.

    column      short       in full
    metadata    ["loop",7]  {"source":"loop","step":7,"parents":{},"user":"eva"}
    versions    9           {"answer":9,"log":8}
    seen        "plan"      {"plan":{"branch:to:plan":8,"join:a+b:plan":8}}
    updated     1           ["answer","log"]
    writes      "<task>"    [["<task>","~__pregel_pull, plan",null],["<task>","<path>",[[0,"log","=",5]]]]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from operator import is_
from typing import Any

from engine.serialization.codec import dump_plain
from engine.store.checkpoint_store import NewCheckpoint, TaskWrite, WritesOfOne

GONE = "-"
"""The mark of a channel without a value in ``changes``."""

SAME = "1"

_BRIEF = ("source", "step", "parents")

_PARSE = json.JSONDecoder().decode

# How the engine names the channel that starts a node, and the path of a task that an edge started. A row of another
# engine, with other names, is written in full.
_CHANNEL_OF = "branch:to:"
_PATH_OF = "~__pregel_pull, "

Seen = Mapping[str, Mapping[str, Any]]

quoted = encode_basestring
"""A channel's or node's name, or an id, as JSON."""


def metadata_text(metadata: Mapping[str, Any], encode: Callable[[Any], str]) -> str:
    """``["loop",7]``, or all of it."""
    if tuple(metadata) == _BRIEF:
        source, step, parents = metadata.values()
        if type(step) is int and type(source) is str and source.isascii() and type(parents) is dict and not parents:
            return f"[{quoted(source)},{step}]"
    return encode(metadata if type(metadata) is dict else dict(metadata))


def read_metadata(text: str, decode: Callable[[str], Any]) -> dict[str, Any]:
    """The metadata of a row."""
    found = decode(text)
    if type(found) is list:
        source, step = found
        return {"source": source, "step": step, "parents": {}}
    return dict(found)


def versions_text(new: NewCheckpoint) -> str:
    """The number, if it is one for all channels of the row."""
    versions = new.versions
    if versions.keys() == ({*new.changed, *new.dropped} if new.dropped else new.changed.keys()):
        found = {*versions.values()}
        if len(found) == 1:
            (one,) = found
            if type(one) is int:
                return str(one)
    return dump_plain(_dict(versions))


def read_versions(text: str, entries: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The new versions of a row, given its parsed changes."""
    found = _PARSE(text)
    return found if isinstance(found, dict) else dict.fromkeys([entry[0] for entry in entries], found)


def seen_text(seen: Seen, parents_versions: Mapping[str, Any]) -> str:
    """The node's name, if it saw its own channel at the version that the parent has."""
    if len(seen) == 1:
        ((node, channels),) = seen.items()
        channel = _CHANNEL_OF + node
        if channels == {channel: parents_versions.get(channel)}:
            return quoted(node)
    return dump_plain({node: _dict(channels) for node, channels in seen.items()}) if seen else "{}"


def read_seen(text: str, parents_versions: Mapping[str, Any]) -> Seen:
    """What the nodes of a row saw, given the versions of its parent."""
    found = _PARSE(text)
    if type(found) is str:
        channel = _CHANNEL_OF + found
        return {found: {channel: parents_versions[channel]}}
    return found  # type: ignore[no-any-return] # the row's hash was checked


def updated_text(new: NewCheckpoint) -> str:
    """``1``, if they are the channels with a value in the row, sorted."""
    return SAME if new.updated_channels == tuple(sorted(new.changed)) else dump_plain(list(new.updated_channels))


def read_updated(text: str, changes: str) -> tuple[str, ...]:
    """The updated channels of a row, given its changes. Before them may stand the mark of ``checkpoint_finder``."""
    if text.strip() == SAME:
        return tuple(sorted([entry[0] for entry in _PARSE(changes) if entry[1] != GONE]))
    return tuple(_PARSE(text))


def writes_text_of_one(seen: str, task_id: str, task_path: str) -> str:
    """The task's writes, which are just the row's changes."""
    if task_path == _path_of(seen):
        return quoted(task_id)
    return f"[[{quoted(task_id)},{quoted(task_path)},null]]"


@lru_cache(maxsize=4096)
def _path_of(seen: str) -> str | None:
    """The path of a task of the node that is named in ``seen`` in short."""
    return _PATH_OF + _PARSE(seen) if seen.startswith('"') else None


def read_writes(text: str, seen: str, decode: Callable[[str], Any]) -> list[tuple[str, str, Any]]:
    """Id, path and items of each task; the items are None if they are just the row's changes."""
    found = decode(text)
    return [(found, _PATH_OF + _PARSE(seen), None)] if type(found) is str else found


def is_just_the_changes(new: NewCheckpoint, writes: Sequence[TaskWrite]) -> bool:
    """Whether these writes are of one task, and the step's new values themselves, in order: one copy is enough."""
    pairs = writes.pairs if type(writes) is WritesOfOne else _pairs_of_one(writes)
    if pairs is None or len(pairs) != len(new.changed):
        return False
    for (channel, changed), (written_to, written) in zip(new.changed.items(), pairs, strict=True):
        if channel != written_to:
            return False
        if changed.appended is None:
            if written is not changed.value:
                return False
        elif not _is_what_was_appended(written, changed.value, changed.appended):
            return False
    return True


def _pairs_of_one(writes: Sequence[TaskWrite]) -> Sequence[tuple[str, Any]] | None:
    """Channel and value of each; None if they are not all of one task, each in its place."""
    one = writes[0]
    for place, write in enumerate(writes):
        if write.index != place or write.task_id != one.task_id or write.task_path != one.task_path:
            return None
    return [(write.channel, write.value) for write in writes]


def _is_what_was_appended(written: Any, value: Any, count: int) -> bool:
    if type(written) is not list or type(value) is not list or len(written) != count or count > 100:
        return False
    return all(map(is_, written, value[len(value) - count :]))


def _dict(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return mapping if type(mapping) is dict else dict(mapping)
