"""Why the process that runs the graph is gone, in words. Pure, no Qt. Used by ``reduce`` and ``reports``."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import engine
from engine.runner.run_events import ErrorFacts, RunnerExited

_ENGINE = str(Path(engine.__file__).parent)

INTACT = "Every saved checkpoint is intact; the run can go on from the last one."

_MEANINGS = {
    "SIGSEGV": "It touched memory that is not its own, which only native code can do.",
    "SIGBUS": "It touched memory that is not there, which only native code can do.",
    "SIGABRT": "Native code in it gave up.",
    "SIGFPE": "Native code in it computed what cannot be computed.",
    "SIGILL": "Native code in it is not made for this processor.",
    "SIGKILL": "Something outside killed it, as the system does when memory runs out.",
    "SIGTERM": "Something outside asked it to end.",
    "SIGXCPU": "It used more processor time than it may.",
    "SIGXFSZ": "It wrote a larger file than it may.",
}


def cause_of(exited: RunnerExited) -> str:
    """What its exit code says, in a word or two: "SIGSEGV", "Exit code 3"; "Unknown cause" without one."""
    code = exited.exit_code
    if code is None:
        return "Unknown cause"
    return _signal_name(-code) if code < 0 else f"Exit code {code}"


def words_of(exited: RunnerExited, running: Sequence[str] = ()) -> str:
    """That the process ended, while which nodes ran, and what its cause means."""
    while_ = f" while {_names(running)} ran" if running else ""
    meaning = _MEANINGS.get(cause_of(exited), "")
    return f"The process that runs the graph ended{while_}.{f' {meaning}' if meaning else ''}"


def failure_of(exited: RunnerExited, running: Sequence[str]) -> ErrorFacts:
    """The failure of the nodes that ran when the process ended. Of several nobody knows which one ended it."""
    message = words_of(exited, running)
    if len(running) > 1:
        message += " Which of them ended it is not known."
    return ErrorFacts(cause_of(exited), f"{message} {INTACT}", _traceback(exited.last_words), running[0])


def _traceback(last_words: str) -> str:
    """What ``faulthandler`` wrote, in the order of a traceback and without our frames; other last words as they are."""
    head, found, stack = last_words.partition("Current thread ")
    if not found:
        return last_words
    frames = [line for line in stack.partition("\n\n")[0].splitlines() if line.startswith('  File "')]
    frames = [line for line in frames if not line.startswith((f'  File "{_ENGINE}', '  File "<string>"'))]
    return "\n".join([*reversed(frames), *head.splitlines()[:1]])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _names(nodes: Sequence[str]) -> str:
    return " and ".join(nodes) if len(nodes) < 4 else f"{', '.join(nodes[:3])} and {len(nodes) - 3} more"
