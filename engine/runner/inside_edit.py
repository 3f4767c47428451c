"""An edit of the state of a subgraph that the run stopped in. Called by ``driver`` only.

Both engines write it with ``update_state`` on the subgraph's own config: the outermost graph does not notice, and its
open step goes on with the edited values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.runner.branching import START, edited_values
from engine.runner.driven_thread import checkpoint_id_of
from engine.runner.host import HostedGraph
from engine.runner.inside import Inside, Namespace
from engine.runner.run_events import CheckpointFacts, InsideSaved, TaskFacts


def edit_inside(
    hosted: HostedGraph,
    graph: Any,
    inside: Inside,
    thread_id: str,
    namespace: Namespace,
    checkpoint_id: str,
    values: Mapping[str, Any],
) -> InsideSaved:
    """Raises LookupError if the run is not stopped there, and what the engine raises for values it does not take."""
    head = inside.head_of(namespace)
    if head is None or namespace not in inside.stopped() or head.id != checkpoint_id:
        raise LookupError(
            "A value inside a subgraph can be changed only where the run is stopped in it now. To change the past, "
            "fork the outer graph before the step: the subgraph then begins anew."
        )
    where = {"thread_id": thread_id, "checkpoint_ns": "|".join(namespace)}
    writer = head.ran[0] if head.ran else START
    written = edited_values(hosted, inside.channels_of(namespace), values)
    graph.update_state({"configurable": {**where, "checkpoint_id": head.id}}, written, as_node=writer)
    snapshot = graph.get_state({"configurable": where})
    metadata = snapshot.metadata or {}
    row = CheckpointFacts(
        id=str(checkpoint_id_of(snapshot.config)),
        parent_id=head.id,
        step=metadata.get("step", head.step + 1),
        source=metadata.get("source", "update"),
        next=tuple(snapshot.next),
        changed_keys=tuple(sorted(values)),
        created_at=snapshot.created_at or "",
        ran=head.ran,
        tasks=tuple(TaskFacts(task.id, task.name) for task in snapshot.tasks),
    )
    return inside.edited(thread_id, namespace, row, snapshot.values)
