"""The memory store keeps the contract of all stores."""

from __future__ import annotations

import pytest

from engine.store.memory_store import MemoryStore
from tests.contracts.checkpoint_store_contract import CheckpointStoreContract


class TestMemoryStore(CheckpointStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
