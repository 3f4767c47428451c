"""Writes that no task made: an input, a caller's command, an update of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class OutsideWrites:
    """Acts as a task that has run. Without triggers it is no step: nothing expires."""

    name: str
    writes: Sequence[tuple[str, Any]]
    triggers: Sequence[str] = ()
    path: tuple[Any, ...] = ()
