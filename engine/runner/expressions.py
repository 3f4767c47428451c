"""One-line expressions of the user over the keys of the state: branch conditions, breakpoints, log templates.

They run in the runner, with a few harmless builtins. Nothing here knows graphs.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

ALLOWED_BUILTINS = {
    each.__name__: each
    for each in (
        abs,
        all,
        any,
        bool,
        dict,
        float,
        int,
        isinstance,
        len,
        list,
        max,
        min,
        round,
        set,
        sorted,
        str,
        sum,
        tuple,
    )
}

COMPILED_KEPT = 256
"""Breakpoints are asked at each step; a window has a handful of them."""


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """Its value. Raises what the expression raises, SyntaxError if it is none."""
    # One namespace: a comprehension inside does not see the locals of eval before Python 3.12.
    return eval(compiled(expression, "<expression>"), {**names, "__builtins__": ALLOWED_BUILTINS})


@lru_cache(maxsize=COMPILED_KEPT)
def compiled(expression: str, where: str) -> CodeType:
    """``where`` stands in tracebacks. SyntaxError if it is no expression."""
    return compile(ast.parse(expression.strip(), mode="eval"), where, "eval")


def fill_in(template: str, names: Mapping[str, Any]) -> str:
    """The template with the value of each ``{expression}``. What cannot be evaluated says why, in its place."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        return f"{template} [{error}]"
    return "".join(literal + _field(field, spec or "", conversion, names) for literal, field, spec, conversion in parts)


def in_words(error: BaseException) -> str:
    """``NameError: name 'x' is not defined``."""
    return f"{type(error).__name__}: {error}"


def _field(expression: str | None, spec: str, conversion: str | None, names: Mapping[str, Any]) -> str:
    if expression is None:
        return ""
    try:
        return format(string.Formatter().convert_field(evaluate(expression, names), conversion), spec)
    except Exception as error:
        return f"{{{expression}: {in_words(error)}}}"
