"""LangGraph's ``graph``."""

from engine.compat.graph.message import MessageGraph
from engine.graph.message import MessagesState, add_messages
from engine.graph.names import END, START
from engine.runtime.state_graph import StateGraph

__all__ = ("END", "START", "MessageGraph", "MessagesState", "StateGraph", "add_messages")
