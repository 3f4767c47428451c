"""What a node returns, as far as its text tells: the keys of the mappings after ``return``, typed by the state class.

Reads syntax trees only; nothing is imported or run. Used by the form that gives a node's result.
"""

from __future__ import annotations

import ast
import textwrap
from typing import Any

from editor.document.input_schema import schema_of_annotation


def written_keys(function_text: str) -> tuple[str, ...]:
    """The keys that the function returns in mappings written out in full, in the order they stand; () if none."""
    keys: dict[str, None] = {}
    for node in _own_nodes(_parsed(function_text)):
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            for mapping in _mappings(node.value):
                texts = [key.value for key in mapping.keys if isinstance(key, ast.Constant)]
                keys.update((text, None) for text in texts if isinstance(text, str))
    return tuple(keys)


def result_schema(function_text: str, state_text: str) -> dict[str, Any] | None:
    """A JSON schema of the result for a form; None if nothing can be told. Lists and others are JSON fields.

    Without keys in the function's text, all keys of the state class are offered.
    """
    types = _fields(state_text)
    keys = written_keys(function_text) or tuple(types)
    if not keys:
        return None
    parts = {key: {"title": key, **_schema_of(types.get(key))} for key in keys}
    return {"type": "object", "properties": parts}


def _mappings(value: ast.expr) -> list[ast.Dict]:
    """Of ``return {...}`` and of ``return Command(update={...}, ...)``."""
    if isinstance(value, ast.Dict):
        return [value]
    if isinstance(value, ast.IfExp):
        return [*_mappings(value.body), *_mappings(value.orelse)]
    if isinstance(value, ast.Call):
        return [each.value for each in value.keywords if each.arg == "update" and isinstance(each.value, ast.Dict)]
    return []


def _own_nodes(tree: ast.Module) -> list[ast.AST]:
    """All but those of functions inside: what they return is theirs."""
    found: list[ast.AST] = []
    first = tree.body[0] if tree.body else None
    waiting: list[ast.AST] = list(first.body) if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting = [*ast.iter_child_nodes(node), *waiting]
    return found


def _fields(state_text: str) -> dict[str, ast.expr]:
    tree = _parsed(state_text)
    if not (tree.body and isinstance(tree.body[0], ast.ClassDef)):
        return {}
    return {
        part.target.id: part.annotation
        for part in tree.body[0].body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }


def _schema_of(annotation: ast.expr | None) -> dict[str, Any]:
    schema = {} if annotation is None else schema_of_annotation(annotation)
    # No check mark, which cannot be left out.
    return {"enum": [True, False]} if schema.get("type") == "boolean" else schema


def _parsed(text: str) -> ast.Module:
    """An empty module for text that is no Python: then nothing can be told."""
    try:
        return ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
