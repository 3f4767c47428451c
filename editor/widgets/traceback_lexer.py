"""Reads tracebacks for ``code_colours``: pygments' own lexer, which never ends on some texts that are nearly one."""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import inherit
from pygments.lexers import PythonTracebackLexer
from pygments.token import Generic


class TracebackLexer(PythonTracebackLexer):  # type: ignore[misc]  # pygments has no types
    """Also takes the lines of ``faulthandler``, which have no comma: ``  File "a.py", line 3 in work``.

    WORKAROUND pygments 2.21: such a line begins a traceback that no rule goes on with, at the same place for ever. A
    process that crashed says such lines, and any error may have one in its message.
    """

    tokens: ClassVar[dict[str, Any]] = {
        "intb": [(r'^  File "[^"]+", line \d+(?!(?:, in .+)?\n).*\n', Generic.Traceback), inherit]
    }
