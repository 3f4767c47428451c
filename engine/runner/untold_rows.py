"""The checkpoints of a thread of which nothing was written down, with what the saver knows of them.

Another program ran the thread, or the process was killed before it could tell. Called by ``run_history``, which has the
rows that were told; how the last one came to rest is told by ``untold_end``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.runner.channel_names import is_users, next_by_channels
from engine.runner.run_events import CheckpointFacts, RouteFacts
from engine.time_travel.replay_recorded import REPLAY_OF


def untold_rows(
    thread_id: str, saver: Any, told: Mapping[str, CheckpointFacts], recorded: Mapping[str, tuple[RouteFacts, ...]]
) -> list[CheckpointFacts]:
    """Newest first. Of a thread of which nothing was told all its branches, else what follows on what was told.

    ``recorded``: of a replay, the decisions that led to each recorded checkpoint.
    """
    found = _newer_than(thread_id, saver, told) if told else saver.list(_config(thread_id))
    rows = [_row(each, recorded) for each in found]
    before = {**told, **{row.id: row for row in rows}}
    return [_with_ran(row, before.get(row.parent_id or "")) for row in rows]


def _newer_than(thread_id: str, saver: Any, told: Mapping[str, CheckpointFacts]) -> Iterator[Any]:
    """From the newest checkpoint back to one that was told."""
    config = _config(thread_id)
    while (found := saver.get_tuple(config)) is not None and found.checkpoint["id"] not in told:
        yield found
        parent = _parent_of(found)
        if parent is None:
            return
        config["configurable"]["checkpoint_id"] = parent


def _row(found: Any, recorded: Mapping[str, tuple[RouteFacts, ...]]) -> CheckpointFacts:
    checkpoint, metadata = found.checkpoint, found.metadata
    return CheckpointFacts(
        id=checkpoint["id"],
        parent_id=_parent_of(found),
        step=metadata.get("step", 0),
        source=metadata.get("source", "loop"),
        next=next_by_channels(checkpoint["channel_values"]),
        changed_keys=tuple(sorted(filter(is_users, checkpoint.get("updated_channels") or ()))),
        created_at=checkpoint.get("ts", ""),
        routes=recorded.get(metadata.get(REPLAY_OF, ""), ()),
        replayed=REPLAY_OF in metadata and metadata.get("source") == "loop",
    )


def _with_ran(row: CheckpointFacts, before: CheckpointFacts | None) -> CheckpointFacts:
    """All that was next in the checkpoint before has run, or the step would not have ended."""
    return replace(row, ran=tuple(sorted(set(before.next)))) if before is not None and row.source == "loop" else row


def _parent_of(found: Any) -> str | None:
    parent: str | None = (found.parent_config or {}).get("configurable", {}).get("checkpoint_id")
    return parent


def _config(thread_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
