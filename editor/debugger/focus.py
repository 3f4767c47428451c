"""What the user looks at: one checkpoint of the shown thread, and perhaps one node. Frozen, no Qt.

Only ``DebugSession.look_at`` and its relatives make a new Focus.
"""

from __future__ import annotations

from dataclasses import dataclass

from editor.debugger.run_state import CheckpointRow, RunState


@dataclass(frozen=True)
class Focus:
    checkpoint_id: str | None = None
    """None follows the head: the newest checkpoint of the branch that runs."""
    node: str | None = None
    inside: tuple[tuple[str, ...], str] | None = None
    """(namespace, checkpoint) of a subgraph; None: where it got to."""

    def in_past(self, run_state: RunState) -> bool:
        """Whether something else than the head is shown."""
        return self.checkpoint_id is not None and self.checkpoint_id != run_state.head

    def shown_id(self, run_state: RunState) -> str | None:
        return run_state.head if self.checkpoint_id is None else self.checkpoint_id

    def shown(self, run_state: RunState) -> CheckpointRow | None:
        """The row of the shown checkpoint; None before the first one."""
        shown_id = self.shown_id(run_state)
        return None if shown_id is None else run_state.checkpoints.get(shown_id)

    def one_back(self, run_state: RunState) -> str | None:
        """The parent of the shown checkpoint."""
        shown = self.shown(run_state)
        return shown.parent_id if shown is not None and shown.parent_id in run_state.checkpoints else None

    def one_ahead(self, run_state: RunState) -> str | None:
        """The next checkpoint towards the head, or the newest child if the shown one is on another branch."""
        shown = self.shown_id(run_state)
        if shown is None or not self.in_past(run_state):
            return None
        to_head = [row.id for row in run_state.path_to(run_state.head) if row.parent_id == shown]
        children = [row.id for row in run_state.checkpoints.values() if row.parent_id == shown]
        ahead = to_head or children
        return ahead[-1] if ahead else None
