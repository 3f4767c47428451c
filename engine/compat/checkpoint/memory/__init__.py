"""LangGraph's ``langgraph.checkpoint.memory`` names."""

from engine.store.memory_saver import InMemorySaver, MemorySaver
from engine.store.persistent_dict import PersistentDict

__all__ = ["InMemorySaver", "MemorySaver", "PersistentDict"]
