"""How the end of the runner's process is told: what ran then, and what the exit code means."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import engine
from editor.debugger.process_end import INTACT, cause_of, failure_of, words_of
from editor.debugger.reduce import reduce
from editor.debugger.run_state import Phase, RunState
from engine.runner.run_events import CheckpointFacts, CheckpointSaved, RunnerExited, TaskFacts

OOM = "Something outside killed it, as the system does when memory runs out."


@pytest.mark.skipif(sys.platform == "win32", reason="signals have no names there")
@pytest.mark.parametrize(
    ("code", "cause", "words"),
    [
        (None, "Unknown cause", "ended while a ran."),
        (3, "Exit code 3", "ended while a ran."),
        (-9, "SIGKILL", f"ended while a ran. {OOM}"),
        (-200, "signal 200", "ended while a ran."),
    ],
)
def test_the_exit_code_is_put_into_words(code: int | None, cause: str, words: str) -> None:
    exited = RunnerExited(code, asked_for=False)

    assert cause_of(exited) == cause
    assert words_of(exited, ["a"]).endswith(words)


def test_of_several_nodes_nobody_is_blamed_alone() -> None:
    error = failure_of(RunnerExited(1, asked_for=False, last_words="its last"), ["a", "b", "c", "d"])

    assert "while a, b, c and 1 more ran" in error.message
    assert "Which of them ended it is not known." in error.message and error.message.endswith(INTACT)
    assert error.traceback == "its last"


CRASHED = f"""Fatal Python error: Segmentation fault

Thread 0x00007f57 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 327 in wait

Current thread 0x00007f5b (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/home/me/nodes.py", line 52 in answer
  File "{Path(engine.__file__).parent}/runner/host.py", line 9 in body
  File "<string>", line 18 in <module>

Extension modules: a, b (total: 2)"""


def test_the_last_words_of_a_crash_lead_to_the_users_line_and_end_with_what_went_wrong() -> None:
    error = failure_of(RunnerExited(-11, asked_for=False, last_words=CRASHED), ["a"])

    assert error.traceback.splitlines() == [
        '  File "/home/me/nodes.py", line 52 in answer',
        '  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at',
        "Fatal Python error: Segmentation fault",
    ]


def running(*nodes: str) -> RunState:
    tasks = tuple(TaskFacts(f"task of {node}", node, "running") for node in nodes)
    state = RunState(phase=Phase.RUNNING, thread_id="t")
    done = TaskFacts("task of d", "d", "done")
    facts = CheckpointFacts("1", None, 0, "loop", (*nodes, "d"), (), "", tasks=(*tasks, done))
    return reduce(state, CheckpointSaved("t", facts))


def test_each_node_that_ran_has_failed_and_what_was_done_stays_done() -> None:
    state = reduce(running("a", "b"), RunnerExited(-11, asked_for=False))

    told = {task.node: (task.state, task.error.node if task.error else None) for task in state.checkpoints["1"].tasks}
    assert state.phase is Phase.FAILED
    assert told == {"a": ("failed", "a"), "b": ("failed", "b"), "d": ("done", None)}


def test_what_ran_when_the_user_stopped_has_not_failed() -> None:
    state = reduce(running("a"), RunnerExited(-9, asked_for=True))

    assert (state.phase, state.error) == (Phase.STOPPED, None)
    assert [task.state for task in state.checkpoints["1"].tasks] == ["planned", "done"]
