"""The words of one row of the timeline: step, who ran, which branch, what changed, how long. Pure, no Qt.

Called by ``timeline_model``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from editor.debugger.run_state import BranchFacts, CheckpointRow, RunState, TaskRow
from editor.debugger.work_time import worked_s
from engine.graph.names import node_in_words
from engine.graph.spec import END, START


class RowKind(Enum):
    """The value is the word for screen readers; each kind has its own icon."""

    INPUT = "input"
    LOOP = "step"
    UPDATE = "edit"
    FORK = "fork"


def kind_of_row(row: CheckpointRow) -> RowKind:
    known = {"input": RowKind.INPUT, "update": RowKind.UPDATE, "fork": RowKind.FORK}
    return known.get(row.source, RowKind.LOOP)


def ran_text(row: CheckpointRow) -> str:
    """Which nodes made this checkpoint."""
    nodes = counted([node for node in row.ran if node != START])
    match kind_of_row(row):
        case RowKind.INPUT:
            return "Input"
        case RowKind.UPDATE:
            if row.given:
                return f"Skipped {counted(row.given)}"
            if any(route.forced for route in row.routes):
                return f"Branch of {nodes or 'START'} by hand"
            return f"Edit as {nodes}" if nodes else "Edit"
        case RowKind.FORK:
            # A copy has the parent of the step that it repeats, as in LangGraph, so its line leaves the tree there.
            return f"Fork of step {row.step - 1}"
        case _:
            return nodes or "Start"


def counted(nodes: Sequence[str]) -> str:
    """ "search_articles, search_tickets" or, after a fan-out, "joke ×3"."""
    times: dict[str, int] = {}
    for node in nodes:
        words = node_in_words(node)
        times[words] = times.get(words, 0) + 1
    return ", ".join(node if n == 1 else f"{node} ×{n}" for node, n in times.items())


def branch_text(row: CheckpointRow, parent: CheckpointRow | None = None) -> str:
    """The labels that routers chose in the step that led here, and where nodes of it went by ``Command(goto=...)``.

    ``parent``: the row that the step began at.
    """
    labels = [f"{route.label} (by hand)" if route.forced else route.label for route in row.routes]
    targets = dict.fromkeys(target for _, target in _jumps(row, parent))
    return ", ".join([*labels, *(f"goto {'END' if target == END else target}" for target in targets)])


def _jumps(row: CheckpointRow, parent: CheckpointRow | None) -> list[tuple[str, str]]:
    """(node, target)"""
    tasks = parent.tasks if parent is not None and row.source == "loop" else ()
    return [(task.node, target) for task in tasks if task.node in row.ran for target in task.jumps]


def branch_name(branch: BranchFacts) -> str:
    """What a branch is called: "" for the thread's first line as long as nobody named it."""
    return branch.name or (f"branch {branch.number + 1}" if branch.number else "")


def delete_branch_text(branch: BranchFacts, state: RunState) -> str:
    """The question before a branch goes, with what is lost: what was forked from it goes too."""
    gone = {branch.first}
    for row in state.checkpoints.values():  # a child is always younger than its parent
        if row.parent_id in gone:
            gone.add(row.id)
    below = sum(each.first in gone for each in state.branches) - 1
    steps = f"{len(gone):,} checkpoint{'' if len(gone) == 1 else 's'}"
    also = f" and {below} branch{'' if below == 1 else 'es'} forked from it" if below > 0 else ""
    return f"Delete “{branch_name(branch)}”{also} for good, {steps}?"


def branch_words(branch: BranchFacts) -> str:
    """What a search finds a branch by: its name and the note on it."""
    return "\n".join(filter(None, (branch_name(branch), branch.note)))


def branch_tip(row: CheckpointRow, parent: CheckpointRow | None = None) -> str:
    """Who decided what, in full."""
    targets = {END: "the end"}
    chosen = [
        f"{f'You chose for {route.node}:' if route.forced else f'{route.node} chose'} {route.label!r}: "
        f"{targets.get(route.target, route.target)} is next"
        for route in row.routes
    ]
    jumps = [f"{node} went to {targets.get(target, target)} by Command(goto=…)" for node, target in _jumps(row, parent)]
    return "\n".join([*chosen, *jumps])


def time_text(row: CheckpointRow, checkpoints: Mapping[str, CheckpointRow]) -> str:
    """How long the step took; of one in which nothing ran, where its results are from."""
    if row.replayed:
        return "replayed"
    parent = checkpoints.get(row.parent_id or "")
    tasks = [task for task in (parent.tasks if parent is not None else ()) if task.node in row.ran]
    if row.source == "loop" and tasks and all(task.result_from for task in tasks):
        return "cached"
    return duration_text(duration_s(row, checkpoints))


def duration_s(row: CheckpointRow, checkpoints: Mapping[str, CheckpointRow]) -> float | None:
    """How long the tasks of the step that led here worked; where several did at the same time it counts once."""
    parent = checkpoints.get(row.parent_id) if row.parent_id is not None else None
    if parent is None or row.source != "loop":
        return None
    return worked_s([task for task in parent.tasks if task.node in row.ran])


def duration_text(seconds: float | None) -> str:
    """Three figures at most; "" where the time is not known, never a made-up number."""
    if seconds is None:
        return ""
    if seconds < 0.00005:
        return "<0.1 ms"
    if seconds < 0.0995:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.00995 else f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def pending_text(row: CheckpointRow) -> tuple[str, str]:
    """What goes on from the head: (words, token of their colour). ("", "") if nothing is to be said."""
    by_state: dict[str, list[TaskRow]] = {}
    for task in row.tasks:
        by_state.setdefault(task.state, []).append(task)
    for state, words, tone in (
        ("failed", "{} failed", "failed"),
        ("waiting", "{} asks", "waiting"),
        ("running", "{} running", "running"),
        ("planned", "next: {}", "next"),
    ):
        if state in by_state:
            if state == "waiting" and len({task.node for task in by_state[state]}) > 1:
                words = "{} ask"
            return words.format(counted([task.node for task in by_state[state]])), tone
    return ("next: " + counted(row.next), "next") if row.next and row.next != (START,) else ("", "")
