"""An exception as the user should see it: its kind, its text, and the frames of the user's own code. Pure."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from engine.runner.frame_locals import locals_of
from engine.runner.run_events import ErrorFacts

MAX_MESSAGE_CHARS = 4_000
MAX_FRAMES = 30
"""Half from the outer end, half from the inner one: enough to see what recursed."""

_MACHINERY = (
    f"{os.sep}langgraph{os.sep}",
    f"{os.sep}langchain_core{os.sep}",
    f"{os.sep}concurrent{os.sep}futures{os.sep}",
    f"{os.sep}asyncio{os.sep}",
    "<frozen importlib",
    f"{os.sep}importlib{os.sep}",
)
_ENGINE_FOLDER = str(Path(__file__).resolve().parents[1]) + os.sep


_OF_ROUTER = "_stepgraph_failed_as_router"

FAULTS = (Exception, SystemExit, KeyboardInterrupt)
"""What user code may raise and the runner outlives: a ``sys.exit`` in a node is a failure of that node."""


def facts_of(error: BaseException, *, node: str | None = None) -> ErrorFacts:
    """The failure with its causes; frames of the engine and of other machinery are left out."""
    where, variables = locals_of(error.__traceback__, _is_users)
    message, trace = _bounded(_message_of(error)), _traceback_of(error)
    return ErrorFacts(type(error).__name__, message, trace, node, variables, where, _is_of_router(error))


@contextlib.contextmanager
def failing_as_router() -> Iterator[None]:
    """What fails within is told as the failure of a router."""
    try:
        yield
    except FAULTS as error:
        with contextlib.suppress(AttributeError, TypeError):  # an exception of the user's that takes no attribute
            setattr(error, _OF_ROUTER, True)
        raise


def _is_of_router(error: BaseException) -> bool:
    return getattr(error, _OF_ROUTER, False) is True


def _message_of(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        return f"sys.exit({code}) was called, which would end the program that runs the graph. Return or raise instead."
    try:
        return str(error)
    except Exception as inner:
        return f"(its text could not be made: {type(inner).__name__})"


def _traceback_of(error: BaseException) -> str:
    """As Python prints it, outer causes first, with the user's frames only."""
    parts: list[str] = []
    for link in _chain(error):
        frames = list(_useful_frames(link.__traceback__))
        if len(frames) > MAX_FRAMES:
            half = MAX_FRAMES // 2
            frames = frames[:half] + frames[-half:]
        text = "".join(traceback.StackSummary.from_list(frames).format())
        # No frames of notes: langgraph adds one that names the task, which is shown beside the error anyway.
        lines = traceback.TracebackException(type(link), link, None).format_exception_only()
        head = "Traceback (most recent call last):\n" if text else ""
        parts.append(head + text + _bounded("".join(lines)))
    return "\nThis led to:\n\n".join(parts).rstrip()


def _chain(error: BaseException) -> list[BaseException]:
    links = [error]
    while len(links) < 10:
        last = links[-1]
        cause = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
        if cause is None or any(cause is link for link in links):
            break
        links.append(cause)
    return links[::-1]


def _useful_frames(trace: TracebackType | None) -> Iterator[traceback.FrameSummary]:
    for frame in traceback.extract_tb(trace):
        if _is_users(frame.filename):
            yield frame


def _is_users(filename: str) -> bool:
    return not filename.startswith(_ENGINE_FOLDER) and not any(part in filename for part in _MACHINERY)


def _bounded(text: str) -> str:
    if len(text) <= MAX_MESSAGE_CHARS:
        return text
    return f"{text[:MAX_MESSAGE_CHARS]}… ({len(text):,} characters, cut)"
