"""Threads with everything in them: grown lists, long texts, forks, drops, early writes. Same seed, same thread."""

from __future__ import annotations

import random
from typing import Any

from engine.store.checkpoint_store import CheckpointStore, StoredCheckpoint, TaskWrite
from tests.contracts.checkpoint_store_contract import new_checkpoint


def fill(store: CheckpointStore, thread_id: str, steps: int, seed: int) -> None:
    """Save ``steps`` checkpoints, some of them forks."""
    chance = random.Random(seed)
    states: dict[str, dict[str, Any]] = {}
    parent: str | None = None
    for step in range(steps):
        key = f"{thread_id}-{step}"
        state = dict(states[parent]) if parent else {"log": []}
        item = {"step": step, "text": "word " * chance.choice([1, 3, 50, 400])}
        changed: dict[str, Any] = {"log": [*state["log"], item], f"key{step % 5}": (step, {"seed": seed})}
        dropped = [name for name in state if name == f"key{(step + 2) % 5}"]
        if step % 7 == 3:
            changed["long"] = {"text": chance.choice("abc") * 3000, "again": chance.choice("ab") * 900}
        new = new_checkpoint(
            key,
            parent,
            changed=changed,
            appended={"log": 1} if parent else {},
            dropped=dropped,
            versions=dict.fromkeys(changed, step + 1),
            seen={f"node{step % 3}": {"log": step}},
            step=step,
        )
        writes = [TaskWrite(f"task-{step}", "log", [item], 0, "~path")] if parent else []
        if parent and step % 4 == 1:
            store.save_writes(thread_id, "", parent, writes)
        store.save(thread_id, "", new, writes)
        states[key] = {name: value for name, value in {**state, **changed}.items() if name not in dropped}
        parent = chance.choice(sorted(states)) if step % 9 == 8 else key
    store.save_writes(thread_id, "", f"{thread_id}-{steps - 1}", [TaskWrite("pending", "ask", "really?", -3)])


def everything(store: CheckpointStore, thread_id: str) -> list[StoredCheckpoint]:
    """All checkpoints, newest first."""
    return list(store.list(thread_id, None))
