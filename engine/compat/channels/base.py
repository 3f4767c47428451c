"""LangGraph's ``channels.base``."""

from engine.channels.base import BaseChannel, Value

__all__ = ("BaseChannel", "Value")
