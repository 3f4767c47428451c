"""LangGraph's ``langgraph.checkpoint.sqlite`` names."""

from engine.store.sqlite_saver import SqliteSaver

__all__ = ["SqliteSaver"]
