"""Task and question ids of threads that LangGraph has written.

With these a thread goes on here where it stopped there: finished tasks are not run again, questions keep their ids.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.names import NS_SEP, PULL
from engine.ids import NULL_TASK_ID
from engine.runtime.langgraph_thread import FORMAT, NAMED_BY_TARGET
from engine.runtime.run import Run
from engine.runtime.task import Task
from engine.xxh3 import xxh3_128_hex


def adopt_langgraph_ids(run: Run, tasks: Sequence[Task]) -> None:
    """Give tasks LangGraph's ids if writes of this step are stored under those and none under ours."""
    owners = {write[0] for write in run.pending if write[0] != NULL_TASK_ID}
    if not owners or any(task.id in owners for task in tasks):
        return
    for task in tasks:
        id = _langgraph_id(run, task)
        if id in owners:
            task.adopt_langgraph_id(id)


def langgraph_interrupt_id(task_namespace: str, answered: int) -> str:
    """The id that LangGraph gives a task's question."""
    return xxh3_128_hex((f"{task_namespace}|{answered}" if answered else task_namespace).encode())


def _langgraph_id(run: Run, task: Task) -> str:
    namespace = f"{run.namespace}{NS_SEP}{task.name}" if run.namespace else task.name
    place = task.triggers if task.path[0] == PULL else (str(task.path[1]),)
    parts = "".join((namespace, str(run.step), task.name, task.path[0], *place))
    hashed = bytes.fromhex(run.checkpoint_id.replace("-", "")) + parts.encode()
    is_first_format = run.checkpoint_metadata.get(FORMAT, NAMED_BY_TARGET) <= 1
    digest = _sha1_hex(hashed)[:32] if is_first_format else xxh3_128_hex(hashed)
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def _sha1_hex(data: bytes) -> str:
    from hashlib import sha1  # here, because only old files need it

    return sha1(data, usedforsecurity=False).hexdigest()
