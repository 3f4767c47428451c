"""``langgraph.store.sqlite.aio``."""

from engine.store.async_sqlite_items import AsyncSqliteStore as AsyncSqliteStore
