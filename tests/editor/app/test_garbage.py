"""Circles of objects go away, and only ever on the GUI thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from editor.app.garbage import GarbageCollection


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
