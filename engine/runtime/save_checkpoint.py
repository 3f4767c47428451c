"""Turns the state's changes into stored checkpoints. Yields ``Save`` and ``SaveWrites``; the driver performs them."""

from __future__ import annotations

from typing import Any

from engine.clock import now_utc
from engine.graph.names import NS_END
from engine.ids import new_checkpoint_id
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINT_MAP, CHECKPOINT_NS, CONF
from engine.runtime.requests import Requests, Save, SaveWrites
from engine.runtime.run import Run
from engine.store.checkpoint_store import NewCheckpoint
from engine.store.checkpoint_tuple import get_checkpoint_metadata


def save_checkpoint(run: Run, source: str) -> Requests:
    """The step is complete: what the run stands on is now a new checkpoint."""
    if run.store is None:
        run.checkpoint_id = None
        run.checkpoint_metadata = {"source": source, "step": run.step, "parents": {}}
        run.step += 1
        return
    parents = run.config[CONF].get(CHECKPOINT_MAP)
    run.checkpoint_metadata = {"source": source, "step": run.step, "parents": dict(parents) if parents else {}}
    checkpoint_id = run.checkpoint_id = new_checkpoint_id(run.step)
    if run.durability == "exit":
        run.last_writers.update((channel, task) for task in run.tasks for channel, _ in task.writes)
        run.unsaved = []
        run.is_saved = False
    else:
        yield _save(run, checkpoint_id)
        if run.stream is not None:  # only streams show addresses
            _address(run, checkpoint_id)
    run.step += 1


def _address(run: Run, checkpoint_id: str) -> None:
    previous = run.checkpoint_config
    address = previous[CONF]
    run.parent_config = previous if address.get(CHECKPOINT_ID) else None
    run.checkpoint_config = {CONF: {**address, CHECKPOINT_NS: run.namespace, CHECKPOINT_ID: checkpoint_id}}


def save_open_step(run: Run) -> Requests:
    """The run stops within a step: store what its tasks have done so far."""
    if run.store is not None and run.unsaved and run.durability != "exit":
        yield from _save_writes(run)


def save_finished(run: Run) -> Any:
    """As ``save_open_step``, for a driver whose other tasks are still running; None if there is nothing to do."""
    if run.store is None or not run.unsaved or run.durability == "exit" or not run.is_saved:
        return None
    return next(_save_writes(run))


def save_at_exit(run: Run, *, failed: bool) -> Requests:
    """Durability ``exit``: store the last checkpoint and, if the run stopped within a step, what that has done."""
    if run.store is None or run.durability != "exit":
        return
    keeps_state = run.parent is None or failed or not any(NS_END in part for part in run.namespace_parts)
    if not keeps_state:
        return
    if not run.is_saved and run.state.top_version:
        open_writes, run.unsaved = run.unsaved, []
        yield _save(run, run.checkpoint_id)
        run.unsaved = open_writes
    if run.unsaved and run.is_saved:
        yield from _save_writes(run)


def _save(run: Run, checkpoint_id: str) -> Save:
    changed, dropped, versions, seen = run.state.take_unstored()
    callers = run.callers_metadata if run.callers_metadata is not None else _callers_metadata(run)
    updated = run.state.updated
    checkpoint = NewCheckpoint(  # in the order of its fields: naming them takes a quarter longer
        checkpoint_id,
        run.parent_checkpoint_id,
        now_utc(),
        {**run.checkpoint_metadata, **callers} if callers else run.checkpoint_metadata,
        changed,
        dropped,
        versions,
        seen,
        tuple(sorted(updated)) if updated else (),
    )
    writes, run.unsaved = run.unsaved, []
    run.parent_checkpoint_id = checkpoint_id
    run.is_saved = True
    writers = run.tasks if run.durability != "exit" else [*run.tasks, *run.last_writers.values()]
    return Save(run.thread_id, run.namespace, checkpoint, writes, writers)


def _callers_metadata(run: Run) -> dict[str, Any]:
    """What the caller's config adds to the metadata of each checkpoint. Worked out once in a run."""
    empty: Any = {"source": "", "step": 0, "parents": {}}
    found: Any = get_checkpoint_metadata(run.config, empty)
    run.callers_metadata = {key: value for key, value in found.items() if key not in empty}
    return run.callers_metadata


def _save_writes(run: Run) -> Requests:
    if not run.is_saved:
        return
    writes, run.unsaved = run.unsaved, []
    yield SaveWrites(run.thread_id, run.namespace, run.checkpoint_id, writes, run.tasks)
