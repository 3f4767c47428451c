"""Where a run's chunks go: to whoever iterates over it, and to the run it is a part of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

Chunk = tuple[tuple[str, ...], str, Any]
"""(namespace, mode, payload)"""


CUSTOM_BY_TASK = "custom_by_task"
"""Our own mode: as ``custom``, each chunk with the id of the task that wrote it."""

_LIVE_MODES = frozenset(("custom", CUSTOM_BY_TASK, "messages", "tools"))


class Stream:
    """Collects the chunks of the modes that are wanted."""

    __slots__ = ("modes", "chunks", "subgraphs", "parent", "wake", "eager")

    def __init__(
        self, modes: Iterable[str], *, subgraphs: bool = False, parent: Stream | None = None, eager: bool = False
    ) -> None:
        self.modes = frozenset(modes)
        self.eager = eager
        """Whether chunks of every mode come while a task runs: from what it calls."""
        self.subgraphs = subgraphs
        """Whether chunks of subgraphs are wanted too."""
        self.parent = parent
        """The stream of the enclosing run, if that wants chunks of its subgraphs."""
        self.chunks: deque[Chunk] = deque()
        self.wake: Callable[[], None] | None = None
        """Called when a chunk arrives while tasks are running."""

    def wants(self, mode: str) -> bool:
        """Whether anybody listens to this mode."""
        return mode in self.modes or (self.parent is not None and self.parent.wants(mode))

    @property
    def is_live(self) -> bool:
        """Whether chunks come while tasks run, so that the caller must not be kept waiting by them."""
        return self.eager or self.subgraphs or not _LIVE_MODES.isdisjoint(self.modes)

    def put(self, chunk: Chunk) -> None:
        """From any thread."""
        if chunk[1] in self.modes:
            self.chunks.append(chunk)
            if self.wake is not None:
                self.wake()
        if self.parent is not None:
            self.parent.put(chunk)
