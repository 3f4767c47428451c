"""The words of one earlier run in the list: what it is called, how it ended, when. Pure, no Qt.

Called by ``thread_model`` and ``threads_panel``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from editor.debugger.reports import ThreadRow

RUNNING = "running"
EMPTY = "{}"
OUTCOMES = {
    "finished": ("done", "done", "Finished"),
    "failed": ("failed", "failed", "Failed"),
    "waiting": ("question", "waiting", "Waits for an answer"),
    "paused": ("pause", "next", "Paused"),
    RUNNING: ("running", "running", "Running"),
}
"""Of each outcome its icon, the token of its colour and its word. Any other: the run was ended in between."""

ENDED = ("stop", "text_quiet", "Stopped")


def outcome_of(row: ThreadRow) -> tuple[str, str, str]:
    return OUTCOMES.get(row.outcome, ENDED)


def title_text(row: ThreadRow) -> str:
    """The name that somebody gave it, else its input."""
    return row.name or ("Empty input" if row.input == EMPTY else row.input) or row.thread_id


def steps_text(row: ThreadRow) -> str:
    return f"{row.checkpoints:,} checkpoint{'' if row.checkpoints == 1 else 's'}"


def when_text(row: ThreadRow, now: datetime, zone: tzinfo | None = None) -> str:
    """When it last did something: "14:32" today, "yesterday 14:32", else the date. ``zone`` None: this computer's."""
    try:
        then = datetime.fromisoformat(row.updated_at)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    then, now = then.astimezone(zone), now.astimezone(zone)
    days = (now.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    return f"yesterday {then:%H:%M}" if days == 1 else f"{then:%Y-%m-%d}"


def matching(rows: Sequence[ThreadRow], text: str) -> list[ThreadRow]:
    """The runs with the text in name, input, id or outcome."""
    wanted = text.casefold()
    return [
        row
        for row in rows
        if any(wanted in part.casefold() for part in (row.name, row.input, row.thread_id, outcome_of(row)[2]))
    ]


def prune_text(row: ThreadRow, gone: int | None) -> str:
    """The question before old checkpoints of a run go. ``gone``: how many; None: not counted yet."""
    what = f"“{row.name}”" if row.name else "this run"
    if gone is None:
        return f"Forget old checkpoints of {what}? Counting…"
    if gone == 0:
        return f"Nothing of {what} would go: what remains are ends of branches, forks, notes and tags."
    some = "1 checkpoint" if gone == 1 else f"{gone:,} checkpoints"
    return f"Forget {some} of {what} for good? Ends of branches, forks, notes and tags stay."


def delete_text(row: ThreadRow) -> str:
    what = f"“{row.name}”" if row.name else "this run"
    return f"Delete {what} for good, {steps_text(row)}?"
