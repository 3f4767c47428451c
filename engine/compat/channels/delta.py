"""LangGraph's ``channels.delta``."""

from engine.channels.delta import DeltaChannel

__all__ = ("DeltaChannel",)
