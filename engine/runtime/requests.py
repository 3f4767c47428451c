"""What the superstep loop asks of its driver. The loop itself touches no store and starts no task.

A driver answers each request, either here and now or by awaiting; that is all the difference between sync and async.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

from engine.errors import GraphBubbleUp
from engine.log import log_warning
from engine.runtime.task import Task
from engine.serialization.unstorable import UnstorableValueError
from engine.store.checkpoint_store import CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite


class RunAbandoned(GraphBubbleUp):
    """Thrown into the loop when nobody waits for the run any more: it stores what there is, and ends."""


class Load(NamedTuple):
    """Answered with the checkpoint, or None."""

    thread_id: str
    namespace: str
    checkpoint_id: str | None = None

    def perform(self, store: CheckpointStore) -> StoredCheckpoint | None:
        return store.load(self.thread_id, self.namespace, self.checkpoint_id)


class LoadBefore(NamedTuple):
    """Answered with the newest checkpoint that is older than ``checkpoint_id``, or None.

    That checkpoint is another graph's, which the store's ``before`` does not know in this namespace: ids are compared.
    """

    thread_id: str
    namespace: str
    checkpoint_id: str

    def perform(self, store: CheckpointStore) -> StoredCheckpoint | None:
        for found in store.list(self.thread_id, self.namespace):
            if found.checkpoint_id < self.checkpoint_id:
                return found
        return None


@dataclass(slots=True)
class Save:
    """Store a checkpoint with the writes that led to it: one transaction."""

    thread_id: str
    namespace: str
    checkpoint: NewCheckpoint
    parent_writes: Sequence[TaskWrite]
    tasks: Sequence[Task]
    """The tasks that wrote, to name the one whose value cannot be stored."""

    def perform(self, store: CheckpointStore) -> None:
        try:
            store.save(self.thread_id, self.namespace, self.checkpoint, self.parent_writes)
        except UnstorableValueError as error:
            raise _with_node(error, self.tasks) from error


class SaveWrites(NamedTuple):
    """Store writes of a step that is not complete."""

    thread_id: str
    namespace: str
    checkpoint_id: str
    writes: Sequence[TaskWrite]
    tasks: Sequence[Task]
    """As in ``Save``."""

    def perform(self, store: CheckpointStore) -> None:
        try:
            store.save_writes(self.thread_id, self.namespace, self.checkpoint_id, self.writes)
        except UnstorableValueError as error:
            raise _with_node(error, self.tasks) from error


def _with_node(error: UnstorableValueError, tasks: Sequence[Task]) -> UnstorableValueError:
    from engine.runtime.unstorable_writes import with_node  # here, because it needs the codec and most values are fine

    return with_node(error, tasks)


@dataclass(slots=True)
class RunTasks:
    """Run these at the same time, and record each result when it is there."""

    tasks: Sequence[Task]


class ShowCheckpoint(NamedTuple):
    """Hand out what was shown so far, before the loop asks whether to stop at the checkpoint. Answered with nothing."""

    def perform(self, store: Any) -> None:
        return None


class Notify(NamedTuple):
    """Call a handler's method with an event, and await it if it is a coroutine.

    A failing handler fails nothing else.
    """

    handler: Any
    method: str
    event: Any

    def perform(self, store: Any) -> None:
        with self.failures_logged():
            result = getattr(self.handler, self.method)(self.event)
            if inspect.isawaitable(result):
                import asyncio  # here, because most runs are not asynchronous

                asyncio.run(_awaited(result))

    async def perform_async(self) -> None:
        with self.failures_logged():
            result = getattr(self.handler, self.method)(self.event)
            if inspect.isawaitable(result):
                await result

    @contextmanager
    def failures_logged(self) -> Iterator[None]:
        """Log what the handler raises; let it through if the handler says ``raise_error``."""
        try:
            yield
        except Exception as error:
            log_warning("Error in %s.%s callback: %r", type(self.handler).__name__, self.method, error)
            if getattr(self.handler, "raise_error", False):
                raise


async def _awaited(result: Any) -> Any:
    return await result


Request = Union[Load, LoadBefore, Save, SaveWrites, RunTasks, ShowCheckpoint, Notify]
Requests = Generator[Request, Any, None]
"""Asks for things and gets the answers sent in."""
StepRequests = Generator[Request, Any, bool]
"""As ``Requests``; returns whether there was something to run."""


def next_request(loop: Requests, answer: Any) -> Request | None:
    """What the loop asks for after it was sent the answer; None if it has ended."""
    try:
        return loop.send(answer)
    except StopIteration:
        return None
