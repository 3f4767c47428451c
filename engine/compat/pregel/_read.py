"""LangGraph's ``pregel._read``: what ``NodeBuilder.build`` makes."""

from engine.compiler.node_builder import PregelNode

__all__ = ("PregelNode",)
