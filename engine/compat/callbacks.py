"""LangGraph's ``callbacks``."""

from __future__ import annotations

from typing import Any, Literal

from engine.runtime.lifecycle_events import GraphInterruptEvent, GraphResumeEvent

try:
    from langchain_core.callbacks import BaseCallbackHandler
except ImportError:
    BaseCallbackHandler = object  # type: ignore[assignment, misc] # without langchain-core a handler is a plain class

GraphLifecycleEvent = GraphInterruptEvent | GraphResumeEvent
GraphLifecycleStatus = Literal["input", "pending", "done", "interrupt_before", "interrupt_after", "out_of_steps"]


class GraphCallbackHandler(BaseCallbackHandler):
    """Subclass it and put it into ``config["callbacks"]``."""

    def on_interrupt(self, event: GraphInterruptEvent) -> Any:
        """A run has stopped."""

    def on_resume(self, event: GraphResumeEvent) -> Any:
        """A run goes on."""


__all__ = (
    "GraphCallbackHandler",
    "GraphInterruptEvent",
    "GraphLifecycleEvent",
    "GraphLifecycleStatus",
    "GraphResumeEvent",
)
