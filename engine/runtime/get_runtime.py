"""``get_runtime()``: the ``Runtime`` of the node that is running here."""

from __future__ import annotations

from typing import Any

from engine.runtime.running_task import running_task
from engine.runtime.runtime_info import Runtime


def get_runtime(context_schema: Any = None) -> Runtime[Any]:
    """As the ``runtime`` parameter of a node. ``context_schema`` is for type checkers only."""
    return running_task().runtime
