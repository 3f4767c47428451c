"""The console's lines: a bounded ring that a flood cannot grow. Pure, no Qt. Used by ``output_panel``.

Lines are cut before they reach a widget: one line of 1 MB in a text widget freezes the window (measured 110 s wrapped).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KEPT_LINES = 10_000  # about 2 MB of usual lines; what is older is in the run's own facts
CUT_AT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """`prefix` says where the line comes from: "classify · 2"."""

    prefix: str
    text: str
    stream: str  # "stdout" | "stderr" | "log" | "custom"

    def matches(self, needle: str) -> bool:
        """`needle` is already in lower case."""
        return not needle or needle in self.text.lower() or needle in self.prefix.lower()

    def as_text(self) -> str:
        return f"{self.prefix}  {self.text}" if self.prefix else self.text


def console_lines(text: str, stream: str, node: str | None, step: int | None) -> list[ConsoleLine]:
    """What a node printed, one console line per line of text, each cut to a length that draws quickly."""
    prefix = " · ".join(str(part) for part in (node, step) if part is not None)
    return [ConsoleLine(prefix, _cut(line), stream) for line in text.splitlines() or [""]]


def _cut(line: str) -> str:
    line = line.replace("\t", "    ")
    if len(line) <= CUT_AT_CHARACTERS:
        return line
    return f"{line[:CUT_AT_CHARACTERS]} … ({len(line) - CUT_AT_CHARACTERS:,} more characters)"


class OutputRing:
    """Holds the newest lines and those of them that match the filter.

    A caller that shows the rows takes two steps, so that each can be told to Qt: ``drop_for``
    what has no room, then ``add``.
    """

    def __init__(self, kept_lines: int = KEPT_LINES) -> None:
        self.kept_lines = kept_lines
        self._lines: list[ConsoleLine] = []
        self._needle = ""
        self.shown: list[ConsoleLine] = []
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._lines)

    def count_leaving(self, coming: int) -> int:
        """How many shown lines would fall off the top if so many lines came."""
        return self.count_matching(self._lines[: self._over(coming)])

    def count_matching(self, lines: Sequence[ConsoleLine]) -> int:
        """How many of these lines the filter lets through."""
        return sum(line.matches(self._needle) for line in lines)

    def drop_for(self, coming: int) -> None:
        """Let the oldest lines go, to make room for so many new ones."""
        over, leaving = self._over(coming), self.count_leaving(coming)
        self._lines = self._lines[over:]
        self.shown = self.shown[leaving:]
        self.dropped += over

    def add(self, lines: Sequence[ConsoleLine]) -> None:
        """Take new lines over; what has no room falls off the top."""
        self.drop_for(len(lines))
        kept = lines[-self.kept_lines :]
        self.dropped += len(lines) - len(kept)
        self._lines += kept
        self.shown += [line for line in kept if line.matches(self._needle)]

    def filter(self, text: str) -> None:
        self._needle = text.lower()
        self.shown = [line for line in self._lines if line.matches(self._needle)]

    def clear(self) -> None:
        self._lines, self.shown, self.dropped = [], [], 0

    def _over(self, coming: int) -> int:
        return min(len(self._lines), max(0, len(self._lines) + coming - self.kept_lines))
