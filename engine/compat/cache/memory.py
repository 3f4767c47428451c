"""``langgraph.cache.memory``."""

from engine.store.task_cache import InMemoryCache as InMemoryCache
