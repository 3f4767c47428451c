"""The local variables of the frame of the user's code that failed: bounded, safe to show, secrets left out.

Asked by ``failure`` while the exception is at hand. A value's own ``__repr__`` may raise; it is never walked far.
"""

from __future__ import annotations

import inspect
import re
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any

from engine.runner.run_events import LocalFacts
from engine.serialization.preview import one_line

MOST_NAMES = 40
VALUE_CHARS = 200

_INSTALLED = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
"""Where Python's library and installed packages lie: the frame that called them tells more."""

_SECRET = re.compile(r"password|passwd|secret|token|api_?key|credential|authorization", re.IGNORECASE)
HIDDEN = "(hidden: the name looks like a secret)"


def locals_of(trace: TracebackType | None, is_users: Callable[[str], bool]) -> tuple[str, tuple[LocalFacts, ...]]:
    """("plan in nodes.py, line 12", its variables in the order they were made); ("", ()) if no frame is the user's.

    ``is_users`` says of a file name whether the code in it is the user's own.
    """
    found = [(frame, line) for frame, line in _frames(trace) if is_users(frame.f_code.co_filename)]
    own = [each for each in found if not each[0].f_code.co_filename.startswith(_INSTALLED)]
    if not found:
        return "", ()
    frame, line = (own or found)[-1]
    where = f"{frame.f_code.co_name} in {Path(frame.f_code.co_filename).name}, line {line}"
    if frame.f_locals is frame.f_globals:  # a module's body: its names are no variables of a call
        return where, ()
    shown = [(name, value) for name, value in frame.f_locals.items() if _is_worth_showing(name, value)]
    facts = [LocalFacts(name, _text(name, value)) for name, value in shown[:MOST_NAMES]]
    if len(shown) > MOST_NAMES:
        facts.append(LocalFacts("…", f"{len(shown) - MOST_NAMES} more"))
    return where, tuple(facts)


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _is_worth_showing(name: str, value: Any) -> bool:
    return not name.startswith(("__", ".")) and not isinstance(value, ModuleType) and not inspect.isroutine(value)


def _text(name: str, value: Any) -> str:
    if _SECRET.search(name):
        return HIDDEN
    try:
        return one_line(value, VALUE_CHARS)
    except Exception as error:  # whatever a value of the user does when it is looked at
        return f"(cannot be shown: {type(error).__name__})"
