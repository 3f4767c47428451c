"""Who failed of itself, whose work is kept, and who did not run because of it. Pure, no Qt.

Read by ``run_picture`` and by the error card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from editor.debugger.run_state import CheckpointRow, TaskRow
from engine.graph.spec import END, GraphSpec


def failures(row: CheckpointRow) -> tuple[TaskRow, ...]:
    """The tasks that raised an error of their own, the earliest to fail first as far as times are known."""
    failed = [task for task in row.tasks if task.state == "failed"]
    return tuple(sorted(failed, key=lambda task: (task.started_at_s or 0.0) + (task.duration_s or 0.0)))


def victims(row: CheckpointRow, graph: GraphSpec) -> Mapping[str, tuple[str, ...]]:
    """Nodes that did not run, or not to their end, with the nodes whose failure is the reason.

    Those of the same step that were cancelled or never begun, and those that a plain edge leads to from a failed one.
    """
    roots = tuple(dict.fromkeys(task.node for task in failures(row)))
    if not roots:
        return {}
    found = {task.node: roots for task in row.tasks if task.state == "planned" and task.node not in roots}
    for edge in graph.edges:
        reasons = tuple(node for node in roots if node in edge.sources)
        if reasons and edge.target != END and edge.target not in roots:
            found.setdefault(edge.target, reasons)
    return found


def failure_lines(row: CheckpointRow, graph: GraphSpec | None, told: str | None) -> tuple[str, ...]:
    """What the error card says beside the failure of the node ``told``: others, what is kept, and the victims."""
    failed = failures(row)
    times = Counter(task.node for task in failed)
    lines = []
    if told is not None and times[told] > 1:
        lines.append(f"{times[told]} tasks of {told} failed: the arrows on its card lead from one to the next.")
    if any(task.node == told and task.error is not None and task.error.while_routing for task in failed):
        lines.append(f"{told} had done its work, and does it again with its router.")
    for node in dict.fromkeys(task.node for task in failed if task.node != told):
        error = next(task.error for task in failed if task.node == node)
        words = "" if error is None else f": {error.kind}: {error.message}".splitlines()[0]
        who = node if times[node] == 1 else f"{times[node]} tasks of {node}"
        lines.append(f"{who} failed as well{words[:200]}")
    if kept := _kept(row):
        lines.append(f"{', '.join(kept)} finished and will not run again.")
    by_reason: dict[tuple[str, ...], list[str]] = {}
    for name, reasons in (victims(row, graph) if graph is not None else {}).items():
        by_reason.setdefault(reasons, []).append(name)
    lines += [f"Not run because of {' and '.join(why)}: {', '.join(names)}." for why, names in by_reason.items()]
    return tuple(lines)


def _kept(row: CheckpointRow) -> list[str]:
    """Who finished; of a fan-out of which only some tasks did, how many."""
    times = Counter(task.node for task in row.tasks)
    done = Counter(task.node for task in row.tasks if task.state == "done")
    return [
        node if count == times[node] else f"{count} of {times[node]} tasks of {node}" for node, count in done.items()
    ]
