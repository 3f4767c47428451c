"""Which keys of the state the functions of a module read and write, as far as their text tells. Nothing is imported.

Read, of the first parameter: ``state["key"]``, ``state.get("key")``, ``"key" in state``, and ``state.key`` of a class.
Written: dicts with plain keys that are returned or yielded, by themselves or as ``Command(update={...})``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.graph.jumps_in_code import targets_named_by
from engine.graph.module_pieces import MOST_PIECES, read_by_pieces, tree_of
from engine.graph.state_source import last_name

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class KeySpot:
    """Where a key stands in the text: a plain string, or the name behind the dot."""

    key: str
    line: int
    start: int
    """Column in bytes of UTF-8, as the parser counts; ``end`` likewise."""
    end: int


@dataclass(frozen=True)
class KeyUses:
    """Of one function. Keys with the first line, from 1, where they are used."""

    reads: Mapping[str, int] = field(default_factory=dict)
    writes: Mapping[str, int] = field(default_factory=dict)
    may_read_more: bool = False
    """The whole state goes somewhere else."""
    may_write_more: bool = False
    """It returns something that is no plain dict."""
    is_async: bool = False
    schema: str = ""
    """What the first parameter is said to be: "State"; empty if that is not said."""
    jumps: tuple[str, ...] = ()
    """Where the annotation of what it returns says that it may go by ``Command(goto=...)``."""
    spots: tuple[KeySpot, ...] = field(default=(), compare=False)
    """All of them, also those on one line."""


@lru_cache(maxsize=64)
def key_uses(text: str) -> Mapping[str, KeyUses]:
    """By the name of each function at the top of the module. Empty if the text is not Python."""
    try:
        pieces = read_by_pieces(text, key_uses_in_piece)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {name: _moved(uses, piece.lines_before) for piece, found in pieces for name, uses in found.items()}


@lru_cache(maxsize=MOST_PIECES)
def key_uses_in_piece(text: str) -> Mapping[str, KeyUses]:
    """Those of the functions in a piece of a module, with its lines counted from its own first one."""
    functions = [node for node in tree_of(text).body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return {node.name: _uses_of(node) for node in functions}


def _moved(uses: KeyUses, lines: int) -> KeyUses:
    """So many lines further down."""
    if not lines:
        return uses
    return KeyUses(
        {key: line + lines for key, line in uses.reads.items()},
        {key: line + lines for key, line in uses.writes.items()},
        uses.may_read_more,
        uses.may_write_more,
        uses.is_async,
        uses.schema,
        uses.jumps,
        tuple([KeySpot(spot.key, spot.line + lines, spot.start, spot.end) for spot in uses.spots]),
    )


def _uses_of(function: _Function) -> KeyUses:
    reads: dict[str, int] = {}
    writes: dict[str, int] = {}
    parameters = [*function.args.posonlyargs, *function.args.args]
    state = parameters[0].arg if parameters else ""
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    spots: list[KeySpot] = []
    may_read_more = may_write_more = False
    for node in parents:  # all but the function itself, in the order of the walk
        if isinstance(node, ast.Name) and node.id == state and isinstance(node.ctx, ast.Load):
            spot = _key_read(node, parents)
            if spot is None:
                may_read_more = True
            else:
                spots.append(spot)
                reads.setdefault(spot.key, node.lineno)
    for value in _results(function):
        update = _update_of(value)
        if update is None:
            may_write_more = True
            continue
        for key_node in update.keys:
            if isinstance(key_node, ast.Constant) and isinstance(key_node.value, str):
                writes.setdefault(key_node.value, key_node.lineno)
                spots.append(_spot_of(key_node, key_node.value))
            else:
                may_write_more = True
    is_async = isinstance(function, ast.AsyncFunctionDef)
    schema, jumps = _schema(parameters), targets_named_by(function.returns)
    return KeyUses(reads, writes, may_read_more, may_write_more, is_async, schema, jumps, tuple(spots))


def _schema(parameters: list[ast.arg]) -> str:
    annotation = parameters[0].annotation if parameters else None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.rpartition(".")[2]
    while isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return "" if annotation is None else last_name(annotation) or "other"


def _key_read(node: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> KeySpot | None:
    around = parents.get(node)
    match around:
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key)) as literal) if value is node:
            return _spot_of(literal, key)
        case ast.Attribute(value=value, attr=name) if value is node:
            call = parents.get(around)
            match call:
                case ast.Call(func=func, args=[ast.Constant(value=str(key)) as literal, *_]) if (
                    func is around and name == "get"
                ):
                    return _spot_of(literal, key)
                case ast.Call(func=func) if func is around:
                    return None
            end = around.end_col_offset or 0
            spot = KeySpot(name, around.end_lineno or around.lineno, end - len(name.encode()), end)
            return None if hasattr(dict, name) else spot
        case ast.Compare(left=ast.Constant(value=str(key)) as literal, ops=[ast.In() | ast.NotIn()]):
            return _spot_of(literal, key)
    return None


def _spot_of(literal: ast.Constant, key: str) -> KeySpot:
    return KeySpot(key, literal.lineno, literal.col_offset, literal.end_col_offset or literal.col_offset)


def with_key_renamed_in(text: str, uses: Iterable[KeyUses], old: str, new: str) -> str:
    """The text with a key renamed where these functions use it; a place that is written unusually is left alone."""
    lines = text.encode("utf-8", "surrogatepass").splitlines(keepends=True)
    spots = {(spot.line, spot.start, spot.end) for each in uses for spot in each.spots if spot.key == old}
    for line, start, end in sorted(spots, reverse=True):
        if line > len(lines):
            continue
        content = lines[line - 1]
        written = content[start:end].decode("utf-8", "replace")
        for form in (f'"{old}"', f"'{old}'", old):  # what stands elsewhere is in an f-string before Python 3.12
            if written == form:
                lines[line - 1] = content[:start] + form.replace(old, new).encode() + content[end:]
    return b"".join(lines).decode("utf-8", "surrogatepass")


def _results(function: _Function) -> Iterator[ast.expr]:
    """What is returned or yielded by the function itself, not by functions inside it; nothing for ``None``."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            yield from _options_of(node.value)
        waiting += list(ast.iter_child_nodes(node))


def _options_of(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from _options_of(value.body)
        yield from _options_of(value.orelse)
    elif not (isinstance(value, ast.Constant) and value.value is None):
        yield value


def _update_of(value: ast.expr) -> ast.Dict | None:
    match value:
        case ast.Dict():
            return value
        case ast.Call(func=func, keywords=keywords) if last_name(func) == "Command":
            update = next((each.value for each in keywords if each.arg == "update"), None)
            return ast.Dict([], []) if update is None else update if isinstance(update, ast.Dict) else None
    return None
