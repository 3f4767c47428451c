"""What the run is doing, in words, and the tint that goes with it. Pure, no Qt. Shown by the status bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from editor.debugger.focus import Focus
from editor.debugger.run_state import CheckpointRow, Phase, RunState, path_of
from editor.debugger.way_to_head import is_on_way

MOST_NAMES = 3


class Tint(Enum):
    """Which pair of colours: the names of tokens."""

    NONE = ""
    RUNNING = "running"
    NEXT = "next"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"
    PAST = "past"


@dataclass(frozen=True)
class RunWords:
    text: str = ""
    tint: Tint = Tint.NONE
    icon: str = ""


def run_words(run_state: RunState, focus: Focus, now_s: float) -> RunWords:
    """``now_s``: seconds since the epoch, for the time that a running node has taken."""
    if focus.in_past(run_state):
        return _looking_back(run_state, focus)
    head = run_state.checkpoints.get(run_state.head) if run_state.head is not None else None
    where = f" · step {head.step}" if head is not None and head.step >= 0 else ""
    match run_state.phase:
        case Phase.NO_RUN:
            return RunWords()
        case Phase.STARTING:
            return RunWords("Starting the runner …", Tint.RUNNING, "running")
        case Phase.RUNNING:
            return RunWords(_running(run_state, head, now_s), Tint.RUNNING, "running")
        case Phase.PAUSED:
            before = f" before {names(head.next)}" if head is not None and head.next else ""
            if inside := _inside_words(run_state):
                before = inside
            why = f" · {run_state.pause_reason}" if run_state.pause_reason.startswith("breakpoint") else ""
            return RunWords(f"Paused{before}{where}{why}", Tint.NEXT, "pause")
        case Phase.WAITING:
            return RunWords(f"{_asking(run_state)}{where}", Tint.WAITING, "question")
        case Phase.FAILED:
            if run_state.drift is not None and run_state.drift.missing:
                gone = names(name for name, _guess in run_state.drift.missing)
                return RunWords(f"The graph has no {gone} any more, so nothing was run{where}", Tint.FAILED, "warning")
            failed = run_state.error.who if run_state.error is not None else "The run"
            asks = f", {_asking(run_state)}" if run_state.questions else ""
            return RunWords(f"{failed} failed{asks}{where}", Tint.FAILED, "failed")
        case Phase.FINISHED:
            return RunWords(f"Finished{where}", Tint.DONE, "done")
        case Phase.STOPPING:
            return RunWords("Stopping …", Tint.RUNNING, "stop")
        case Phase.STOPPED:
            if run_state.questions and run_state.error is None:
                return RunWords(f"Stopped{where}. {_asking(run_state)}.", Tint.NONE, "question")
            return RunWords(f"Stopped{where}. Continue goes on from the last checkpoint.", Tint.NONE, "stop")


def _asking(run_state: RunState) -> str:
    """ "a asks a question", "a and b ask 2 questions"."""
    count = len(run_state.questions)
    asked_by = list(dict.fromkeys(question.where for question in run_state.questions))
    asks = "ask" if len(asked_by) > 1 else "asks"
    return f"{names(asked_by) or 'The graph'} {asks} {'a question' if count <= 1 else f'{count} questions'}"


def _inside_words(run_state: RunState) -> str:
    """ " in s/deep before k", of the first subgraph that it stopped in; "" for none."""
    if not run_state.stopped_inside:
        return ""
    paths = sorted({"/".join(path_of(namespace)): namespace for namespace in run_state.stopped_inside}.items())
    path, namespace = paths[0]
    run = run_state.inside.get(namespace)
    row = run.checkpoints.get(run.head or "") if run is not None else None
    others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f" in {path}{others}{f' before {names(row.next)}' if row is not None else ''}"


def names(nodes: Iterable[str]) -> str:
    """``a``, ``a and b``, ``w ×3``, ``a, b, c and 2 more``."""
    counted = Counter(nodes)
    shown = [name if times == 1 else f"{name} ×{times}" for name, times in counted.items()]
    if len(shown) > MOST_NAMES:
        shown = [*shown[:MOST_NAMES], f"{len(shown) - MOST_NAMES} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def _looking_back(run_state: RunState, focus: Focus) -> RunWords:
    row = focus.shown(run_state)
    head = run_state.checkpoints.get(run_state.head or "")
    last = ""
    if row is not None and head is not None:
        last = f" of {head.step}" if is_on_way(run_state, row.id) else " of another branch"
    step = row.step if row is not None else "?"
    return RunWords(f"Looking at step {step}{last}. The run is not affected.", Tint.PAST, "past")


def _running(run_state: RunState, head: CheckpointRow | None, now_s: float) -> str:
    running = [task for task in head.tasks if task.state == "running"] if head is not None else []
    busy = " · busy, no sign of life for 2 s; Stop works" if run_state.busy else ""
    if not running:
        return f"{'Pausing' if run_state.pausing else 'Running'} …{busy}"
    started = [task.started_at_s for task in running if task.started_at_s is not None]
    seconds = int(now_s - min(started)) if started else 0
    doing = "Pausing after" if run_state.pausing else "Running"
    return f"{doing} {names(task.node for task in running)} …{f' {seconds} s' if seconds >= 1 else ''}{busy}"
