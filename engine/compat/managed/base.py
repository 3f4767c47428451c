"""LangGraph's ``managed.base``."""

from engine.channels.managed import ManagedValue, is_managed_value

ManagedValueSpec = type[ManagedValue]
ManagedValueMapping = dict[str, ManagedValueSpec]

__all__ = ("ManagedValue", "ManagedValueMapping", "ManagedValueSpec", "is_managed_value")
