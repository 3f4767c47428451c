"""The SQLite store keeps the contract of all stores, and more: durable, small, readable, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import CheckpointStoreContract


class TestSqliteStoreInAFile(CheckpointStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        store = SqliteStore(tmp_path / "runs.sqlite")
        yield store
        store.close()


class TestSqliteStoreInMemory(CheckpointStoreContract):
    @pytest.fixture
    def store(self) -> Iterator[SqliteStore]:
        store = SqliteStore(":memory:")
        yield store
        store.close()
