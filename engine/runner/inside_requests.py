"""Requests about what ran within subgraphs. Part of ``requests``, which says how they are served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ReadInside:
    """Reply: [InsideFacts as JSON, ...], what ran within the subgraphs of the step that began at this checkpoint."""

    thread_id: str
    checkpoint_id: str


@dataclass(frozen=True)
class EditInside:
    """Changes keys of a subgraph that the run is stopped in; it stays stopped there.

    Reply when the edit is made; refused with the reason if the run is not stopped at that checkpoint.
    """

    thread_id: str
    namespace: tuple[str, ...]
    checkpoint_id: str
    changes: dict[str, Any] = field(default_factory=dict)
