"""LangGraph's ``channels.untracked_value``."""

from engine.channels.untracked import UntrackedValue

__all__ = ("UntrackedValue",)
