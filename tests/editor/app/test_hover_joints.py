"""What a node wrote, in the words at the pointer."""

from __future__ import annotations

from editor.app.hover_joints import output_words
from editor.debugger.reports import StepWrites, TaskWrites
from editor.debugger.run_state import TaskRow


def test_what_was_written_is_told_key_by_key_and_of_several_tasks_task_by_task() -> None:
    writes = StepWrites(
        (
            TaskWrites("t1", (("log", {"type": "list", "text": "[1]"}), ("long", {"text": "x" * 200}))),
            TaskWrites("t2", ()),
        ),
        0,
    )
    one, two = TaskRow("t1", "w", "done"), TaskRow("t2", "w", "done")

    lines = output_words(writes, [one]).splitlines()
    assert lines[:2] == ["Wrote last:", "   log = [1]"]
    assert lines[2].endswith("x…")
    assert len(lines[2]) < 110
    assert output_words(writes, [two]) == "Wrote nothing."
    assert output_words(writes, [one, two]).splitlines()[0] == "Its 2 tasks wrote:"
    assert output_words(writes, [one, two]).splitlines()[2] == "   2.  nothing"
    assert output_words(writes, [two] * 6).splitlines()[-1] == "   … and 2 more"
