"""LangGraph's ``config``."""

from engine.runtime.running_task import get_config, get_store, get_stream_writer

__all__ = ("get_config", "get_store", "get_stream_writer")
