"""Each case is seeded. ``STEPGRAPH_TORTURE_SEED`` runs another one; a failure names its seed."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("STEPGRAPH_TORTURE_SEED", "20260101"))
