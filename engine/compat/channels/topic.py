"""LangGraph's ``channels.topic``."""

from engine.channels.topic import Topic

__all__ = ("Topic",)
