"""What git left unmerged in a text: which lines, whose they are, and the text as each side has it. Pure, no Qt.

Called by ``editor.app.merge_conflicts``. A conflict is ``<<<<<<< ours``, our lines, perhaps ``||||||| base`` and the
lines both began with, ``=======``, their lines, ``>>>>>>> theirs`` (gitformat: "How conflicts are presented").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

OURS_UNNAMED, THEIRS_UNNAMED = "ours", "theirs"

_MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: (.*))?")


class Part(Enum):
    """Where a line stands."""

    COMMON = "common"
    MARKER = "marker"
    OURS = "ours"
    BASE = "base"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class ConflictSides:
    ours_name: str
    """What git calls it: a branch, a commit, "HEAD" or "Updated upstream"."""
    theirs_name: str
    ours: str
    """The whole text with our side of every conflict."""
    theirs: str
    count: int
    parts: tuple[Part, ...]
    """Of each line."""
    is_whole: bool
    """False if a conflict has no end or no middle: then neither side is certain."""


def sides_of(text: str) -> ConflictSides:
    """A text without markers has no conflicts, and two equal sides."""
    lines = text.splitlines(keepends=True)
    named = list(_parts(lines))
    parts = tuple(part for part, _ in named)
    starts = [name for (part, name), line in zip(named, lines, strict=True) if part is Part.MARKER and line[0] == "<"]
    ends = [name for (part, name), line in zip(named, lines, strict=True) if part is Part.MARKER and line[0] == ">"]
    middles = sum(part is Part.MARKER and line[0] == "=" for part, line in zip(parts, lines, strict=True))
    return ConflictSides(
        ours_name=next(filter(None, starts), OURS_UNNAMED),
        theirs_name=next(filter(None, ends), THEIRS_UNNAMED),
        ours=_with(lines, parts, Part.OURS),
        theirs=_with(lines, parts, Part.THEIRS),
        count=len(starts),
        parts=parts,
        is_whole=len(starts) == middles == len(ends),
    )


def _parts(lines: list[str]) -> Iterator[tuple[Part, str]]:
    """What each line is; for a marker with the name beside it."""
    now = Part.COMMON
    for line in lines:
        match = _MARKER.fullmatch(line.rstrip("\r\n"))
        after = _after(now, match[1][0]) if match else None
        if match is None or after is None:
            yield now, ""
        else:
            now = after
            yield Part.MARKER, (match[2] or "").strip()


def _after(now: Part, sign: str) -> Part | None:
    """What follows a marker; None if it is none at this place."""
    match now, sign:
        case Part.COMMON, "<":
            return Part.OURS
        case Part.OURS, "|":
            return Part.BASE
        case ((Part.OURS | Part.BASE), "="):
            return Part.THEIRS
        case Part.THEIRS, ">":
            return Part.COMMON
        case _:
            return None


def _with(lines: list[str], parts: tuple[Part, ...], side: Part) -> str:
    return "".join(line for line, part in zip(lines, parts, strict=True) if part in (Part.COMMON, side))
