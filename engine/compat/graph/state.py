"""LangGraph's ``graph.state``."""

from engine.graph.graph_parts import BranchSpec, StateNodeSpec
from engine.runtime.state_graph import CompiledStateGraph, StateGraph

__all__ = ("BranchSpec", "CompiledStateGraph", "StateGraph", "StateNodeSpec")
