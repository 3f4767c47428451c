"""What the keys of a code editor do to a text: indent, break a line, comment, find the other bracket. Pure, no Qt.

Places are characters of the text, lines end with "\n". Each edit says which part becomes what, and where the selection
is then. Used by ``code_editor``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

STEP = 4
"""Columns of one level, as PEP 8 has it."""

_OPENING, _CLOSING = "([{", ")]}"
_PARTNER = dict(zip(_OPENING + _CLOSING, _CLOSING + _OPENING, strict=True))
_TOKENS = re.compile(
    r"#[^\n]*"
    r"|(?:\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z))|(?:'''(?:[^\\]|\\.)*?(?:'''|\Z))"
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"
    r"|[()\[\]{}]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TextEdit:
    """``text[start:end]`` becomes ``new``; then the selection runs from ``anchor`` to ``caret``."""

    start: int
    end: int
    new: str
    anchor: int
    caret: int


def indent(text: str, anchor: int, caret: int) -> TextEdit:
    """Tab: the lines of a selection one level deeper; without one, blanks up to the next stop."""
    if _spans_lines(text, anchor, caret):
        return _each_line(text, anchor, caret, lambda line: " " * STEP + line if line.strip() else line)
    start, end = sorted((anchor, caret))
    blanks = " " * (STEP - (start - _line_start(text, start)) % STEP)
    return TextEdit(start, end, blanks, start + len(blanks), start + len(blanks))


def dedent(text: str, anchor: int, caret: int) -> TextEdit:
    """Shift+Tab: the line, or those of a selection, one level less deep."""
    return _each_line(text, anchor, caret, lambda line: line[_less(line) :])


def break_line(text: str, caret: int) -> TextEdit:
    """Enter: the new line is as deep as this one; deeper after a colon or an open bracket, less after ``return``."""
    begin = _line_start(text, caret)
    before = text[begin:caret]
    depth = len(before) - len(before.lstrip(" "))
    code = _only_code(before).rstrip()
    if code.endswith((":", *_OPENING)):
        depth += STEP
    elif re.fullmatch(r"\s*(?:return|raise|pass|break|continue)\b.*", code) and _is_closed(text[:caret]):
        depth = max(0, depth - STEP)
    rest = text[caret:].split("\n", 1)[0]
    skipped = len(rest) - len(rest.lstrip(" "))
    new = "\n" + " " * depth
    place = caret + len(new)
    if code.endswith(_OPENING_TUPLE) and rest.lstrip()[:1] == _PARTNER[code[-1]]:
        new += "\n" + " " * (depth - STEP)
    return TextEdit(caret, caret + skipped, new, place, place)


def delete_back(text: str, caret: int) -> TextEdit | None:
    """Backspace in the indentation: back to the stop before. None: it is an ordinary backspace."""
    begin = _line_start(text, caret)
    before = text[begin:caret]
    if not before or before.strip(" "):
        return None
    removed = len(before) % STEP or STEP
    return TextEdit(caret - removed, caret, "", caret - removed, caret - removed)


def toggle_comment(text: str, anchor: int, caret: int) -> TextEdit:
    """Comments the lines of the selection out, or in again if all of them are."""
    start, end = _whole_lines(text, anchor, caret)
    lines = [line for line in text[start:end].split("\n") if line.strip()]
    if lines and all(line.lstrip().startswith("#") for line in lines):
        return _each_line(text, anchor, caret, lambda line: re.sub(r"^(\s*)# ?", r"\1", line))
    depth = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return _each_line(text, anchor, caret, lambda line: f"{line[:depth]}# {line[depth:]}" if line.strip() else line)


def other_bracket(text: str, caret: int) -> tuple[int, int] | None:
    """The places of the bracket beside the caret and of its partner; None if there is none, or it has no partner.

    Brackets in strings and comments count for nothing.
    """
    beside = [place for place in (caret - 1, caret) if 0 <= place < len(text) and text[place] in _PARTNER]
    places = brackets(text) if beside else {}
    for place in beside:
        if place in places:
            return (place, places[place]) if places[place] >= 0 else None
    return None


def brackets(text: str) -> dict[int, int]:
    """Each bracket of the code with the place of its partner, -1 if it has none."""
    found: dict[int, int] = {}
    still_open: list[int] = []
    for match in _TOKENS.finditer(text):
        place, token = match.start(), match.group()
        if token in _OPENING:
            still_open.append(place)
            found[place] = -1
        elif token in _CLOSING:
            found[place] = -1
            if still_open and text[still_open[-1]] == _PARTNER[token]:
                partner = still_open.pop()
                found[place], found[partner] = partner, place
    return found


def home_of(text: str, caret: int) -> int:
    """The Home key: the first letter of the line; from there its beginning."""
    begin = _line_start(text, caret)
    line = text[begin:].split("\n", 1)[0]
    first = begin + len(line) - len(line.lstrip())
    return begin if caret == first else first


def word_before(text: str, caret: int) -> str:
    """The part of a name that stands before the caret."""
    match = re.search(r"\w*\Z", text[max(0, caret - 200) : caret])
    return match.group() if match else ""


def begins_a_known_name(text: str, caret: int) -> bool:
    """Whether the caret is behind the second letter of a name in the code, and not of one that is made there."""
    word = word_before(text, caret)
    if len(word) != 2 or word[0].isdigit():
        return False
    line = text[_line_start(text, caret) : caret - len(word)]
    return not _MAKES_A_NAME.search(line) and not _is_in_words(text, caret)


def _is_in_words(text: str, caret: int) -> bool:
    """Whether a comment or a string reaches up to the caret, behind a letter."""
    last = max((match.end() for match in _TOKENS.finditer(text[:caret])), default=-1)
    return last == caret


_MAKES_A_NAME = re.compile(r"\b(?:def|class|as|for|lambda) $")
_OPENING_TUPLE = tuple(_OPENING)


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _spans_lines(text: str, anchor: int, caret: int) -> bool:
    start, end = sorted((anchor, caret))
    return "\n" in text[start:end]


def _whole_lines(text: str, anchor: int, caret: int) -> tuple[int, int]:
    """From the first line's beginning to the last one's end; a last line of which nothing is selected is not one."""
    start, end = sorted((anchor, caret))
    if end > start and text[end - 1] == "\n":
        end -= 1
    first = _line_start(text, start)
    last = text.find("\n", end)
    return first, len(text) if last < 0 else last


def _each_line(text: str, anchor: int, caret: int, change: Callable[[str], str]) -> TextEdit:
    """A selection keeps to the letters it began and ended with, and to beginnings of lines."""
    start, end = _whole_lines(text, anchor, caret)
    old = text[start:end].split("\n")
    new = [change(line) for line in old]

    def moved(place: int) -> int:
        if anchor != caret and (place == 0 or text[place - 1] == "\n"):
            return _moved_lines(place)
        return _moved(place)

    def _moved_lines(place: int) -> int:
        """The beginning of a line stays one."""
        before = text[start:place].count("\n")
        return start + sum(len(line) + 1 for line in new[:before]) if place >= start else place

    def _moved(place: int) -> int:
        line_at, shift = start, 0
        for before, after in zip(old, new, strict=True):
            if place <= line_at + len(before):
                column = place - line_at
                kept = len(before) - column
                inside = len(after) - kept if len(after) - kept >= 0 else 0
                return line_at + shift + (column if before == after else max(0, inside))
            shift += len(after) - len(before)
            line_at += len(before) + 1
        return place + shift

    return TextEdit(start, end, "\n".join(new), moved(anchor), moved(caret))


def _less(line: str) -> int:
    if line.startswith("\t"):
        return 1
    depth = len(line) - len(line.lstrip(" "))
    return min(depth, depth % STEP or STEP)


def _only_code(line: str) -> str:
    """Without its comment, and with nothing readable in its strings."""

    def blank(match: re.Match[str]) -> str:
        token = match.group()
        return "" if token.startswith("#") else token if token in _PARTNER else "s" * len(token)

    return _TOKENS.sub(blank, line)


def _is_closed(text: str) -> bool:
    """Whether no bracket is open at the end of the text."""
    return all(partner >= 0 or text[place] in _CLOSING for place, partner in brackets(text).items())
