"""LangGraph's ``channels.last_value``."""

from engine.channels.last_value import LastValue, LastValueAfterFinish

__all__ = ("LastValue", "LastValueAfterFinish")
