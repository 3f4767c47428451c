"""What a ``GraphCallbackHandler`` is told. Loaded by ``lifecycle_callbacks`` when there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GraphInterruptEvent:
    """A run has stopped."""

    run_id: Any
    status: str
    checkpoint_id: str
    checkpoint_ns: tuple[str, ...]
    interrupts: tuple[Any, ...]


@dataclass(frozen=True)
class GraphResumeEvent:
    """A run goes on."""

    run_id: Any
    status: str
    checkpoint_id: str
    checkpoint_ns: tuple[str, ...]
