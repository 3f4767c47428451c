"""Tokens and cost in words: short for a card, whole for a tooltip or a line of totals. Pure, no Qt.

What is not known is "–" beside what is, and left out where nothing is known at all: never a number that nobody told.
"""

from __future__ import annotations

from editor.debugger.run_state import UsageFacts

UNKNOWN = "–"


def short_usage(usage: UsageFacts | None) -> str:
    """ "1.2k tok"; of what told only its cost "$0.0021"; "– tok" if nothing is known."""
    if usage is None:
        return f"{UNKNOWN} tok"
    tokens = tokens_of(usage)
    if tokens is None and usage.cost_usd is not None:
        return money(usage.cost_usd)
    return f"{short_count(tokens)} tok" if tokens is not None else f"{UNKNOWN} tok"


def usage_in_all(usage: UsageFacts) -> str:
    """ "1,234 tokens, $0.0021"."""
    words = _token_words(usage)
    return words if usage.cost_usd is None else f"{words}, {money(usage.cost_usd)}"


def usage_words(usage: UsageFacts) -> str:
    """ "1,234 tokens (1,100 in, 134 out), $0.0021", as far as it is known."""
    words = _token_words(usage)
    parts = [
        f"{count:,} {what}"
        for count, what in ((usage.input_tokens, "in"), (usage.output_tokens, "out"))
        if count is not None
    ]
    if parts:
        words += f" ({', '.join(parts)})"
    return words if usage.cost_usd is None else f"{words}, {money(usage.cost_usd)}"


def _token_words(usage: UsageFacts) -> str:
    tokens = tokens_of(usage)
    return f"{UNKNOWN} tokens" if tokens is None else "1 token" if tokens == 1 else f"{tokens:,} tokens"


def tokens_of(usage: UsageFacts) -> int | None:
    """All of them, or the part that is known if only one is."""
    if usage.total_tokens is not None:
        return usage.total_tokens
    return usage.input_tokens if usage.output_tokens is None else usage.output_tokens


def short_count(count: int) -> str:
    """999, 1.2k, 34k, 5.6M."""
    if count < 1000:
        return str(count)
    for size, letter in ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G")):
        if count < 999.5 * size or letter == "G":
            share = count / size
            return f"{share:.1f}{letter}" if share < 9.95 else f"{share:,.0f}{letter}"
    raise AssertionError("the last size takes all")


def money(usd: float) -> str:
    """Two digits that say something: $12.30, $0.21, $0.0021."""
    if usd == 0 or usd >= 0.1:
        return f"${usd:,.2f}"
    text = f"${usd:.2g}"
    return f"${usd:.8f}".rstrip("0") if "e" in text else text
