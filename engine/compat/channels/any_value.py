"""LangGraph's ``channels.any_value``."""

from engine.channels.ephemeral import AnyValue

__all__ = ("AnyValue",)
