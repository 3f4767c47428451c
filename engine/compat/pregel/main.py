"""LangGraph's ``pregel.main``."""

from engine.runtime.compiled_graph import Pregel

__all__ = ("Pregel",)
