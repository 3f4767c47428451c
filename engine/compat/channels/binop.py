"""LangGraph's ``channels.binop``."""

from engine.channels.reducer import BinaryOperatorAggregate
from engine.channels.reducer import unwrap_overwrite as _get_overwrite

__all__ = ("BinaryOperatorAggregate", "_get_overwrite")
