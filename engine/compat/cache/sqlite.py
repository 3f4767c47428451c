"""``langgraph.cache.sqlite``."""

from engine.store.task_cache import SqliteCache as SqliteCache
