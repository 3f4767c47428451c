"""A stored failure as snapshots show it: LangGraph's text, with everything that is known besides."""

from __future__ import annotations

from typing import Any

from engine.serialization.stored_error import error_type_name, traceback_text


class TaskError(str):
    """The ``repr`` of an exception, as LangGraph has it; ``type_name``, ``message`` and ``traceback`` tell the rest."""

    type_name: str
    message: str
    traceback: str | None
    """None if the store has kept none."""
    exception: BaseException | None
    """The exception itself, or what stands in for it."""

    @classmethod
    def of(cls, error: Any) -> TaskError:
        """From an exception, or from the text that LangGraph's own stores keep."""
        if not isinstance(error, BaseException):
            found = cls(str(error))
            found.type_name, found.message, found.traceback, found.exception = "", str(error), None, None
            return found
        found = cls(repr(error))
        found.type_name = error_type_name(error)
        found.message = str(error)
        found.traceback = traceback_text(error)
        found.exception = error
        return found
