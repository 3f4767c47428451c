"""Makes foreign code fit to be read by somebody who has to judge it: bounded, with misleading characters made visible.

Bidirectional controls and zero-width characters can make code read differently from what it does; they are shown as
their names. Pure, no Qt. Used by the trust dialog.
"""

from __future__ import annotations

import difflib
import unicodedata

MOST_LINES = 5_000
MOST_COLUMNS = 400  # a line of 1 MB freezes a text widget for seconds (measured: architecture.md)

_MISLEADING = frozenset({"Cf", "Cc", "Zl", "Zp"})
"""Categories of characters that are not seen, or that a text widget and Python take otherwise."""


def code_to_show(text: str) -> str:
    """At most ``MOST_LINES`` lines of ``MOST_COLUMNS`` characters; what was left out is said."""
    lines = text.splitlines()
    shown = [_visible(_cut(line)) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"… {len(lines) - MOST_LINES:,} more lines")
    return "\n".join(shown)


def changes_to_show(before: str, after: str) -> str:
    """The lines that differ, with three around them, made fit as in ``code_to_show``; "" where no line shows it.

    Compared before they are cut and made visible, and with the ends of lines other than the plain one.
    """
    old, new = (text.removesuffix("\n").split("\n") for text in (before, after))
    if max(len(old), len(new)) > MOST_LINES:
        return ""
    lines = list(difflib.unified_diff(old, new, lineterm=""))[2:]  # without the two lines that name the files
    return "\n".join(_visible(_cut(line)) for line in lines[:MOST_LINES])


def _cut(line: str) -> str:
    left_out = len(line) - MOST_COLUMNS
    return line if left_out <= 0 else f"{line[:MOST_COLUMNS]} … {left_out:,} more characters"


def _visible(line: str) -> str:
    return "".join(
        _named(character) if unicodedata.category(character) in _MISLEADING else character for character in line
    )


def _named(character: str) -> str:
    if character == "\t":
        return "    "
    return f"⟨{unicodedata.name(character, f'U+{ord(character):04X}')}⟩"
