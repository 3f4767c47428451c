"""The memory store keeps the contract of all stores."""

from __future__ import annotations

import pytest

from engine.store.memory_store import MemoryStore
from tests.contracts.checkpoint_store_contract import THREAD, CheckpointStoreContract, new_checkpoint


class TestMemoryStore(CheckpointStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    def test_threads_and_namespaces_are_listed_oldest_first(self, store: MemoryStore) -> None:
        store.save("b", "", new_checkpoint("c1"))
        store.save("a", "", new_checkpoint("c1"))
        store.save(THREAD, "sub", new_checkpoint("c1"))
        store.save("b", "inner", new_checkpoint("c1"))

        assert store.threads() == ("b", "a", THREAD)
        assert store.namespaces("b") == ("", "inner")
