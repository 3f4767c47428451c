"""Threads that LangGraph has written: their task ids, and the channel names of its older versions.

With these a thread goes on here where it stopped there: finished tasks are not run again, questions keep their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from engine.compiler.plan import GraphPlan
from engine.graph.names import BRANCH_TO, INTERRUPT, NS_SEP, PULL, START, branch_channel
from engine.ids import NULL_TASK_ID
from engine.store.checkpoint_store import StoredCheckpoint
from engine.xxh3 import xxh3_128_hex

if TYPE_CHECKING:
    from engine.runtime.run import Run
    from engine.runtime.task import Task

FORMAT = "__checkpoint_format__"
"""Where our savers keep LangGraph's format number if it is not the current one."""
_NAMED_BY_TARGET = 3
"""From this format on, the channel of an edge is named after the node it leads to."""


def adopt_langgraph_ids(run: Run, tasks: Sequence[Task]) -> None:
    """Give tasks LangGraph's ids if writes of this step are stored under those and none under ours."""
    owners = {write[0] for write in run.pending if write[0] != NULL_TASK_ID}
    if not owners or any(task.id in owners for task in tasks):
        return
    for task in tasks:
        id = _langgraph_id(run, task)
        if id in owners:
            task.adopt_langgraph_id(id)


def langgraph_interrupt_id(task_namespace: str, answered: int) -> str:
    """The id that LangGraph gives a task's question."""
    return xxh3_128_hex((f"{task_namespace}|{answered}" if answered else task_namespace).encode())


def _langgraph_id(run: Run, task: Task) -> str:
    namespace = f"{run.namespace}{NS_SEP}{task.name}" if run.namespace else task.name
    place = task.triggers if task.path[0] == PULL else (str(task.path[1]),)
    parts = "".join((namespace, str(run.step), task.name, task.path[0], *place))
    hashed = bytes.fromhex(run.checkpoint_id.replace("-", "")) + parts.encode()
    is_first_format = run.checkpoint_metadata.get(FORMAT, _NAMED_BY_TARGET) <= 1
    digest = sha1(hashed, usedforsecurity=False).hexdigest()[:32] if is_first_format else xxh3_128_hex(hashed)
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def with_current_channels(plan: GraphPlan, stored: StoredCheckpoint) -> StoredCheckpoint:
    """The checkpoint with the channel names of today."""
    if stored.metadata.get(FORMAT, _NAMED_BY_TARGET) >= _NAMED_BY_TARGET or not stored.versions:
        return stored
    renamed = _Renamed(stored)
    for name in list(stored.versions):
        node = name.rsplit(":", 1)[-1]
        is_start_edge = name.startswith("start:")
        is_old_branch = name.startswith("branch:") and name.count(":") == 3
        if (is_start_edge or is_old_branch) and node in plan.nodes:
            renamed.move(name, [node])
        elif name in plan.nodes and name != START:
            renamed.move(name, _static_targets(plan, name))
    return replace(stored, values=renamed.values, versions=renamed.versions, seen=renamed.seen)


def _static_targets(plan: GraphPlan, node: str) -> list[str]:
    return [name[len(BRANCH_TO) :] for name, _ in plan.nodes[node].writes(None) if name.startswith(BRANCH_TO)]


class _Renamed:
    """Copies of a checkpoint's parts in which channels get other names."""

    def __init__(self, stored: StoredCheckpoint) -> None:
        self.values: dict[str, Any] = dict(stored.values)
        self.versions: dict[str, Any] = dict(stored.versions)
        self.seen: dict[str, dict[str, Any]] = {node: dict(seen) for node, seen in stored.seen.items()}

    def move(self, name: str, targets: Sequence[str]) -> None:
        """What was said of one channel is now said of the channels of these nodes."""
        version = self.versions.pop(name)
        has_value = name in self.values
        value = self.values.pop(name, None)
        for target in targets:
            new = branch_channel(target)
            self.versions[new] = max(version, self.versions.get(new, version))
            if has_value:
                self.values.setdefault(new, value)
            for node in (target, INTERRUPT):
                seen = self.seen.get(node, {})
                if name in seen:
                    seen[new] = max(seen[name], seen.get(new, seen[name]))
        for seen in self.seen.values():
            seen.pop(name, None)
