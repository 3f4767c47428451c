"""Which part of a module a code pane shows, and how what was typed there gets into the module's text. Pure, no Qt.

The pane shows line ends as "\n"; the module keeps its own. Used by ``code_pane``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from editor.document.changes import ModuleSpliced
from editor.document.source_text import SourceError, changed_part, read_module

_LINE_END = re.compile(r"\r\n|\r|\n")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Zero-width ones and those that turn the direction of writing."""
MOST_HIDDEN = 50
_BELONGS_ABOVE = re.compile(r"[ \t)\]}#\r\n]|\Z|else\b|elif\b|except\b|finally\b")


@dataclass(frozen=True, slots=True)
class Part:
    """``text[start:end]`` of a module, whole lines, the last line's end left out."""

    start: int
    end: int


def whole(text: str) -> Part:
    return Part(0, len(text))


def part_of(text: str, name: str) -> Part | None:
    """Where a function, class or value is defined, also in a text that is no Python at the moment; None if nowhere."""
    try:
        found = read_module(text).find(name)
    except SourceError:
        return _guessed(text, name)
    return None if found is None else Part(found.start, _without_line_end(text, found.start, found.end))


def shown(text: str, part: Part) -> str:
    """As a text field has it."""
    return _LINE_END.sub("\n", text[part.start : part.end])


def first_line(text: str, part: Part) -> int:
    """The number of the part's first line in the module, from 1."""
    return len(_LINE_END.findall(text[: part.start])) + 1


def typed(text: str, part: Part, new_shown: str) -> tuple[str, Part]:
    """The module's text and the part once the field has ``new_shown``; what was not typed over keeps its line ends."""
    old = text[part.start : part.end]
    start, end, new = changed_part(_LINE_END.sub("\n", old), new_shown)
    start, end = _places_in(old, start, end)
    if "\n" in new:
        first = _LINE_END.search(text)
        new = new.replace("\n", first.group() if first else "\n")
    put = _apart(_apart(old[:start], new), old[end:]) if new else _apart(old[:start], old[end:])
    if put.startswith("\n") and text[: part.start].endswith("\r"):
        put = "\r" + put
    if put.endswith("\r") and text[part.end :].startswith("\n"):
        put += "\n"
    return text[: part.start] + put + text[part.end :], Part(part.start, part.start + len(put))


def hidden_characters(text: str) -> dict[int, str]:
    """The lines with characters that cannot be seen and make code read differently from what it does."""
    found: dict[int, str] = {}
    for match in _HIDDEN.finditer(text):
        line = len(_LINE_END.findall(text[: match.start()])) + 1
        name = unicodedata.name(match.group(), f"U+{ord(match.group()):04X}")
        found.setdefault(line, f"Line {line}: A character that cannot be seen, {name}.")
        if len(found) == MOST_HIDDEN:
            break
    return found


def after(part: Part, splice: ModuleSpliced) -> Part | None:
    """The same part after an edit elsewhere; None if the edit reaches over an end of it."""
    begin, end = splice.start, splice.start + len(splice.old)
    by = len(splice.new) - len(splice.old)
    if part.start <= begin and end <= part.end:
        return Part(part.start, part.end + by)
    if end <= part.start:
        return Part(part.start + by, part.end + by)
    return part if begin >= part.end else None


def _apart(above: str, below: str) -> str:
    """Both, one after the other. A line end "\r" and a line end "\n" that meet would become a single one."""
    return above + "\n" + below if above.endswith("\r") and below.startswith("\n") else above + below


def _places_in(old: str, *places: int) -> tuple[int, ...]:
    """Places of a text with "\n" only -> those of the text with its own line ends."""
    if "\r" not in old:
        return places
    pairs = [match.start() for match in re.finditer(r"\r\n", old)]  # the i-th stands i places earlier when shown
    return tuple(place + sum(1 for i, pair in enumerate(pairs) if pair - i < place) for place in places)


def _without_line_end(text: str, start: int, end: int) -> int:
    match = re.search(r"(?:\r\n|\r|\n)\Z", text[start:end])
    return end - len(match.group()) if match else end


def _guessed(text: str, name: str) -> Part | None:
    """By the look of the lines: from the decorators to the next line that begins something else."""
    own = re.escape(name.partition(".")[0])
    heads = list(re.finditer(rf"^(?:async[ \t]+def|def|class)[ \t]+{own}\b|^{own}[ \t]*[:=]", text, re.MULTILINE))
    if not heads:
        return None
    start = heads[-1].start()
    while start and (above := _line_before(text, start)) is not None and text.startswith("@", above):
        start = above
    end = heads[-1].end()
    while (line := _LINE_END.search(text, end)) is not None:
        if not _BELONGS_ABOVE.match(text, line.end()):
            end = line.start()
            break
        end = line.end()
    else:
        end = len(text)
    part = _without_comments_below(text[start:end])
    return Part(start, start + len(part))


def _without_comments_below(text: str) -> str:
    """Comments at the edge, after an empty line, are about what comes next."""
    ends = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    last = cut = len(ends) - 1
    while last and (not (line := text[ends[last - 1] : ends[last]]).strip() or line.startswith("#")):
        last -= 1
        if not line.strip():
            cut = last
    return text[: ends[cut]].rstrip()


def _line_before(text: str, start: int) -> int | None:
    """Where the line above begins; None for the first line."""
    return text.rfind("\n", 0, start - 1) + 1 if start else None
