"""Which labels a router's function can return, as far as its text tells. Reads a syntax tree; runs nothing. Pure."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

MOST_LABELS = 30


def returned_labels(source: str) -> tuple[str, ...]:
    """The texts in ``-> Literal[...]``, or else those that ``return`` names, in the order they stand there.

    Empty if the source is no function, or returns anything that is not a text written out.
    """
    try:
        body = ast.parse(textwrap.dedent(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    if not body or not isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ()
    function = body[0]
    declared = _of_annotation(function.returns)
    found = declared if declared is not None else _of_returns(function)
    labels = tuple(dict.fromkeys(label for label in found or () if label.strip() and label.isprintable()))
    return labels if len(labels) <= MOST_LABELS else ()


def _of_annotation(annotation: ast.expr | None) -> list[str] | None:
    """None if the annotation names no labels."""
    if not isinstance(annotation, ast.Subscript) or not ast.unparse(annotation.value).endswith("Literal"):
        return None
    inner = annotation.slice
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return texts if len(texts) == len(items) else None


def _of_returns(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str] | None:
    found: list[str] = []
    for statement in _returns(function.body):
        texts = [] if statement.value is None else _texts(statement.value)
        if not texts:
            return None
        found += texts
    return found


def _returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    """Of this function only, not of those defined in it."""
    ahead: list[ast.AST] = list(reversed(body))
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            ahead += reversed(list(ast.iter_child_nodes(node)))


def _texts(value: ast.expr) -> list[str]:
    """The texts that an expression can be; none if it can be anything else."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return _of_all([value.body, value.orelse])
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        return _of_all(value.values)
    if isinstance(value, (ast.List, ast.Tuple)):
        return _of_all(value.elts)
    if isinstance(value, (ast.ListComp, ast.GeneratorExp)):
        return _texts(value.elt)
    if isinstance(value, ast.Call) and value.args and ast.unparse(value.func).split(".")[-1] == "Send":
        return _texts(value.args[0])  # the node that each task of the fan-out runs
    return []


def _of_all(values: list[ast.expr]) -> list[str]:
    texts = [_texts(value) for value in values]
    return [text for each in texts for text in each] if all(texts) else []
