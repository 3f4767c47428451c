"""What the engine counts as finished in the open step, where the stream did not come to tell it. For ``driver``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.runner.run_events import TaskFacts


def unfinished(graph: Any, thread_id: str, begun: Iterable[TaskFacts]) -> frozenset[str]:
    """The nodes that are still due. langgraph cannot read a step whose writes conflict: then all that began are."""
    try:
        return frozenset(_state(graph, thread_id).next)
    except Exception:
        return frozenset(task.node for task in begun)


def without_result(graph: Any, thread_id: str) -> frozenset[str]:
    """Tasks by id that would run again. None where writes conflict: their results are kept."""
    try:
        return frozenset(task.id for task in _state(graph, thread_id).tasks if task.result is None)
    except Exception:
        return frozenset()


def _state(graph: Any, thread_id: str) -> Any:
    return graph.get_state({"configurable": {"thread_id": thread_id}})
