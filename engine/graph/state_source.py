"""A state class read from its module's text: its keys with type, reducer and default. By syntax; nothing is imported.

What only running could tell, such as keys of a base class in another package, makes the class ``is_open``. Used by the
editor's state page and by the checks of ``state_problems``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from engine.graph.module_pieces import parsed_quietly, pieces_of, tree_of

StateKind = Literal["TypedDict", "dataclass", "pydantic", "other"]

KNOWN_BASES: Mapping[str, tuple[str, ...]] = {"MessagesState": ("messages",)}
"""Bases of LangGraph whose keys are known without looking."""
_WRAPPERS = ("Required", "NotRequired", "ReadOnly")


@dataclass(frozen=True)
class StateKey:
    """One key as it is written. Texts are the source's own; empty if there is none."""

    name: str
    type: str
    reducer: str = ""
    """The last part of ``Annotated``: "operator.add"."""
    default: str = ""
    line: int = 0
    """From 1; 0 for a key of a base that is known by name only."""
    owner: str = ""
    """The base class it comes from; empty for the class itself."""


@dataclass(frozen=True)
class StateClass:
    """A state class."""

    name: str
    kind: StateKind
    keys: tuple[StateKey, ...]
    """Those of bases first."""
    is_open: bool = False
    """It may have keys that cannot be seen here."""
    line: int = 0

    def key(self, name: str) -> StateKey | None:
        return next((key for key in self.keys if key.name == name), None)


class StateSourceError(ValueError):
    """The text holds no such class. The text of the error is a sentence."""


@lru_cache(maxsize=32)
def read_state_class(text: str, name: str) -> StateClass:
    """The class of this name in a module's text. Raises ``StateSourceError``."""
    try:
        classes = _classes_in(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        classes = {}
    if name not in classes:
        parsed(text)  # says so if it is no Python
        raise StateSourceError(f"The module does not define a class '{name}'.")
    return _Reader(classes).read(name)


def parsed(text: str) -> ast.Module:
    """The syntax tree. Raises ``StateSourceError`` with the line."""
    try:
        return parsed_quietly(text)
    except SyntaxError as error:
        raise StateSourceError(f"The module is not Python: {error.msg}, line {error.lineno}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise StateSourceError("The module cannot be read as Python.") from error


@dataclass(frozen=True)
class Annotation:
    """An annotation in its parts; each a node of the tree, so that it can be found in the text."""

    whole: ast.expr
    type: ast.expr
    """Inside ``Annotated`` and ``NotRequired``."""
    inner: ast.expr
    """Inside ``NotRequired`` and the like: where an ``Annotated`` stands or would stand."""
    metadata: tuple[ast.expr, ...] = field(default=())


def annotation_of(node: ast.expr) -> Annotation:
    """``NotRequired[Annotated[list, operator.add]]`` in its parts."""
    inner = node
    while isinstance(inner, ast.Subscript) and last_name(inner.value) in _WRAPPERS:
        inner = inner.slice
    if isinstance(inner, ast.Subscript) and last_name(inner.value) == "Annotated":
        parts = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else []
        if len(parts) >= 2:
            return Annotation(node, parts[0], inner, tuple(parts[1:]))
    return Annotation(node, inner, inner)


def last_name(node: ast.expr) -> str:
    """``typing.Annotated`` -> "Annotated"."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def key_statements(node: ast.ClassDef) -> Iterator[ast.AnnAssign]:
    """The statements of a class body that declare a key."""
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(), annotation=annotation):
                if last_name(_outermost(annotation)) != "ClassVar":
                    yield statement


def _outermost(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


@dataclass(frozen=True)
class _PlacedClass:
    node: ast.ClassDef
    lines: list[bytes]
    """Of its piece of the module, as the parser counts them: columns are bytes, and a form feed ends no line."""
    lines_before: int


def _classes_in(text: str) -> dict[str, _PlacedClass]:
    """Those at the top of the module. Functions are not parsed for it."""
    found: dict[str, _PlacedClass] = {}
    for piece in pieces_of(text):
        if piece.text.startswith(("class", "@")):
            lines = piece.text.encode().splitlines(keepends=True)
            for node in tree_of(piece.text).body:
                if isinstance(node, ast.ClassDef):
                    found[node.name] = _PlacedClass(node, lines, piece.lines_before)
    return found


class _Reader:
    def __init__(self, classes: Mapping[str, _PlacedClass]) -> None:
        self._classes = classes
        self._reading: set[str] = set()

    def read(self, name: str) -> StateClass:
        placed = self._classes[name]
        node = placed.node
        self._reading.add(name)
        kind: StateKind = "dataclass" if any(_is_dataclass(each) for each in node.decorator_list) else "other"
        keys: dict[str, StateKey] = {}
        is_open = False
        for base in node.bases:
            base_name = last_name(base)
            if base_name in ("TypedDict", "BaseModel"):
                kind = "TypedDict" if base_name == "TypedDict" else "pydantic"
            elif isinstance(base, ast.Name) and base_name in self._classes and base_name not in self._reading:
                above = self.read(base_name)
                kind = above.kind if kind == "other" else kind
                is_open = is_open or above.is_open
                keys |= {key.name: _owned(key, base_name) for key in above.keys}
            elif base_name in KNOWN_BASES:
                kind = "TypedDict" if kind == "other" else kind
                for known in KNOWN_BASES[base_name]:
                    keys[known] = StateKey(known, "list[AnyMessage]", "add_messages", owner=base_name)
            elif base_name not in ("object", "Generic", "Protocol"):
                is_open = True
        for statement in key_statements(node):
            key = _key(statement, placed)
            keys[key.name] = key
        self._reading.discard(name)
        line = node.lineno + placed.lines_before
        return StateClass(name, kind, tuple(keys.values()), is_open or kind == "other", line)


def _key(statement: ast.AnnAssign, placed: _PlacedClass) -> StateKey:
    assert isinstance(statement.target, ast.Name), "key_statements gives these only"
    annotation = annotation_of(statement.annotation)
    return StateKey(
        name=statement.target.id,
        type=_source(annotation.type, placed.lines),
        reducer=_source(annotation.metadata[-1], placed.lines) if annotation.metadata else "",
        default="" if statement.value is None else _source(statement.value, placed.lines),
        line=statement.lineno + placed.lines_before,
    )


def _source(node: ast.expr, lines_of_piece: list[bytes]) -> str:
    """The text of a node. ``ast.get_source_segment`` would split the whole module for each."""
    if node.end_lineno is None or node.end_col_offset is None:
        return ast.unparse(node)
    lines = lines_of_piece[node.lineno - 1 : node.end_lineno]
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    return re.sub(r"\s+", " ", b"".join(lines).decode())


def _owned(key: StateKey, owner: str) -> StateKey:
    return key if key.owner else StateKey(key.name, key.type, key.reducer, key.default, key.line, owner)


def _is_dataclass(decorator: ast.expr) -> bool:
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator) == "dataclass"
