"""Timeouts of asynchronous nodes: a hard one for an attempt, and one that each sign of life puts off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal

from engine.clock import monotonic_s
from engine.errors import NodeTimeoutError

if TYPE_CHECKING:
    from engine.runtime.task import Task


async def call_with_timeout(task: Task, work: Coroutine[Any, Any, None]) -> None:
    """Await the work; cancel it and raise ``NodeTimeoutError`` when the task's policy says so."""
    policy = task.timeout
    assert policy is not None, "asked for only if the task has a policy"
    run_s = _seconds(policy.run_timeout)
    idle_s = _seconds(policy.idle_timeout)
    started = last_sign = monotonic_s()

    def beat() -> None:
        nonlocal last_sign
        last_sign = monotonic_s()

    task.heartbeat = beat
    inner = asyncio.ensure_future(work)
    try:
        while not inner.done():
            now = monotonic_s()
            waits = [
                limit - (now - since) for limit, since in ((run_s, started), (idle_s, last_sign)) if limit is not None
            ]
            left = min(waits)
            if left <= 0:
                kind: Literal["run", "idle"] = "run" if run_s is not None and now - started >= run_s else "idle"
                await _stop(task, inner)
                raise NodeTimeoutError(
                    task.name,
                    now - (started if kind == "run" else last_sign),
                    kind=kind,
                    run_timeout=run_s,
                    idle_timeout=idle_s,
                )
            await asyncio.wait((inner,), timeout=left)
        await inner
    except asyncio.CancelledError:
        if not inner.done():
            await _stop(task, inner)
        raise
    finally:
        task.heartbeat = None


async def _stop(task: Task, inner: asyncio.Future[None]) -> None:
    """Cancel the attempt and drop what it still writes."""
    was_cancelled = task.is_cancelled
    task.is_cancelled = True
    inner.cancel()
    await asyncio.wait((inner,))
    if not inner.cancelled():
        inner.exception()
    task.is_cancelled = was_cancelled


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)
