"""The definitions in the text of one Python module, and edits of one of them that leave every other character alone.

By syntax tree; nothing is imported or run. Pure: text in, text out. Files are ``source_code``'s business.
"""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from engine.graph.module_pieces import MOST_PIECES, Piece, parsed_quietly, read_by_pieces, tree_of

DefinitionKind = Literal["function", "class", "value", "import"]


class SourceError(ValueError):
    """The text is not the Python it should be. The text is a sentence for the user; ``line`` counts from 1."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True, slots=True)
class Definition:
    """One name that a module binds, and where: whole lines, decorators included."""

    name: str
    kind: DefinitionKind
    first_line: int
    """From 1."""
    last_line: int
    start: int
    """Offset into the text of the first character; ``end`` is after the last line's end."""
    end: int
    doc: str = ""
    """The first line of the docstring."""
    imported_from: str | None = None
    """For an import: ``module:name`` or ``module``, with leading dots as written."""


@dataclass(frozen=True)
class ModuleSource:
    """A module's text with what it defines."""

    text: str
    definitions: tuple[Definition, ...]
    is_open_ended: bool
    """True if it may define more than can be seen: ``import *`` or a module ``__getattr__``."""

    def find(self, name: str) -> Definition | None:
        """The last binding of the name, which is the one that counts. ``Class.method`` is found too."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Definition]:
        return {definition.name: definition for definition in self.definitions}


@lru_cache(maxsize=64)
def read_module(text: str) -> ModuleSource:
    """Raises ``SourceError`` with the line if the text is not Python. Text that was seen before is not parsed again."""
    try:
        pieces = read_by_pieces(text, read_piece)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _why_not_python(error) from error
    definitions = tuple(_moved(found, piece) for piece, (in_piece, _) in pieces for found in in_piece)
    imports_all = any(imports_all for _, (_, imports_all) in pieces)
    open_ended = imports_all or any(definition.name == "__getattr__" for definition in definitions)
    return ModuleSource(text, definitions, open_ended)


@lru_cache(maxsize=MOST_PIECES)
def read_piece(text: str) -> tuple[tuple[Definition, ...], bool]:
    """What a piece of a module defines, as if it stood at the top, and whether it has an ``import *``."""
    tree = tree_of(text)
    imports_all = any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names) for node in tree.body
    )
    return tuple(_definitions(tree.body, _line_starts(text), "")), imports_all


def with_replaced(module: ModuleSource, name: str, new_source: str) -> str:
    """The module's text with one definition replaced. Raises ``SourceError`` unless the new text defines just it."""
    old = _need(module, name)
    new_source = new_source.strip("\r\n") + "\n"
    found = _parse(_dedented(new_source)).body
    if len(found) != 1 or getattr(found[0], "name", None) != name.rpartition(".")[2]:
        raise SourceError(f"The text should define '{name}' and nothing else.")
    line_end = _line_end(module.text)
    ends_open = not module.text[old.start : old.end].endswith(("\n", "\r"))
    replacement = re.sub(r"\r\n|\r|\n", lambda _: line_end, new_source)
    if ends_open:  # the last line of the file had no line end, and keeps none
        replacement = replacement[: -len(line_end)]
    return module.text[: old.start] + replacement + module.text[old.end :]


def with_added(text: str, definition: str) -> str:
    """The module's text with one more definition at the end, two blank lines before it."""
    line_end = _line_end(text)
    if text and not text.endswith(("\n", "\r")):
        text += line_end
    blank = 0 if not text.strip() else max(0, 2 - _blank_lines_at_end(text))
    return text + line_end * blank + re.sub(r"\r\n|\r|\n", lambda _: line_end, definition)


def with_import(text: str, module: str, name: str) -> str:
    """The module's text with ``from module import name`` behind the imports it begins with. Raises ``SourceError``."""
    statement = f"from {module} import {name}"
    place = 0
    body = _parse(text).body
    for index, node in enumerate(body):
        is_docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not isinstance(node, (ast.Import, ast.ImportFrom)):
            break
        place = node.end_lineno or node.lineno
    line_starts, line_end = _line_starts(text), _line_end(text)
    at = line_starts[place] if place else _after_comments(text)
    before, after = text[:at], text[at:]
    if before and not before.endswith(("\n", "\r")):
        before += line_end
    only_docstring = place and not any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body[:2])
    gap = line_end if only_docstring else ""
    rest = "" if place or not after.strip() else line_end * 2
    return f"{before}{gap}{statement}{line_end}{rest}{after}"


def with_renamed(module: ModuleSource, old: str, new: str) -> str:
    """The text with a top-level function or class renamed, with its uses in this module.

    Raises ``SourceError`` where that cannot be certain: the new name is taken, or the old one means something else too.
    """
    _need(module, old)
    if not new.isidentifier() or keyword.iskeyword(new):
        raise SourceError(f"'{new}' is not a name that Python allows.")
    tree = _parse(module.text)
    if any(_binds(node, new) or (isinstance(node, ast.Name) and node.id == new) for node in ast.walk(tree)):
        raise SourceError(f"The module already uses the name '{new}'.")
    binders = [node for node in ast.walk(tree) if _binds(node, old)]
    if len(binders) != 1 or not isinstance(binders[0], _NAMED):
        raise SourceError(f"'{old}' means several things in this module; rename it by hand.")
    line_starts = _line_starts(module.text)
    places = [_name_offset(module.text, line_starts, binders[0], old)]
    places += [
        _offset(module.text, line_starts, node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == old
    ]
    text = module.text
    for place in sorted(set(places), reverse=True):
        text = text[:place] + new + text[place + len(old) :]
    return text


def changed_part(old: str, new: str) -> tuple[int, int, str]:
    """``old[start:end]`` became the text that is given with it; what both begin and end with is not part of it."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start : start + 256] == new[start : start + 256]:
        start += 256
    start = min(start, most)
    while start < most and old[start] == new[start]:
        start += 1
    most -= start
    end = 0
    while end + 256 < most and old[len(old) - end - 256 : len(old) - end] == new[len(new) - end - 256 : len(new) - end]:
        end += 256
    while end < most and old[len(old) - end - 1] == new[len(new) - end - 1]:
        end += 1
    return start, len(old) - end, new[start : len(new) - end]


def node_stub(function: str, node: str, state: str | None = None) -> str:
    """A function for a new node, which runs and changes nothing. ``state``: the annotation, a name the module knows."""
    annotation = f": {state}" if state else ""
    doc = f"{_in_docstring(node)}: say here what this step does."
    return f'def {function}(state{annotation}):\n    """{doc}"""\n    return {{}}\n'


def router_stub(function: str, labels: Sequence[str], state: str | None = None) -> str:
    """A function for a new router, which always takes the first branch."""
    annotation = f": {state}" if state else ""
    choices = _in_docstring(", ".join(labels)) or "the label of a branch"
    first = json.dumps(labels[0]) if labels else "None"
    return f'def {function}(state{annotation}):\n    """Returns the branch to take: {choices}."""\n    return {first}\n'


def identifier_for(name: str, taken: Iterable[str] = ()) -> str:
    """A name that Python allows, near the name of a node: "Give up!" -> "give_up"."""
    words = re.sub(r"\W+", "_", name).strip("_").lower() or "step"
    if words[0].isdigit() or keyword.iskeyword(words) or not words.isidentifier():
        words = f"step_{words}" if f"step_{words}".isidentifier() else "step"
    chosen, number = words, 2
    unavailable = set(taken)
    while chosen in unavailable:
        chosen, number = f"{words}_{number}", number + 1
    return chosen


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _parse(text: str) -> ast.Module:
    try:
        return parsed_quietly(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _why_not_python(error) from error


def _why_not_python(error: Exception) -> SourceError:
    if isinstance(error, SyntaxError):
        return SourceError(f"The module is not Python: {error.msg}, line {error.lineno}.", error.lineno)
    return SourceError(f"The module cannot be read as Python: {str(error) or type(error).__name__}.")


def _moved(found: Definition, piece: Piece) -> Definition:
    """A definition of a piece, as it stands in the module."""
    if not piece.start:
        return found
    return Definition(
        found.name,
        found.kind,
        found.first_line + piece.lines_before,
        found.last_line + piece.lines_before,
        found.start + piece.start,
        found.end + piece.start,
        found.doc,
        found.imported_from,
    )


def _definitions(body: Sequence[ast.stmt], line_starts: list[int], prefix: str) -> Iterator[Definition]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield _definition(node, prefix + node.name, "function", line_starts, _doc(node))
            case ast.ClassDef():
                yield _definition(node, prefix + node.name, "class", line_starts, _doc(node))
                if not prefix:
                    yield from _definitions(node.body, line_starts, f"{node.name}.")
            case ast.Assign(targets=targets):
                for name in (target.id for target in targets if isinstance(target, ast.Name)):
                    yield _definition(node, prefix + name, "value", line_starts)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield _definition(node, prefix + name, "value", line_starts)
            case ast.Import(names=aliases):
                for alias in aliases:
                    bound = alias.asname or alias.name.partition(".")[0]
                    yield _definition(node, prefix + bound, "import", line_starts, imported_from=alias.name)
            case ast.ImportFrom(module=source, names=aliases, level=level):
                for alias in aliases:
                    origin = f"{'.' * level}{source or ''}:{alias.name}"
                    bound = prefix + (alias.asname or alias.name)
                    yield _definition(node, bound, "import", line_starts, imported_from=origin)
            case ast.If(body=then, orelse=otherwise):
                yield from _definitions([*then, *otherwise], line_starts, prefix)
            case ast.Try(body=tried, handlers=handlers, orelse=otherwise, finalbody=last):
                caught = [statement for handler in handlers for statement in handler.body]
                yield from _definitions([*tried, *caught, *otherwise, *last], line_starts, prefix)
            case ast.With(body=within):
                yield from _definitions(within, line_starts, prefix)


def _definition(
    node: ast.stmt,
    name: str,
    kind: DefinitionKind,
    line_starts: list[int],
    doc: str = "",
    imported_from: str | None = None,
) -> Definition:
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    last = node.end_lineno or node.lineno
    return Definition(name, kind, first, last, line_starts[first - 1], line_starts[last], doc, imported_from)


def _doc(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].strip()


def _line_starts(text: str) -> list[int]:
    """The offset of each line as the parser counts them, and the text's end. ``splitlines`` would split at more."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    return starts if starts[-1] == len(text) and len(starts) > 1 else [*starts, len(text)]


def _offset(text: str, line_starts: list[int], line: int, column_bytes: int) -> int:
    """The parser counts columns in bytes of UTF-8."""
    content = text[line_starts[line - 1] : line_starts[line]]
    return line_starts[line - 1] + len(content.encode("utf-8", "surrogatepass")[:column_bytes].decode())


def _name_offset(text: str, line_starts: list[int], node: ast.stmt, name: str) -> int:
    """Where the name stands behind ``def`` or ``class``."""
    start = _offset(text, line_starts, node.lineno, node.col_offset)
    match = re.compile(rf"(?:async\s+)?(?:def|class)[\s\\]+(?={re.escape(name)}\b)").match(text, start)
    if match is None:
        raise SourceError(f"The name '{name}' is not where it should be; rename it by hand.")
    return match.end()


def _binds(node: ast.AST, name: str) -> bool:
    """Whether this piece of syntax gives the name a meaning: a definition, an argument, an assignment, an import."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name == name
        case ast.Name(ctx=ast.Store() | ast.Del()):
            return node.id == name
        case ast.arg():
            return node.arg == name
        case ast.alias():
            return (node.asname or node.name.partition(".")[0]) == name
        case ast.Global() | ast.Nonlocal():
            return name in node.names
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            return node.name == name
        case _:
            return False


def _need(module: ModuleSource, name: str) -> Definition:
    found = module.find(name)
    if found is None or found.kind not in ("function", "class"):
        raise SourceError(f"The module does not define '{name}'.")
    return found


def _dedented(text: str) -> str:
    indent = len(text) - len(text.lstrip(" \t"))
    prefix = text[:indent]
    return "".join(line.removeprefix(prefix) for line in text.splitlines(keepends=True)) if prefix else text


def _after_comments(text: str) -> int:
    """Where the first line starts that is no comment: behind the interpreter, the encoding and the licence."""
    match = re.match(r"(?:[ \t]*#[^\r\n]*(?:\r\n|\r|\n|$))*", text)
    return match.end() if match else 0


def _line_end(text: str) -> str:
    """The line end that the text uses first."""
    match = re.search(r"\r\n|\r|\n", text)
    return match.group() if match else "\n"


def _blank_lines_at_end(text: str) -> int:
    lines = re.split(r"\r\n|\r|\n", text)[:-1]
    blank = 0
    while blank < len(lines) and not lines[-1 - blank].strip():
        blank += 1
    return blank


def _in_docstring(text: str) -> str:
    """The text so that it cannot end a docstring or hide a character in it."""
    safe = "".join(character for character in text if character.isprintable())
    return safe.replace("\\", "/").replace('"', "'").strip()
