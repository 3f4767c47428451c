"""LangGraph's ``channels.ephemeral_value``."""

from engine.channels.ephemeral import EphemeralValue

__all__ = ("EphemeralValue",)
