"""Our savers pass the conformance suite that LangGraph publishes for savers, its optional parts included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from engine.store.memory_saver import InMemorySaver
from engine.store.sqlite_saver import AsyncSqliteSaver, SqliteSaver

conformance = pytest.importorskip("langgraph.checkpoint.conformance", reason="langgraph-checkpoint-conformance")

SPECS = 58 + 23
"""Required and optional ones of version 0.0.2."""


@pytest.mark.parametrize("kind", ["memory", "sqlite", "async sqlite"])
def test_every_spec_passes(kind: str, tmp_path: Path) -> None:
    async def savers() -> AsyncGenerator[Any, None]:
        if kind == "memory":
            yield InMemorySaver()
        elif kind == "sqlite":
            with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
                yield saver
        else:
            async with AsyncSqliteSaver.from_conn_string(":memory:") as async_saver:
                yield async_saver

    report = asyncio.run(conformance.validate(conformance.checkpointer_test(name=kind)(savers)))

    failures = [failure for result in report.results.values() for failure in result.failures]
    assert failures == []
    assert sum(result.tests_passed for result in report.results.values()) == SPECS
