"""LangGraph's ``pregel``."""

from engine.runtime.compiled_graph import Pregel

__all__ = ("Pregel",)
