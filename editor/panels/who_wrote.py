"""Which step wrote a key last, seen from a checkpoint: back along its parents. Pure, no Qt. For ``state_panel``."""

from __future__ import annotations

from editor.debugger.run_state import CheckpointRow, RunState
from editor.panels.timeline_text import RowKind, counted, kind_of_row
from engine.graph.spec import START


def last_writer(state: RunState, checkpoint_id: str, key: str) -> CheckpointRow | None:
    """The nearest checkpoint on the way back whose step changed the key; None if no step did."""
    row = state.checkpoints.get(checkpoint_id)
    while row is not None and key not in row.changed_keys:
        row = state.checkpoints.get(row.parent_id or "")
    return row


def writer_text(key: str, writer: CheckpointRow | None) -> str:
    """ "classify wrote intent in step 1." """
    if writer is None:
        return f"No step on the way here changed {key}."
    nodes = counted([node for node in writer.ran if node != START])
    match kind_of_row(writer):
        case RowKind.INPUT:
            return f"{key} came with the input."
        case RowKind.UPDATE:
            return f"You wrote {key} in step {writer.step}{f', as {nodes}' if nodes else ''}."
        case _ if not nodes:
            return f"{key} came with the input."
        case _:
            return f"{nodes} wrote {key} in step {writer.step}."
