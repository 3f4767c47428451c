"""What time it is. The only place of the engine that reads a clock, so that a test can hold it still."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Protocol

_second = (-1, "")
"""A second since 1970, and its text; replaced whole, so that threads need no lock."""


def now_utc() -> str:
    """The time as ISO 8601 text in UTC, as checkpoints carry it; always with microseconds."""
    global _second
    second, rest_ns = divmod(time.time_ns(), 1_000_000_000)
    known, text = _second
    if second != known:
        text = datetime.fromtimestamp(second, timezone.utc).isoformat()[:19]
        _second = (second, text)
    return f"{text}.{rest_ns // 1000:06d}+00:00"


monotonic_s = time.monotonic
"""Seconds since some fixed moment; for durations only."""

wall_s = time.time
"""Seconds since 1970, for time stamps that are shown."""


class Clock(Protocol):
    """Time for what waits and counts; a test gives one that it turns by hand."""

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment."""

    def now(self) -> datetime:
        """The time in UTC, for texts."""

    def wait(self, seconds: float) -> None:
        """Block this thread so long."""

    async def wait_async(self, seconds: float) -> None:
        """Let the event loop go on with something else so long."""


class SystemClock:
    """The real time."""

    def monotonic_s(self) -> float:
        """``time.monotonic``"""
        return time.monotonic()

    def now(self) -> datetime:
        """The system's time in UTC."""
        return datetime.now(timezone.utc)

    def wait(self, seconds: float) -> None:
        """``time.sleep``"""
        time.sleep(seconds)

    async def wait_async(self, seconds: float) -> None:
        """``asyncio.sleep``"""
        import asyncio  # here, because half of the engine needs the time and no event loop

        await asyncio.sleep(seconds)


SYSTEM_CLOCK = SystemClock()
