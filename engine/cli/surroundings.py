"""Where the user's code runs when the command calls it: its output, imports and modules. Undone afterwards."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from errno import ENOSPC
from pathlib import Path

OK, FAILED, USAGE, STOPPED = 0, 1, 2, 130
"""Exit codes. 130 is what shells know Ctrl+C by."""

EMBEDDED, LANGGRAPH = "embedded", "langgraph"
"""Names of the engines, as the command's options have them."""


def in_words(error: Exception) -> str:
    """A failure of the file system as a sentence with the file in front; other errors say it themselves."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        way_out = "Make room on the disk." if error.errno == ENOSPC else "Check the path and its rights."
        return f"{error.filename}: {error.strerror}. {way_out}"
    return str(error)


@contextlib.contextmanager
def user_output_to_stderr() -> Iterator[None]:
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def imports_on(engine: str) -> Iterator[None]:
    """While a graph's code runs on the embedded engine, ``import langgraph`` finds that."""
    from engine import compat

    is_needed = engine == EMBEDDED and not any(name.partition(".")[0] == "langgraph" for name in sys.modules)
    if is_needed:
        compat.install()
    try:
        yield
    finally:
        if is_needed:
            compat.uninstall()


@contextlib.contextmanager
def modules_of(graph: Path) -> Iterator[None]:
    """Forgets the graph's own modules afterwards: another graph may have some of the same names in its folder."""
    folder, path, known = graph.resolve().parent, list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).resolve().is_relative_to(folder):
                del sys.modules[name]
