"""Each case is seeded. ``STEPGRAPH_TORTURE_SEED`` runs another one; a failure names its seed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("STEPGRAPH_TORTURE_SEED", "20260101"))


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """A folder in memory where there is one: what is tested here is not how fast the disk syncs."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        yield Path(folder)
