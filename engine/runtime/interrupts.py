"""``interrupt()``: ask a question from inside a node, and where the answers come from."""

from __future__ import annotations

from typing import Any
from warnings import warn

from engine.errors import GraphInterrupt, LangGraphDeprecatedSinceV10, mark_invalid_resume
from engine.graph.names import RESUME
from engine.ids import interrupt_id
from engine.runtime.langgraph_ids import langgraph_interrupt_id
from engine.runtime.running_task import running_task
from engine.runtime.task import Task
from engine.runtime.type_adapter import type_adapter
from engine.types import MISSING, Interrupt


def interrupt(value: Any, *, response_schema: Any = None) -> Any:
    """The answer to a question; stops the node if there is none yet.

    When the run is resumed with ``Command(resume=...)`` the node starts again from its first line, and its questions
    get their answers in the order they are asked. With ``response_schema`` the answer is checked and returned as that
    type.
    """
    task = running_task()
    index = task.next_interrupt_index()
    adapter = None if response_schema is None or isinstance(response_schema, dict) else type_adapter(response_schema)
    answers = known_answers(task)
    if index < len(answers):
        answer = _checked(adapter, answers[index])
        task.writes.append((RESUME, answers[: index + 1]))
        return answer
    given = task.run.take_plain_answer()
    if given is not MISSING:
        answer = _checked(adapter, given, task)
        answers.append(given)
        task.writes.append((RESUME, list(answers)))
        return answer
    schema = adapter.json_schema() if adapter is not None else response_schema
    raise GraphInterrupt((Interrupt(value, _question_id(task, len(answers)), response_schema=schema),))


def _question_id(task: Task, answered: int) -> str:
    return (langgraph_interrupt_id if task.has_langgraph_id else interrupt_id)(task.namespace, answered)


def known_answers(task: Task) -> list[Any]:
    """The answers that the task's questions have so far: stored ones, and one from the caller's map of ids."""
    if task.answers is None:
        run = task.run
        answers = run.stored_answers(task.id) if run.pending else []
        if run.resume_map:
            for asked in (len(answers), 0):
                wanted = _question_id(task, asked)
                if wanted in run.resume_map:
                    answers.append(run.resume_map[wanted])
                    break
        task.answers = answers
    return task.answers


def _checked(adapter: Any, answer: Any, task: Task | None = None) -> Any:
    if adapter is None:
        return answer
    try:
        return adapter.validate_python(answer)
    except ValueError as error:
        mark_invalid_resume(error)
        if task is not None:
            task.run.give_back_plain_answer(answer)
        raise


class NodeInterrupt(GraphInterrupt):
    """Old way to ask a question: raise it."""

    def __init__(self, value: Any, id: str | None = None) -> None:
        warn(
            LangGraphDeprecatedSinceV10("NodeInterrupt is deprecated. Please use `langgraph.types.interrupt` instead."),
            stacklevel=2,
        )
        super().__init__([Interrupt(value) if id is None else Interrupt(value, id)])
