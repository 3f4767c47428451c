"""LangGraph's ``managed.base``."""

from engine.channels.managed import ManagedValue, is_managed_value

__all__ = ("ManagedValue", "is_managed_value")
