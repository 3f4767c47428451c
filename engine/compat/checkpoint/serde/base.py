"""LangGraph's ``langgraph.checkpoint.serde.base`` names."""

from engine.serialization.serializer import SerializerProtocol, UntypedSerializerProtocol

__all__ = ["SerializerProtocol", "UntypedSerializerProtocol"]
