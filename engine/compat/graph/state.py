"""LangGraph's ``graph.state``."""

from engine.graph.builder import BranchSpec, StateNodeSpec
from engine.runtime.state_graph import CompiledStateGraph, StateGraph

__all__ = ("BranchSpec", "CompiledStateGraph", "StateGraph", "StateNodeSpec")
