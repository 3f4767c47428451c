"""``langgraph.store.memory``."""

from engine.store.memory_items import InMemoryStore as InMemoryStore
