"""Threads that LangGraph has written: the channel names of its older versions. Their ids are in ``langgraph_ids``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.compiler.plan import GraphPlan
from engine.graph.names import BRANCH_TO, INTERRUPT, START, branch_channel
from engine.store.checkpoint_store import StoredCheckpoint

FORMAT = "__checkpoint_format__"
"""Where our savers keep LangGraph's format number if it is not the current one."""
NAMED_BY_TARGET = 3
"""From this format on, the channel of an edge is named after the node it leads to."""


def with_current_channels(plan: GraphPlan, stored: StoredCheckpoint) -> StoredCheckpoint:
    """The checkpoint with the channel names of today."""
    if stored.metadata.get(FORMAT, NAMED_BY_TARGET) >= NAMED_BY_TARGET or not stored.versions:
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
