"""A long run that is shown no more is freed a little at a time."""

from __future__ import annotations

import weakref

from pytestqt.qtbot import QtBot

from editor.debugger.letting_go import PORTION, LettingGo


class Row:
    pass


def test_rows_are_freed_in_portions_of_a_fixed_size(qapp: object) -> None:
    letting_go = LettingGo()
    rows = [Row() for _ in range(3 * PORTION + 5)]
    alive = weakref.WeakSet(rows)
    letting_go.take(rows)
    rows.clear()

    counts = []
    while letting_go.waiting:
        counts.append(len(alive))
        letting_go.free_portion()

    assert counts == [3 * PORTION + 5, 2 * PORTION + 5, PORTION + 5, 5]
    assert len(alive) == 0


def test_the_event_loop_frees_them(qtbot: QtBot) -> None:
    letting_go = LettingGo()

    letting_go.take([Row() for _ in range(2 * PORTION)])

    qtbot.waitUntil(lambda: not letting_go.waiting, timeout=30_000)


def test_a_short_run_is_not_held(qapp: object) -> None:
    letting_go = LettingGo()

    letting_go.take([Row()])

    assert letting_go.waiting == 0
