"""Exceptions as data: what stands in for one whose class is not known here, and what is kept of any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TRACEBACK_CHARS = 20_000
"""A traceback of endless recursion is cut in the middle; both ends tell more than the rest."""


class StoredError(Exception):
    """A stored exception, read where its class is not known. ``repr`` and ``str`` are those of the original."""

    def __init__(
        self, type_name: str, message: str, args: Sequence[Any] = (), state: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(*args)
        self.type_name = type_name
        """``module:qualified.name`` of the class it had."""
        self.message = message
        self.state = dict(state or {})
        self.stored_traceback: str | None = None

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.args))
        return f"{self.type_name.rpartition(':')[2].rpartition('.')[2]}({shown})"

    def __eq__(self, other: object) -> bool:
        mine = (self.type_name, self.message, self.args, self.state)
        return isinstance(other, StoredError) and mine == (other.type_name, other.message, other.args, other.state)

    __hash__ = Exception.__hash__


def error_type_name(error: BaseException) -> str:
    """``ValueError``, or ``shop.OutOfStock``: the class an error has, or had before it was stored."""
    name = error.type_name if isinstance(error, StoredError) else f"{type(error).__module__}:{type(error).__qualname__}"
    return name.removeprefix("builtins:").replace(":", ".")


def notes_of(error: BaseException) -> list[str]:
    """The notes added to an error."""
    return [str(note) for note in getattr(error, "__notes__", None) or ()]


def traceback_text(error: BaseException) -> str | None:
    """The traceback as text, also of an error that was stored with one; None if it was never raised."""
    stored = getattr(error, "stored_traceback", None)
    if isinstance(stored, str) and error.__traceback__ is None:
        return stored
    if error.__traceback__ is None:
        return None
    import traceback

    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    if len(text) <= _TRACEBACK_CHARS:
        return text
    half = _TRACEBACK_CHARS // 2
    return f"{text[:half]}\n... {len(text) - 2 * half:,} characters left out ...\n{text[-half:]}"
