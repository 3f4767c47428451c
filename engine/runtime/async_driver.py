"""Answers the superstep loop's requests on the running event loop. The twin of ``sync_driver``, no more than that.

Tasks are run by ``async_workers``, stores are asked by ``perform_async``.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator

from engine.clock import monotonic_s
from engine.runtime.async_workers import AsyncWorkers
from engine.runtime.perform_async import perform_async
from engine.runtime.requests import Requests, RunAbandoned, RunTasks, next_request
from engine.runtime.run import Run
from engine.runtime.superstep_loop import superstep_loop

LONGEST_TURN_S = 0.001
"""So long a run whose nodes await nothing may keep the loop from everybody else, and from a cancellation."""


async def drive_async(run: Run) -> AsyncGenerator[None, None]:
    """Run to the end. Yields when there may be something new to show; raises what the run raises."""
    loop = superstep_loop(run)
    workers = AsyncWorkers(run, loop)
    run.executor = workers
    is_watched = run.stream is not None
    failure: BaseException | None = None
    last_turn_s = monotonic_s()
    try:
        request = next_request(loop, None)
        while request is not None:
            if type(request) is RunTasks:
                tasks = request.tasks
                if workers.may_run_alone(tasks):
                    await workers.run_alone(tasks[0])
                    tasks = ()
                if tasks or workers.is_busy:
                    async for _ in workers.run_step(tasks):
                        yield
                request = workers.next_request()
            else:
                request = next_request(loop, await perform_async(run.store, request))
            if is_watched:
                yield  # also that tasks start: it is shown before they run, however long they take
            if monotonic_s() - last_turn_s > LONGEST_TURN_S:
                await asyncio.sleep(0)
                last_turn_s = monotonic_s()
    except BaseException as error:
        failure = error
        raise
    finally:
        if run.callbacks is not None:
            run.callbacks.end(run, failure)
        await workers.stop()
        if run.thread_hops is not None:
            run.thread_hops.stop()
        await _abandon(run, loop)


async def _abandon(run: Run, loop: Requests) -> None:
    """If the loop is not at its end, let it store what there is."""
    if inspect.getgeneratorstate(loop) == inspect.GEN_CLOSED:
        return
    try:
        request = loop.throw(RunAbandoned)
        while True:
            answer = None if type(request) is RunTasks else await perform_async(run.store, request)
            request = loop.send(answer)
    except (StopIteration, RunAbandoned):
        return
