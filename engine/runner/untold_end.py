"""How a thread came to rest of which nothing was written down: what the writes on its last checkpoint tell.

Another program ran it, or the process was killed before it could tell. Called by ``run_history``; reads no state value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from engine.runner.question_facts import question_of
from engine.runner.run_events import CheckpointFacts, ErrorFacts, QuestionFacts, TaskFacts
from engine.runner.told_past import Stop
from engine.serialization.stored_error import error_type_name
from engine.store.checkpoint_store import CheckpointStore, TaskWrite

ERROR, QUESTION = "__error__", "__interrupt__"


def untold_end(store: CheckpointStore, thread_id: str, head: CheckpointFacts) -> Stop | None:
    """None if nothing failed and nobody asked, as far as can be seen."""
    stored = store.load(thread_id, "", head.id) if head.next else None
    if stored is None:
        return None
    tasks: dict[str, TaskFacts] = {}
    questions: list[QuestionFacts] = []
    errors: list[ErrorFacts] = []
    for write in stored.writes:
        node = _node_of(write, head.next)
        if node is None:
            continue
        if write.channel == ERROR:
            errors.append(_error(write.value, node))
            tasks[write.task_id] = TaskFacts(write.task_id, node, "failed", error=errors[-1])
        elif write.channel == QUESTION:
            questions += [question_of(each, node) for each in _each(write.value)]
            tasks[write.task_id] = TaskFacts(write.task_id, node, "waiting")
        elif not write.channel.startswith("__"):
            tasks.setdefault(write.task_id, TaskFacts(write.task_id, node, "done"))
    if not errors and not questions:
        return None
    outcome = "failed" if errors else "waiting"
    return Stop(outcome, "", tuple(questions), errors[0] if errors else None, tuple(tasks.values()))


def _node_of(write: TaskWrite, due: tuple[str, ...]) -> str | None:
    """By the task's path, as "~__pregel_pull, plan"; without one only where nothing else was due."""
    kind, _, name = write.task_path.partition(", ")
    if kind == "~__pregel_pull" and name:
        return name
    return due[0] if len(set(due)) == 1 else None


def _error(value: Any, node: str) -> ErrorFacts:
    if isinstance(value, BaseException):
        return ErrorFacts(error_type_name(value), str(value), getattr(value, "stored_traceback", None) or "", node)
    text = str(value)  # LangGraph stores the repr
    kind, _, rest = text.partition("(")
    if not kind.isidentifier():
        return ErrorFacts("Error", text, node=node)
    try:
        said = ast.literal_eval(f"({rest}")
    except (ValueError, SyntaxError):
        return ErrorFacts(kind, text, node=node)
    return ErrorFacts(kind, said if isinstance(said, str) else text, node=node)


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)
