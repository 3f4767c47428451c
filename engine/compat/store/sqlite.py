"""``langgraph.store.sqlite``."""

from engine.store.sqlite_items import SqliteStore as SqliteStore
