"""``push_message``: write a message to the ``messages`` stream by hand."""

from __future__ import annotations

from typing import Any

from engine.graph.message import id_of, messages_of
from engine.runtime.running_task import running_task


def push_message(message: Any, *, state_key: str | None = "messages") -> Any:
    """Show a message in stream mode ``messages``, and write it to a state key unless that is None."""
    task = running_task()
    (message,) = messages_of([message])
    if id_of(message) is None:
        raise ValueError("Message ID is required")
    task.run.emit("messages", (message, task.metadata))
    if state_key:
        task.writes.append((state_key, message))
    return message
