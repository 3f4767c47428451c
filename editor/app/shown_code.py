"""Makes foreign code fit to be read by somebody who has to judge it: bounded, with misleading characters made visible.

Bidirectional controls and zero-width characters can make code read differently from what it does; they are shown as
their names. Pure, no Qt. Used by the trust dialog.
"""

from __future__ import annotations

import unicodedata

MOST_LINES = 5_000
MOST_COLUMNS = 400  # a line of 1 MB freezes a text widget for seconds (measured: architecture.md)


def code_to_show(text: str) -> str:
    """At most ``MOST_LINES`` lines of ``MOST_COLUMNS`` characters; what was left out is said."""
    lines = text.splitlines()
    shown = [_visible(_cut(line)) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"… {len(lines) - MOST_LINES:,} more lines")
    return "\n".join(shown)


def _cut(line: str) -> str:
    left_out = len(line) - MOST_COLUMNS
    return line if left_out <= 0 else f"{line[:MOST_COLUMNS]} … {left_out:,} more characters"


def _visible(line: str) -> str:
    return "".join(
        _named(character) if unicodedata.category(character) in ("Cf", "Cc") else character for character in line
    )


def _named(character: str) -> str:
    if character == "\t":
        return "    "
    return f"⟨{unicodedata.name(character, f'U+{ord(character):04X}')}⟩"
