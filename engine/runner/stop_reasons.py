"""Why a run is held or cannot go on after a superstep: breakpoints, the graph's limit, nothing ran. For the driver.

The order in which reasons count is the driver's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.runner.breakpoint_watch import BreakpointWatch, StepEnd
from engine.runner.driven_thread import DrivenThread
from engine.runner.inside import Inside
from engine.runner.run_events import (
    CheckpointFacts,
    ErrorFacts,
    OutputLine,
    RunEvent,
    RunFailed,
    RunFinished,
    RunPaused,
    RunWaiting,
)
from engine.runner.told_past import Stop

LAST_NODES_SHOWN = 6


@dataclass(frozen=True)
class Hold:
    """What the breakpoints say of one superstep. ``reason`` "": none of them holds the run."""

    reason: str = ""
    lines: tuple[OutputLine, ...] = ()
    """What log breakpoints print."""


def breakpoints_at(
    watch: BreakpointWatch, thread: DrivenThread, keys: Sequence[str], inside: Inside, before: str | None
) -> Hold:
    """Of the superstep that ended, in the outermost graph and in its subgraphs.

    ``keys``: of the outermost graph's state. ``before``: the head it began with.
    """
    if thread.head is None:
        return Hold()
    is_new = thread.head.id != before
    step = StepEnd(
        head=thread.head,
        is_new=is_new,
        tasks=tuple((thread.tasks_before if is_new else thread.tasks).values()),
        questions=tuple(thread.questions.values()),
        values=thread.values,
        values_before=thread.values_before,
        keys=keys,
        visits=thread.visits.__getitem__,
    )
    verdicts = [watch.look(each) for each in (step, *(each for _namespace, each in inside.step_ends()))]
    reasons = dict.fromkeys(verdict.reason for verdict in verdicts if verdict.reason)
    return Hold(" and ".join(reasons), tuple(line for verdict in verdicts for line in verdict.lines))


def too_long(limit_left: int, limit: int, steps: Sequence[tuple[str, ...]]) -> Stop | None:
    """Told before the engine's own count gets there: it has one superstep more, and begins anew with each stream."""
    if limit_left > 1:
        return None
    last = ", ".join("+".join(names) for names in steps[-LAST_NODES_SHOWN:])
    text = (
        f"No end after {limit} supersteps, the graph's limit. The last were: {last}. "
        "Give the loop a way out, or raise the recursion limit."
    )
    return Stop("failed", error=ErrorFacts("GraphRecursionError", text))


def stuck(head: CheckpointFacts) -> ErrorFacts:
    """The engine ran nothing, and nobody knows why."""
    text = f"The engine ran nothing although {' and '.join(map(repr, head.next))} should be next."
    return ErrorFacts("GraphChangedError", text)


def ran_nothing(thread: DrivenThread, before: str | None) -> bool:
    """WORKAROUND langgraph 1.2: it stops again before tasks that a command made due, and before each step of a
    thread whose old graph had channels that the new one has not. Stopping after the step works there.
    """
    head = thread.head
    if head is None or head.id != before or not head.next or thread.questions:
        return False
    return not any(task.state in ("running", "failed", "waiting") for task in thread.tasks.values())


def at_rest(head: CheckpointFacts | None, reason: str) -> Stop:
    """Of a run that nobody lets go on for now. Where nothing is due it is over."""
    return Stop("paused", reason) if head is None or head.next else Stop("finished")


def told_of(stop: Stop, thread: DrivenThread, inside: Inside) -> RunEvent:
    """How the run came to rest."""
    if stop.outcome == "waiting":
        return RunWaiting(thread.id, thread.head_id, stop.questions, stop.reason)
    if stop.outcome == "failed":
        assert stop.error is not None, "a failed stop says what failed"
        return RunFailed(thread.id, thread.head_id, stop.error, stop.reason, stop.questions)
    if stop.outcome == "finished":
        return RunFinished(thread.id, thread.head_id, stop.reason)
    return RunPaused(thread.id, thread.head_id, stop.reason, inside.stopped())
