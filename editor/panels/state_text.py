"""The words of the state panel: which moment is shown, why there is nothing to show, what is marked. Pure, no Qt."""

from __future__ import annotations

from dataclasses import replace

from editor.debugger.run_state import CheckpointRow, Phase
from editor.panels.fork_draft import ForkDraft
from editor.widgets.key_words import said
from editor.widgets.preview_node import Path, PreviewItem, preview_of_json
from engine.graph.spec import START


def with_draft(item: PreviewItem, draft: ForkDraft | None) -> PreviewItem:
    """One key with the value of the draft in place of the one at the checkpoint."""
    if draft is None or item.path[0] not in {edit.path[0] for edit in draft.edits}:
        return item
    return replace(item, node=preview_of_json(draft.value_of(item.path[0]), item.path))


def marks_of(row: CheckpointRow | None, draft: ForkDraft | None) -> dict[Path, str]:
    """What the last step changed, and over it what is edited but not forked yet."""
    marks: dict[Path, str] = {(key,): "changed" for key in (row.changed_keys if row is not None else ())}
    return marks | dict.fromkeys(draft.paths if draft is not None else (), "edited")


def moment_text(row: CheckpointRow) -> str:
    """Which moment it is: "step 1, after classify". Many names may be cut off, the number not."""
    if row.source == "input":
        return "the input, before the first step"
    ran = " and ".join(node for node in row.ran if node != START)
    if row.source == "update":
        return f"step {row.step}, after your edit"
    return f"step {row.step}, after {ran}" if ran else f"step {row.step}, nothing has run yet"


def no_task_text(row: CheckpointRow) -> tuple[str, str]:
    """Why no task wrote this checkpoint."""
    match row.source:
        case "input":
            return "No task has run", "This is the input, before the first step. The Diff tab shows what is in it."
        case "update":
            return "You wrote this", "The step was made by an edit. The Diff tab shows what it changed."
        case _:
            return "No task wrote this", "A fork begins with the state of the checkpoint that it was made from."


def nothing_yet(phase: Phase) -> tuple[str, str]:
    if phase in (Phase.STARTING, Phase.RUNNING):
        return "Starting", "The state appears here with the first checkpoint."
    how = said("Press {F5} to run, or {F10} to step node by node.")
    return "No run yet", f"{how} What each step changes appears here."
