"""LangGraph's ``graph.ui``."""

from engine.runtime.ui_messages import (
    AnyUIMessage,
    RemoveUIMessage,
    UIMessage,
    delete_ui_message,
    push_ui_message,
    ui_message_reducer,
)

__all__ = (
    "AnyUIMessage",
    "RemoveUIMessage",
    "UIMessage",
    "delete_ui_message",
    "push_ui_message",
    "ui_message_reducer",
)
