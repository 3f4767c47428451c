"""How often each node ran and each branch was taken in some runs, from what was written down of them.

What ran within subgraphs counts under the path of nodes that leads there, "review/score". Called by ``run_history``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


class VisitCounts:
    def __init__(self) -> None:
        self._nodes: Counter[str] = Counter()
        self._routes: Counter[tuple[str, str, str]] = Counter()

    def add(self, steps: Iterable[Any], inside: Iterable[Any]) -> None:
        """The facts of one thread: its steps, and what ran within the subgraphs of each of them."""
        for fact in steps:
            self._add_row(fact.data["checkpoint"], "")
        told_last = {fact.checkpoint_id: fact.data for fact in inside}
        for levels in told_last.values():
            for level in levels:
                names = [part.partition(":")[0] for part in level["namespace"] if not part.isdigit()]
                for row in level["checkpoints"]:
                    self._add_row(row, "/".join((*names, "")))

    def told(self) -> dict[str, Any]:
        """The part of ``requests.CountVisits`` that is counted."""
        return {"nodes": dict(self._nodes), "routes": [[*route, times] for route, times in self._routes.items()]}

    def _add_row(self, row: Mapping[str, Any], within: str) -> None:
        if row["source"] == "fork":  # a copy of a step that is counted already
            return
        if row["source"] == "loop":  # an edit in a node's name is no visit
            self._nodes.update(within + node for node in row["ran"])
        self._routes.update((within + each["node"], each["router"], each["label"]) for each in row["routes"])
