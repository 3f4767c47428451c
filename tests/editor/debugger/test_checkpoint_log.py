"""The log of checkpoints never changes once made, and costs the same per step however long it is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from editor.debugger.checkpoint_log import CHUNK, CheckpointLog
from editor.debugger.run_state import CheckpointRow


def row(id: str, step: int = 0) -> CheckpointRow:
    return CheckpointRow(id, None, step, "loop", (), (), "")


def test_rows_come_back_in_their_order_by_id_from_both_ends() -> None:
    ids = [str(number) for number in range(CHUNK * 2 + 3)]
    log = CheckpointLog()
    for id in ids:
        log = log.with_row(row(id))

    assert list(log) == ids
    assert list(reversed(log)) == ids[::-1]
    assert log[ids[-1]].id == ids[-1]
    assert "unknown" not in log
    assert log == CheckpointLog(row(id) for id in ids)


def test_an_older_log_stays_as_it_was() -> None:
    first = CheckpointLog([row("a")])

    second = first.with_row(replace(row("a"), step=7)).with_row(row("b"))

    assert (list(first), first["a"].step) == (["a"], 0)
    assert (list(second), second["a"].step) == (["a", "b"], 7)
    assert first != second


def test_two_logs_that_went_their_own_ways_do_not_see_each_other() -> None:
    root = CheckpointLog([row("a")])

    left, right = root.with_row(row("left")), root.with_row(row("right"))

    assert (list(left), "right" in left) == (["a", "left"], False)
    assert (list(right), "left" in right) == (["a", "right"], False)
    assert left.is_family_of(right)
    assert not left.is_family_of(CheckpointLog([row("a")]))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=80))
def test_it_is_a_dictionary_that_keeps_its_old_versions(changes: list[tuple[int, int]]) -> None:
    log, plain = CheckpointLog(), {}
    versions = [(log, dict(plain))]
    for number, step in changes:
        one = row(str(number), step)
        log = log.with_row(one)
        plain[one.id] = one
        versions.append((log, dict(plain)))

    for kept, expected in versions:
        assert list(kept.items()) == list(expected.items())


def test_the_first_difference_is_found_whether_a_row_was_replaced_added_or_lost() -> None:
    log = CheckpointLog(row(str(i)) for i in range(1_000))

    assert log.first_difference(log) is None
    assert log.first_difference(CheckpointLog(row(str(i)) for i in range(1_000))) is None
    assert log.with_row(replace(row("700"), step=7)).first_difference(log) == 700
    assert log.with_row(row("new")).first_difference(log) == 1_000
    assert CheckpointLog([row("0")]).first_difference(log) == 1
    assert log.first_difference(CheckpointLog()) == 0
