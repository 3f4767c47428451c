"""Which checkpoints the timeline shows: by text, by node, by changed key, or only failures. Pure, no Qt.

Set by ``timeline_bar``, asked by ``timeline_model`` for each row once.
"""

from __future__ import annotations

from dataclasses import dataclass

from editor.debugger.run_state import CheckpointRow
from editor.panels.timeline_text import branch_text, kind_of_row, ran_text


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """A row must meet every condition that is set."""

    text: str = ""
    node: str = ""
    """The step ran this node, or tried to."""
    key: str = ""
    """The step changed this key."""
    only_failed: bool = False

    @property
    def is_on(self) -> bool:
        return self != TimelineFilter()

    def matches(self, row: CheckpointRow, branch: str = "") -> bool:
        """``branch``: the name of the row's branch and the note on it."""
        if not self.is_on:
            return True
        failed = {task.node for task in row.tasks if task.state == "failed"}
        if self.only_failed and not failed:
            return False
        if self.node and self.node not in row.ran and self.node not in failed:
            return False
        if self.key and self.key not in row.changed_keys:
            return False
        return not self.text or self.text.casefold() in f"{_words(row)}\n{branch}".casefold()


def _words(row: CheckpointRow) -> str:
    """All that a row shows, and what failed from it."""
    errors = [f"{task.error.kind} {task.error.message}" for task in row.tasks if task.error is not None]
    words = (
        ran_text(row),
        kind_of_row(row).value,
        branch_text(row),
        " ".join(row.changed_keys),
        row.note,
        *row.tags,
        *errors,
    )
    return "\n".join(words)
