"""LangGraph's ``langgraph.checkpoint.memory`` names."""

from engine.store.memory_saver import InMemorySaver, MemorySaver

__all__ = ["InMemorySaver", "MemorySaver"]
