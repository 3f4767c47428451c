"""LangGraph's ``pregel``."""

from engine.compiler.node_builder import NodeBuilder
from engine.runtime.wired_graph import Pregel

__all__ = ("NodeBuilder", "Pregel")
