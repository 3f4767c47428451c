"""The words and the tint of the status bar, for each phase."""

from __future__ import annotations

from editor.app.run_words import Tint, names, run_words
from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.run_state import CheckpointRow, ErrorReport, Phase, Question, RunState, TaskRow


def row(id: str, parent: str | None, step: int, *next: str, tasks: tuple[TaskRow, ...] = ()) -> CheckpointRow:
    return CheckpointRow(id, parent, step, "loop", next, (), "2026-01-01T00:00:00Z", tasks=tasks)


def state(phase: Phase, head: CheckpointRow | None = None, **facts: object) -> RunState:
    rows = {"c0": row("c0", None, 0, "classify")}
    if head is not None:
        rows[head.id] = head
    return RunState(phase=phase, checkpoints=CheckpointLog(rows.values()), head=head.id if head else "c0", **facts)  # type: ignore[arg-type]


def test_without_a_run_there_is_nothing_to_say() -> None:
    assert run_words(RunState(), Focus(), 0.0).text == ""


def test_a_pause_names_the_next_node_and_the_step() -> None:
    words = run_words(state(Phase.PAUSED, row("c4", "c0", 4, "plan_search")), Focus(), 0.0)

    assert words.text == "Paused before plan_search · step 4"
    assert words.tint is Tint.NEXT


def test_a_breakpoint_is_named_as_the_reason() -> None:
    paused = state(Phase.PAUSED, row("c4", "c0", 4, "format"), pause_reason="breakpoint before 'format'")

    assert run_words(paused, Focus(), 0.0).text == "Paused before format · step 4 · breakpoint before 'format'"


def test_a_running_node_shows_its_seconds() -> None:
    task = TaskRow("t", "classify", "running", started_at_s=100.0)
    running = state(Phase.RUNNING, row("c1", "c0", 1, "classify", tasks=(task,)))

    assert run_words(running, Focus(), 103.4).text == "Running classify … 3 s"


def test_a_pause_that_was_asked_for_says_what_it_waits_for() -> None:
    tasks = (TaskRow("t", "weather", "done"), TaskRow("u", "price", "running", started_at_s=100.0))
    pausing = state(Phase.RUNNING, row("c1", "c0", 1, "price", "weather", tasks=tasks), pausing=True)

    assert run_words(pausing, Focus(), 102.0).text == "Pausing after price … 2 s"


def test_a_busy_runner_says_that_stop_works() -> None:
    assert "Stop works" in run_words(state(Phase.RUNNING, busy=True), Focus(), 0.0).text


def test_a_question_names_who_asks() -> None:
    words = run_words(state(Phase.WAITING, questions=(Question("q", "escalate", "?"),)), Focus(), 0.0)

    assert words.text == "escalate asks a question · step 0"
    assert words.tint is Tint.WAITING


def test_several_questions_are_counted() -> None:
    asked = tuple(Question(str(number), node, "?") for number, node in enumerate(("a", "b", "b")))

    assert run_words(state(Phase.WAITING, questions=asked), Focus(), 0.0).text == "a and b ask 3 questions · step 0"


def test_a_failure_names_the_node() -> None:
    words = run_words(state(Phase.FAILED, error=ErrorReport("ValueError", "no", "", "format")), Focus(), 0.0)

    assert words.text == "format failed · step 0"
    assert words.tint is Tint.FAILED


def test_looking_at_another_branch_counts_no_steps_of_this_one() -> None:
    """Its steps are others; "step 1 of 4" would be one of the way to now."""
    rows = {one.id: one for one in (row("c0", None, 0), row("c1", "c0", 1), row("c4", "c0", 4, "format"))}
    run = RunState(phase=Phase.PAUSED, checkpoints=CheckpointLog(rows.values()), head="c4")

    words = run_words(run, Focus("c1"), 0.0)

    assert words.text == "Looking at step 1 of another branch. The run is not affected."


def test_looking_back_says_so_whatever_the_run_does() -> None:
    words = run_words(state(Phase.PAUSED, row("c4", "c0", 4, "format")), Focus("c0"), 0.0)

    assert words.text == "Looking at step 0 of 4. The run is not affected."
    assert words.tint is Tint.PAST


def test_every_phase_has_words_except_no_run() -> None:
    silent = [phase for phase in Phase if not run_words(state(phase), Focus(), 0.0).text]

    assert silent == [Phase.NO_RUN]


def test_names_are_joined_counted_and_bounded() -> None:
    assert names(["a"]) == "a"
    assert names(["a", "b"]) == "a and b"
    assert names(["w", "w", "w"]) == "w ×3"
    assert names(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert names([]) == ""


def test_a_failure_beside_a_question_names_both() -> None:
    error, asks = ErrorReport("ValueError", "no", "", "format"), (Question("q", "escalate", "?"),)

    words = run_words(state(Phase.FAILED, error=error, questions=asks), Focus(), 0.0)

    assert words.text == "format failed, escalate asks a question · step 0"


def test_a_stopped_run_that_asked_names_who_asks() -> None:
    words = run_words(state(Phase.STOPPED, questions=(Question("q", "escalate", "?"),)), Focus(), 0.0)

    assert words.text == "Stopped · step 0. escalate asks a question."
