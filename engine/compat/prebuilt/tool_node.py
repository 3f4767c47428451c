"""LangGraph's ``prebuilt.tool_node``. Needs langchain-core."""

from engine.runtime.tool_answers import ToolInvocationError
from engine.runtime.tool_arguments import InjectedState, InjectedStore, ToolRuntime
from engine.runtime.tool_node import ToolCallRequest, ToolNode, tools_condition

__all__ = (
    "InjectedState",
    "InjectedStore",
    "ToolCallRequest",
    "ToolInvocationError",
    "ToolNode",
    "ToolRuntime",
    "tools_condition",
)
