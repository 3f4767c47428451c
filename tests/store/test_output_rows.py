"""Output beside the checkpoints: in order, by task, bounded with the gap told, gone with what it belongs to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.output_rows import KeptLine, LineBatch, OutputRows
from engine.store.run_facts import RunFacts
from engine.store.sqlite_file import SqliteFile
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import DamagedStoreError
from engine.time_travel import delete_branch
from tests.contracts.checkpoint_store_contract import new_checkpoint


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    file = SqliteFile(tmp_path / "runs.sqlite", synchronous="NORMAL")
    yield file
    file.close()


def batch(*texts: str, thread: str = "t", task: str | None = "a", checkpoint: str = "c", dropped: int = 0) -> LineBatch:
    lines = tuple(KeptLine(text, "stdout", "node", 1, task) for text in texts)
    return LineBatch(thread, checkpoint, task, lines, dropped)


def texts(output: OutputRows, **which: object) -> list[str]:
    return [line.text for line in output.read("t", **which).lines]  # type: ignore[arg-type]


def test_lines_come_back_in_order_by_task_by_checkpoint_and_the_newest_of_many(file: SqliteFile) -> None:
    output = OutputRows(file)
    output.add([batch("1", "naïve 🙂 \ud800"), batch("2", task="b", checkpoint="d"), batch("3")])
    output.add([batch("elsewhere", thread="u"), batch("4", task=None)])

    assert texts(output) == ["1", "naïve 🙂 \ud800", "2", "3", "4"]
    assert texts(output, task_ids=["a"]) == ["1", "naïve 🙂 \ud800", "3"]
    assert texts(output, checkpoint_id="d") == ["2"]
    assert texts(output, limit=2) == ["3", "4"]
    assert output.read("t").lines[0] == KeptLine("1", "stdout", "node", 1, "a")


def test_beyond_the_bound_the_beginning_and_the_end_stay_and_the_gap_is_told(file: SqliteFile) -> None:
    output = OutputRows(file, max_chars=20_000)

    for number in range(400):
        output.add([batch(f"{number} " + "x" * 80)])

    kept = output.read("t", limit=10_000)
    numbers = [int(line.text.split()[0]) for line in kept.lines if line.stream == "stdout"]
    (gap,) = [place for place, line in enumerate(kept.lines) if line.stream == "log"]
    assert numbers[0] == 0 and numbers[-1] == 399
    assert kept.dropped == 400 - len(numbers)
    assert kept.lines[gap].text == f"… {kept.dropped} lines are not kept here"
    assert numbers[gap] - numbers[gap - 1] == kept.dropped + 1
    with file.reading() as connection:
        stored = connection.execute("SELECT sum(chars), sum(length(lines)) FROM output").fetchone()
    assert stored[0] == stored[1] <= 20_000
    assert sum(len(line.text) for line in kept.lines[:gap]) > 0.1 * 20_000


def test_the_bound_holds_for_a_thread_that_another_process_has_filled(file: SqliteFile) -> None:
    OutputRows(file).add([batch("x" * 900) for _ in range(30)])

    OutputRows(file, max_chars=20_000).add([batch("the last")])

    assert texts(OutputRows(file))[-1] == "the last"
    assert OutputRows(file).read("t").dropped > 0


def test_lines_that_came_too_fast_are_counted_where_they_are_missing(file: SqliteFile) -> None:
    output = OutputRows(file)
    output.add([batch("1"), batch("2", dropped=1234)])

    assert texts(output) == ["1", "… 1,234 lines are not kept here", "2"]
    assert output.read("t", task_ids=["a"]).dropped == 1234
    assert texts(output, task_ids=["a"]) == ["1", "2"]


def test_output_goes_with_its_branch_and_with_its_thread(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    facts = RunFacts(store.file)
    for name, parent in (("c1", None), ("c2", "c1"), ("d2", "c1")):
        store.save("t", "", new_checkpoint(name, parent))
    facts.output.add([batch("stays", checkpoint="c1"), batch("goes", checkpoint="d2"), batch("other", thread="u")])

    delete_branch(store, "t", "d2", facts=facts)
    assert texts(facts.output) == ["stays"]
    store.delete_thread("t")

    assert texts(facts.output) == []
    assert [line.text for line in facts.output.read("u").lines] == ["other"]
    store.close()


def test_a_changed_line_is_an_error_and_never_another_line(file: SqliteFile) -> None:
    output = OutputRows(file)
    output.add([batch("hello")])
    connection = sqlite3.connect(file.path)
    connection.execute("UPDATE output SET lines = replace(lines, 'hello', 'hallo')")
    connection.commit()
    connection.close()

    with pytest.raises(DamagedStoreError, match="Output 1"):
        output.read("t")
