"""The same random life on the memory store and the SQLite store, reopened now and then: both always show the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from engine.store.checkpoint_store import CheckpointStore, TaskWrite
from engine.store.memory_store import MemoryStore
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import new_checkpoint

LIVES = 8
STEPS = 90


@pytest.mark.parametrize("seed", range(LIVES))
def test_both_stores_show_the_same_after_every_random_life(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    memory, file = MemoryStore(), SqliteStore(tmp_path / "runs.sqlite")
    states: dict[tuple[str, str, str], dict[str, Any]] = {}

    for step in range(STEPS):
        kind = chance.choices(["save", "write", "reopen", "prune", "delete"], [80, 12, 5, 2, 1])[0]
        if kind == "reopen":
            file.close()
            file = SqliteStore(tmp_path / "runs.sqlite", types=file.types)
        else:
            for each in (memory, file):
                live_one_step(each, kind, step, random.Random(f"{seed} {step}"), states)

    for thread in ("t1", "t2"):
        expected = list(memory.list(thread, None))
        found = list(file.list(thread, None))
        assert [stored.checkpoint_id for stored in found] == [stored.checkpoint_id for stored in expected]
        assert found == expected
    file.close()


def live_one_step(
    store: CheckpointStore,
    kind: str,
    step: int,
    chance: random.Random,
    states: dict[tuple[str, str, str], dict[str, Any]],
) -> None:
    thread, namespace = chance.choice(["t1", "t1", "t2"]), chance.choice(["", "", "", "sub"])
    known = sorted(key for key in states if key[:2] == (thread, namespace) and store.load(*key) is not None)
    parent = (known[-1] if chance.random() < 0.8 else chance.choice(known)) if known else None
    if kind == "delete":
        store.delete_thread(thread)
    elif kind == "prune":
        store.keep_only(thread, namespace, [key[2] for key in known if chance.random() < 0.7])
    elif kind == "write" and parent is not None:
        place = chance.choice([0, 1, -1])
        store.save_writes(*parent, [TaskWrite(f"t{step}", "x", chance.choice(["a", "b" * 600]), place, "~p")])
    elif kind == "save":
        before = states[parent] if parent else {}
        after, appended = changed_state(before, chance)
        changed = {key: value for key, value in after.items() if key not in before or before[key] is not value}
        key = (thread, namespace, f"c{step:04}")
        new = new_checkpoint(
            key[2],
            parent[2] if parent else None,
            changed=changed,
            appended=appended,
            dropped=[name for name in before if name not in after],
            versions=dict.fromkeys(changed, step),
            seen={chance.choice("mn"): dict.fromkeys(changed, step)},
            step=step,
        )
        store.save(thread, namespace, new, [TaskWrite(f"t{step}", "x", list(changed), 0)])
        states[key] = after


def changed_state(before: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], dict[str, int]]:
    after, appended = dict(before), {}
    for name in ("log", "notes"):
        if chance.random() < 0.8:
            items = [chance.choice([1, "short", "long " * 150, {"k": (1, 2)}]) for _ in range(chance.randrange(4))]
            if name in before and chance.random() < 0.9:
                appended[name] = len(items)
                after[name] = [*before[name], *items]
            else:
                after[name] = items
    if chance.random() < 0.5:
        after["value"] = chance.choice([None, 1, "x" * 700, {"big": "y" * 800, "small": 1}, {"$tag": 1}])
    if chance.random() < 0.1:
        after.pop(chance.choice(["log", "value", "notes"]), None)
        appended = {name: count for name, count in appended.items() if name in after}
    return after, appended
