"""Evaluates an expression that can read a state and do nothing else. For watches, which are read from a file.

An expression of a breakpoint runs in the runner that runs the user's code anyway. A watch is evaluated as soon as it is
shown, also for a graph that nobody trusts yet, so it must not be able to reach files, modules or the state itself:
attributes are looked up by a guard that knows fields of records and methods that change nothing.
"""

from __future__ import annotations

import ast
import datetime
import decimal
import fractions
import uuid
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from types import CodeType
from typing import Any

from engine.runner.expressions import ALLOWED_BUILTINS
from engine.serialization.structure import object_fields, type_name

GUARD, ITEM_GUARD = "<attribute>", "<item>"
"""The guards' names inside an expression. Nobody can type them."""

LONGEST = 2_000
"""Letters of an expression."""

_UNCHANGEABLE = (
    str, bytes, bool, int, float, complex, tuple, frozenset,
    datetime.date, datetime.time, datetime.timedelta, datetime.timezone,
    decimal.Decimal, fractions.Fraction, uuid.UUID,
)  # fmt: skip
_READING: Mapping[type, frozenset[str]] = {
    list: frozenset({"index", "count"}),
    dict: frozenset({"get", "keys", "values", "items"}),
    set: frozenset({"union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset",
                    "isdisjoint"}),
}  # fmt: skip
_NOT_EVEN_THESE = frozenset({"format", "format_map"})
"""Of str: their templates look up attributes by themselves."""


def evaluate_harmlessly(expression: str, names: Mapping[str, Any]) -> Any:
    """Its value. Raises what the expression raises, SyntaxError if it is none, AttributeError for what is kept shut."""
    return eval(
        _compiled(expression), {**names, "__builtins__": {**ALLOWED_BUILTINS, GUARD: _attribute, ITEM_GUARD: _item}}
    )


@lru_cache(maxsize=256)
def _compiled(expression: str) -> CodeType:
    if len(expression) > LONGEST:
        raise SyntaxError(f"the expression is longer than {LONGEST:,} letters")
    tree = _Guarded().visit(ast.parse(expression.strip(), mode="eval"))
    return compile(ast.fix_missing_locations(tree), "<expression>", "eval")


class _Guarded(ast.NodeTransformer):
    """``a.b`` and ``a["b"]`` become calls of the guards."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            raise SyntaxError("an expression can only read")
        call = ast.Call(ast.Name(GUARD, ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.copy_location(call, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            raise SyntaxError("an expression can only read")
        if isinstance(node.slice, ast.Slice):
            return node
        call = ast.Call(ast.Name(ITEM_GUARD, ast.Load()), [node.value, node.slice], [])
        return ast.copy_location(call, node)


def _item(value: Any, key: Any) -> Any:
    """``messages[0]["content"]`` works for a record as for a dict, since that is how paths are written."""
    fields = object_fields(value) if isinstance(key, str) else None
    return fields[key] if fields is not None else value[key]


def _attribute(value: Any, name: str) -> Any:
    fields = object_fields(value)
    if fields is not None and name in fields:
        return fields[name]
    if isinstance(value, Enum) and name in ("name", "value"):
        return getattr(value, name)
    is_shut = name.startswith("_") or name in _NOT_EVEN_THESE
    is_open = isinstance(value, _UNCHANGEABLE) or name in _READING.get(type(value), ())
    if is_shut or not is_open:
        raise AttributeError(f"a watch cannot read {name!r} of a {type_name(value)}")
    return getattr(value, name)
