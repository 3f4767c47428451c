"""The base class that people derive savers from, with what LangGraph's gives them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial
from typing import Any

import pytest

from engine.store.checkpoint_tuple import CheckpointTuple, empty_checkpoint, get_checkpoint_metadata
from engine.store.memory_saver import InMemorySaver
from engine.store.persistent_dict import PersistentDict
from engine.store.saver import BaseCheckpointSaver


class BytesSaver(BaseCheckpointSaver[int]):
    """A saver as people write them: one dictionary of bytes, made with ``self.serde``, no call of the base's init."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}

    def put(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> dict[str, Any]:
        self.kept[checkpoint["id"]] = self.serde.dumps_typed(checkpoint)
        return {"configurable": {**config["configurable"], "checkpoint_id": checkpoint["id"]}}

    def get_tuple(self, config: Any) -> CheckpointTuple | None:
        kept = self.kept.get(config["configurable"]["checkpoint_id"])
        return None if kept is None else CheckpointTuple(config, self.serde.loads_typed(kept), {})


def test_a_saver_of_bytes_finds_a_serializer_that_keeps_exact_values() -> None:
    saver = BytesSaver()
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"]["x"] = {"tuple": (1, {2})}

    config = saver.put({"configurable": {"thread_id": "1"}}, checkpoint, {}, {})

    assert saver.get(config) == checkpoint
    assert saver.serde is saver.serde


def test_async_methods_call_their_sync_twins() -> None:
    saver = BytesSaver()
    checkpoint = empty_checkpoint()

    async def run() -> Any:
        config = await saver.aput({"configurable": {"thread_id": "1"}}, checkpoint, {}, {})
        return await saver.aget(config)

    assert asyncio.run(run()) == checkpoint


def test_what_a_saver_does_not_do_is_told() -> None:
    with pytest.raises(NotImplementedError):
        BytesSaver().delete_thread("1")


def test_other_dictionaries_than_the_savers_own_are_refused() -> None:
    InMemorySaver(factory=defaultdict)

    with pytest.raises(NotImplementedError, match="SqliteSaver"):
        InMemorySaver(factory=partial(PersistentDict, filename="nowhere"))


def test_versions_grow_and_text_versions_need_a_saver_that_knows_them() -> None:
    saver = InMemorySaver()

    assert [saver.get_next_version(None), saver.get_next_version(1), saver.get_next_version(7)] == [1, 2, 8]
    with pytest.raises(NotImplementedError, match="text version '0001'"):
        saver.get_next_version("0001")


def test_metadata_takes_the_callers_scalars_and_no_addresses() -> None:
    config = {
        "metadata": {"user": "ada\x00", "deep": {"a": 1}, "langgraph_step": 3},
        "configurable": {"thread_id": "1", "mood": "good", "__private": 1},
    }

    merged = get_checkpoint_metadata(config, {"source": "loop", "step": 1, "writes": {}})

    assert merged == {"source": "loop", "step": 1, "user": "ada", "mood": "good"}


def test_writes_since_the_last_stored_value_are_found_along_the_parents() -> None:
    saver = InMemorySaver()
    at: dict[str, Any] = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}
    for step in range(3):
        checkpoint = empty_checkpoint()
        if step == 0:
            checkpoint["channel_values"] = {"log": ["seed"]}
            checkpoint["channel_versions"] = {"log": 1}
        elif step == 1:
            checkpoint["channel_versions"] = {"log": 2}
        at = saver.put(at, checkpoint, {"step": step}, {"log": step + 1})
        saver.put_writes(at, [("log", f"write {step}"), ("other", 1)], "task")

    history = saver.get_delta_channel_history(config=at, channels=["log", "nothing"])

    assert history["log"] == {"writes": [("task", "log", "write 0"), ("task", "log", "write 1")], "seed": ["seed"]}
    assert history["nothing"] == {"writes": []}
    assert asyncio.run(saver.aget_delta_channel_history(config=at, channels=["log"]))["log"] == history["log"]
