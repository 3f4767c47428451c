"""What time it is. The only place of the engine that reads a clock, so that a test can hold it still."""

from __future__ import annotations

import time
from datetime import datetime, timezone


def now_utc() -> str:
    """The time as ISO 8601 text in UTC, as checkpoints carry it."""
    return datetime.now(timezone.utc).isoformat()


monotonic_s = time.monotonic
"""Seconds since some fixed moment; for durations only."""

wall_s = time.time
"""Seconds since 1970, for time stamps that are shown."""
