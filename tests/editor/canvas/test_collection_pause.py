"""The garbage collector while a large scene is made."""

from __future__ import annotations

import gc

import pytest

from editor.canvas.collection_pause import PAUSE_FROM, collection_paused


@pytest.fixture(autouse=True)
def collector_on():
    gc.enable()
    yield
    gc.enable()


def test_it_rests_while_much_is_made_and_goes_on_after() -> None:
    with collection_paused(PAUSE_FROM):
        inside = gc.isenabled()

    assert (inside, gc.isenabled()) == (False, True)


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), collection_paused(PAUSE_FROM):
        raise KeyError

    assert gc.isenabled()


def test_it_is_left_alone_for_little() -> None:
    with collection_paused(PAUSE_FROM - 1):
        assert gc.isenabled()


def test_a_collector_that_somebody_stopped_stays_stopped() -> None:
    gc.disable()

    with collection_paused(PAUSE_FROM):
        pass

    assert not gc.isenabled()
