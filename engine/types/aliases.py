"""Names for what a graph is configured with, and the absence of a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

All = Literal["*"]
"""Every node that is not hidden."""

StreamMode = Literal["values", "updates", "checkpoints", "tasks", "debug", "messages", "custom"]
StreamWriter = Callable[[Any], None]
"""Writes a value to the ``custom`` stream; does nothing if nobody listens."""
Durability = Literal["sync", "async", "exit"]
Checkpointer = Any
"""None (inherit), True (keep state per thread), False (save nothing), a saver, or a ``CheckpointStore``."""
Config = dict[str, Any]
"""A ``RunnableConfig``: configurable, metadata, tags, recursion_limit, ..."""
StateValue = Any


class _Missing:
    """The absence of a value where None is one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()
