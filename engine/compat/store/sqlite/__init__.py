"""``langgraph.store.sqlite``."""

from engine.store.async_sqlite_items import AsyncSqliteStore as AsyncSqliteStore
from engine.store.sqlite_items import SqliteStore as SqliteStore
