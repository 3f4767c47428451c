"""``GraphCallbackHandler``: told when a run stops at a question or breakpoint, and when it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.runtime.requests import Notify, Requests

if TYPE_CHECKING:
    from engine.runtime.run import Run


def tell_resumed(run: Run) -> Requests:
    """Call the ``on_resume`` handlers."""
    for handler in _handlers(run, "on_resume"):
        from engine.runtime.lifecycle_events import GraphResumeEvent

        event = GraphResumeEvent(_run_id(run), "pending", run.checkpoint_id, run.namespace_parts)
        yield Notify(handler, "on_resume", event)


def tell_interrupted(run: Run, status: str, interrupts: tuple[Any, ...]) -> Requests:
    """Call the ``on_interrupt`` handlers."""
    for handler in _handlers(run, "on_interrupt"):
        from engine.runtime.lifecycle_events import GraphInterruptEvent

        event = GraphInterruptEvent(_run_id(run), status, run.checkpoint_id, run.namespace_parts, interrupts)
        yield Notify(handler, "on_interrupt", event)


def _handlers(run: Run, method: str) -> Iterator[Any]:
    callbacks = run.config.get("callbacks")
    if not callbacks:
        return
    handlers = getattr(callbacks, "handlers", callbacks)
    for handler in handlers if isinstance(handlers, (list, tuple)) else [handlers]:
        if hasattr(type(handler), method):
            yield handler


def _run_id(run: Run) -> Any:
    return run.callbacks.run_id if run.callbacks is not None else run.config.get("run_id")
