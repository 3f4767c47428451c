"""LangGraph's ``langgraph.checkpoint.serde.jsonplus`` names."""

from engine.serialization.serializer import JsonPlusSerializer

__all__ = ["JsonPlusSerializer"]
