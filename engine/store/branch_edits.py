"""What was changed when a branch was begun: the places in the state, each with its old and its new value on a line.

Pure and bounded; it is written beside the branch and read by people. For a full comparison there is
``time_travel.state_diff``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.preview import one_line
from engine.serialization.structure import FIELDS, MAPPING, parts
from engine.store.branch_rows import Edit

MAX_EDITS = 50
"""A person changes a few places; more than these are counted as one."""

MAX_CHARS = 120
"""Of a value so much is told."""

_MAX_DEPTH = 6


def edits_between(before: Mapping[str, Any], after: Mapping[str, Any], codec: Codec | None = None) -> tuple[Edit, ...]:
    """The places where two states differ, in the order of the newer state; a list that differs is one place."""
    found: list[Edit] = []
    for edit in _edits(before, after, "", codec or Codec(), _MAX_DEPTH):
        if len(found) == MAX_EDITS:
            found.append(Edit("…", None, "more places were changed"))
            break
        found.append(edit)
    return tuple(found)


def _edits(
    before: Mapping[Any, Any], after: Mapping[Any, Any], prefix: str, codec: Codec, depth: int
) -> Iterator[Edit]:
    for key, new in after.items():
        path = f"{prefix}{key}"
        if key not in before:
            yield Edit(path, None, _line(new))
        else:
            yield from _edit(before[key], new, path, codec, depth)
    for key, old in before.items():
        if key not in after:
            yield Edit(f"{prefix}{key}", _line(old), None)


def _edit(old: Any, new: Any, path: str, codec: Codec, depth: int) -> Iterator[Edit]:
    if old is new or codec.encode(old) == codec.encode(new):  # the text tells type and value; NaN's is NaN's
        return
    old_parts = parts(old) if depth and type(old) is type(new) else None
    new_parts = parts(new)
    if old_parts is None or new_parts is None or old_parts.shape not in (MAPPING, FIELDS):
        yield Edit(path, _line(old), _line(new))
    else:
        yield from _edits(old_parts.container, new_parts.container, f"{path}.", codec, depth - 1)


def _line(value: Any) -> str:
    return one_line(value, MAX_CHARS)
