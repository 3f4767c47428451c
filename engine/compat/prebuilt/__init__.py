"""LangGraph's ``prebuilt``: what runs tools. Agents are made with ``langchain.agents``, or from nodes."""

from engine.compat.prebuilt.tool_node import InjectedState, InjectedStore, ToolNode, ToolRuntime, tools_condition

__all__ = ("InjectedState", "InjectedStore", "ToolNode", "ToolRuntime", "tools_condition")
