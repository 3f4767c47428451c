"""LangGraph's ``langgraph.checkpoint.sqlite.aio`` names."""

from engine.store.sqlite_saver import AsyncSqliteSaver

__all__ = ["AsyncSqliteSaver"]
