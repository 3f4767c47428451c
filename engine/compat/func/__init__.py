"""LangGraph's ``func``."""

from engine.runtime.functional import entrypoint, task

__all__ = ("entrypoint", "task")
