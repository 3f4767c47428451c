"""LangGraph's ``runtime``."""

from engine.runtime.get_runtime import get_runtime
from engine.runtime.runtime_info import BaseUser, ExecutionInfo, RunControl, Runtime, ServerInfo

DEFAULT_RUNTIME: Runtime[None] = Runtime()

__all__ = ("DEFAULT_RUNTIME", "BaseUser", "ExecutionInfo", "RunControl", "Runtime", "ServerInfo", "get_runtime")
