"""LangGraph's ``pregel.protocol``."""

from engine.runtime.compiled_graph import Pregel as PregelProtocol

__all__ = ("PregelProtocol",)
