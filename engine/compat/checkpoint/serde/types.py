"""LangGraph's ``langgraph.checkpoint.serde.types`` names."""

from engine.store.checkpoint_tuple import ERROR, INTERRUPT, RESUME, SCHEDULED, TASKS

__all__ = ["ERROR", "INTERRUPT", "RESUME", "SCHEDULED", "TASKS"]
