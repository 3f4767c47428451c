"""The row of a checkpoint that an edit made, without its values. Called by ``driver`` only."""

from __future__ import annotations

from typing import Any

from engine.runner.branching import Change
from engine.runner.driven_thread import DrivenThread, checkpoint_id_of
from engine.runner.run_events import CheckpointFacts, TaskFacts
from engine.runner.task_log import TaskLog


def branch_facts(
    thread: DrivenThread, log: TaskLog, old: CheckpointFacts, change: Change, snapshot: Any
) -> CheckpointFacts:
    """``snapshot``: the new checkpoint as the engine has it; ``old``: the row it was made from."""
    metadata = snapshot.metadata or {}
    ran = (change.as_node,) if change.as_node else change.again or old.ran
    changed = set(change.values)
    if change.is_result:  # its siblings have finished: this checkpoint has what they wrote, too
        ran = tuple(sorted({task.node for task in thread.tasks.values()}))
        changed |= thread.written
    return CheckpointFacts(
        id=str(checkpoint_id_of(snapshot.config)),
        parent_id=checkpoint_id_of(snapshot.parent_config),
        step=metadata.get("step", old.step + 1),
        source=metadata.get("source", "update"),
        next=tuple(snapshot.next),
        changed_keys=tuple(sorted(changed)),
        created_at=snapshot.created_at or "",
        ran=ran,
        routes=old.routes if change.is_copy else log.routes(),
        tasks=tuple(TaskFacts(task.id, task.name) for task in snapshot.tasks),
        given=(change.as_node,) if change.is_result and change.as_node else (),
    )
