"""Circles of objects go away, and only ever on the GUI thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from editor.app.garbage import IDLE_LOOKS, MOST_LOOKED_AT, GarbageCollection


class Circle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collection(qapp: object) -> Iterator[GarbageCollection]:
    was_on = gc.isenabled()
    found = GarbageCollection()
    yield found
    found.stop()
    if not was_on:
        gc.disable()


def test_a_worker_that_allocates_collects_nothing(collection: GarbageCollection) -> None:
    gone = weakref.ref(Circle())
    kept: list[list[int]] = []

    worker = threading.Thread(target=lambda: kept.extend([number] for number in range(100_000)))
    worker.start()
    worker.join()

    assert gone() is not None


def test_what_is_due_is_collected_by_the_timer(collection: GarbageCollection, qtbot: QtBot) -> None:
    gone = weakref.ref(Circle())
    _kept = [[number] for number in range(5_000)]

    qtbot.waitUntil(lambda: gone() is None)


def test_nothing_is_collected_while_little_was_made(collection: GarbageCollection) -> None:
    gc.collect()

    assert collection.collect_what_is_due() is None


def test_python_collects_again_afterwards(qapp: object) -> None:
    was_on = gc.isenabled()
    collection = GarbageCollection()
    assert not gc.isenabled()

    collection.stop()

    assert gc.isenabled()
    if not was_on:
        gc.disable()


@pytest.fixture
def seconds() -> list[float]:
    """What the GUI thread has computed; a test says how much."""
    return [0.0]


@pytest.fixture
def setting_aside(qapp: object, seconds: list[float]) -> Iterator[GarbageCollection]:
    was_on = gc.isenabled()
    gc.collect()
    found = GarbageCollection(sets_aside=True, computed_s=lambda: seconds[0])
    yield found
    found.stop()
    if not was_on:
        gc.disable()


def test_what_has_grown_large_is_looked_at_no_more_while_the_window_is_in_use(
    setting_aside: GarbageCollection, seconds: list[float]
) -> None:
    gone = weakref.ref(Circle())
    kept = [[number] for number in range(MOST_LOOKED_AT)]

    for _ in range(3 * IDLE_LOOKS):
        seconds[0] += 1.0
        setting_aside.look()

    assert gone() is not None
    assert gc.get_freeze_count() >= len(kept)
    assert len(gc.get_objects()) < len(kept)


def test_everything_is_collected_once_the_window_has_been_idle(
    setting_aside: GarbageCollection, seconds: list[float]
) -> None:
    gone = weakref.ref(Circle())
    _kept = [[number] for number in range(MOST_LOOKED_AT)]
    seconds[0] += 1.0
    setting_aside.look()

    for _ in range(IDLE_LOOKS - 1):
        setting_aside.look()
    assert gone() is not None
    setting_aside.look()

    assert gone() is None


def test_small_garbage_is_collected_also_where_what_is_large_is_set_aside(
    setting_aside: GarbageCollection, seconds: list[float]
) -> None:
    _kept = [[number] for number in range(MOST_LOOKED_AT)]
    setting_aside.look()
    gone = weakref.ref(Circle())
    _more = [[number] for number in range(5_000)]

    seconds[0] += 1.0
    setting_aside.look()

    assert gone() is None
