"""Jumps that a node's function names in the annotation of what it returns, as LangGraph reads them: by text. Pure.

``-> Command[Literal["report", "again"]]``, also inside a union or as text. Nothing is imported, so a name that stands
for the literal is not followed. ``return_hints`` reads the same of functions that are there. Called by ``key_uses``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.graph.spec import END
from engine.graph.state_source import last_name

UNIONS = ("Union", "Optional")


def targets_named_by(annotation: ast.expr | None) -> tuple[str, ...]:
    """The names in their order, each once; () if it names none."""
    return tuple(dict.fromkeys(_targets(annotation)))


def _targets(annotation: ast.expr | None) -> Iterator[str]:
    match annotation:
        case ast.Constant(value=str(text)):
            yield from _targets(_parsed(text))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _targets(left)
            yield from _targets(right)
        case ast.Subscript(value=generic, slice=inside) if last_name(generic) in UNIONS:
            for part in _parts(inside):
                yield from _targets(part)
        case ast.Subscript(value=generic, slice=inside) if last_name(generic) == "Command":
            yield from _literals(inside)


def _literals(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)):
            if (parsed := _parsed(text)) is not None:
                yield from _literals(parsed)
        case ast.Subscript(value=generic, slice=inside) if last_name(generic) == "Literal":
            for part in _parts(inside):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
                elif last_name(part) == "END":
                    yield END


def _parts(inside: ast.expr) -> list[ast.expr]:
    return inside.elts if isinstance(inside, ast.Tuple) else [inside]


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
