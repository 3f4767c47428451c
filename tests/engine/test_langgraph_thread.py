"""Threads that LangGraph has written: ids and channel names."""

from __future__ import annotations

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime.langgraph_ids import langgraph_interrupt_id
from engine.runtime.langgraph_thread import FORMAT, with_current_channels
from engine.store.checkpoint_store import StoredCheckpoint
from engine.xxh3 import xxh3_128_hex
from tests.engine.graphs import chain


@given(st.binary(max_size=3000))
def test_our_xxh3_is_xxh3(data: bytes) -> None:
    assert xxh3_128_hex(data) == xxhash.xxh3_128_hexdigest(data)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 8, 9, 16, 17, 32, 64, 96, 128, 129, 240, 241, 1024, 1025])
def test_our_xxh3_is_right_at_every_border_between_its_ways(size: int) -> None:
    data = bytes(range(256)) * 5

    assert xxh3_128_hex(data[:size]) == xxhash.xxh3_128_hexdigest(data[:size])


def test_a_question_has_the_id_that_langgraph_gives_it() -> None:
    assert langgraph_interrupt_id("ask:1", 0) == xxhash.xxh3_128_hexdigest(b"ask:1")
    assert langgraph_interrupt_id("ask:1", 2) == xxhash.xxh3_128_hexdigest(b"ask:1|2")


def test_channels_of_older_formats_are_renamed_to_those_of_today() -> None:
    plan = chain("a", "b", "c").compile().plan
    stored = StoredCheckpoint(
        thread_id="1",
        namespace="",
        checkpoint_id="x",
        parent_id=None,
        created_at="",
        metadata={"step": 1, FORMAT: 2},
        values={"v": 1, "b": "b", "start:a": "__start__"},
        versions={"v": 2, "start:a": 2, "a": 3, "branch:a:choose:b": 4, "b": 5},
        seen={"a": {"start:a": 2}, "b": {"a": 3}},
    )

    renamed = with_current_channels(plan, stored)

    assert renamed.values == {"v": 1, "branch:to:a": "__start__", "branch:to:c": "b"}
    assert renamed.versions == {"v": 2, "branch:to:a": 2, "branch:to:b": 4, "branch:to:c": 5}
    assert renamed.seen == {"a": {"branch:to:a": 2}, "b": {"branch:to:b": 3}}


def test_checkpoints_of_today_stay_as_they_are() -> None:
    plan = chain("a").compile().plan
    stored = StoredCheckpoint("1", "", "x", None, "", {"step": 1}, {"a": 1}, {"a": 3}, {})

    assert with_current_channels(plan, stored) is stored
