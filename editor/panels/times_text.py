"""The words of the Times tab: a bar in full and in a few letters, a moment, the totals. Pure, no Qt."""

from __future__ import annotations

from editor.panels.timeline_text import duration_text
from editor.panels.times_bars import Bar, Totals
from editor.widgets.usage_words import usage_in_all, usage_words


def bar_words(bar: Bar, start_s: float) -> str:
    """For its tooltip and for screen readers. ``start_s`` is the beginning of the run."""
    lines = [f"{bar.node}, step {bar.step}", f"{_state_words(bar)} after {since_text(bar.start_s, start_s)}"]
    if bar.attempt > 1 and not bar.waited_s:
        lines.append(f"attempt {bar.attempt}")
    if bar.waited_s:
        lines.append(f"before that it waited {duration_text(bar.waited_s)} for you")
    if bar.usage is not None:
        lines.append(usage_words(bar.usage))
    return "\n".join([*lines, bar.error] if bar.error else lines)


def bar_mark(bar: Bar) -> str:
    """What stands in or beside the bar."""
    # After an answer the node starts from its first line again; that is no failed try.
    attempts = f" try {bar.attempt}" if bar.attempt > 1 and not bar.waited_s else ""
    if bar.state == "failed":
        return f"!{attempts} failed"
    return f"{duration_text(bar.work_s)}{attempts}"


def since_text(time_s: float, start_s: float) -> str:
    return duration_text(max(0.0, time_s - start_s)) or "0 s"


def totals_text(totals: Totals, busy_s: float, all_tasks: int) -> str:
    """What a person asks first: how long, what was slow, how much of it was me."""
    if not totals.tasks:
        return ""
    tasks = "1 task" if totals.tasks == 1 else f"{totals.tasks:,} tasks"
    if all_tasks > totals.tasks:
        tasks = f"the newest {totals.tasks:,} of {all_tasks:,} tasks"
    parts = [f"{duration_text(totals.work_s)} of work in {tasks}", f"{duration_text(busy_s)} on the clock"]
    if totals.usage is not None:
        who = "" if totals.tasks_with_usage == totals.tasks else f" told by {totals.tasks_with_usage:,}"
        parts.append(f"{usage_in_all(totals.usage)}{who}")
    parts.append(f"{totals.slowest} worked longest: {duration_text(totals.slowest_s)}")
    if totals.human_s:
        parts.append(f"waited for you {duration_text(totals.human_s)}, not counted")
    return " · ".join(parts)


def _state_words(bar: Bar) -> str:
    work = duration_text(bar.work_s)
    return {
        "failed": f"failed after {work}, started",
        "running": f"runs for {work}, started",
        "waiting": f"asked after {work}, started",
    }.get(bar.state, f"took {work}, started")
