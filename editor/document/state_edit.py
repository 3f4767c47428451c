"""Edits of a state class in its module's text: keys added, renamed, removed, given a type, reducer or default.

By syntax tree; every character elsewhere stays. Pure: text in, text out. Each raises ``SourceError`` with a sentence
where the edit cannot be certain. As commands, with what refers to a key: ``state_commands``.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import typing

from editor.document.source_text import SourceError, read_module, with_added, with_import
from engine.graph.state_source import (
    StateClass,
    StateKey,
    StateSourceError,
    annotation_of,
    key_statements,
    parsed,
    read_state_class,
)

REDUCERS = {"operator.add": ("operator", "add"), "add_messages": ("langgraph.graph.message", "add_messages")}
"""The usual reducers: where each is imported from."""

_TYPE_OWNERS = {"AnyMessage": "langchain_core.messages", "BaseMessage": "langchain_core.messages"}
_MUTABLE = {"[]": "list", "{}": "dict", "set()": "set", "list()": "list", "dict()": "dict"}


def add_key(text: str, cls: str, key: StateKey) -> str:
    """One more key behind the last one, with what it needs imported."""
    node = _class(text, cls)
    state = read_state_class(text, cls)
    _need_name(state, key.name)
    text = _with_type_imported(text, key.type)
    own = list(key_statements(node))
    if state.kind == "dataclass" and not key.default and any(each.default for each in state.keys):
        raise SourceError(f"Give '{key.name}' a default: keys before it have one, and a dataclass wants that order.")
    text, annotation = _with_reducer_imported(text, cls, key.type, key.reducer)
    text, value = _with_default_imported(text, state, key.default)
    line = f"{key.name}: {annotation}" + (f" = {value}" if value else "")
    return _with_statement(text, cls, line, after=own[-1].target.id if own else None)  # type: ignore[union-attr]  # names


def rename_key(text: str, cls: str, old: str, new: str) -> str:
    """The key's own line only. Where code uses it is told by ``key_uses``."""
    _need_name(read_state_class(text, cls), new)
    statement = _statement(text, cls, old)
    return _spliced(text, statement.target, new)


def set_type(text: str, cls: str, name: str, new: str) -> str:
    text = _with_type_imported(text, new)
    return _spliced(text, annotation_of(_statement(text, cls, name).annotation).type, new.strip())


def set_reducer(text: str, cls: str, name: str, reducer: str) -> str:
    """``reducer``: "" for none, one of ``REDUCERS``, "module:function", or what Python can read there as it is."""
    annotation = annotation_of(_statement(text, cls, name).annotation)
    if not reducer.strip():
        return text if not annotation.metadata else _spliced(text, annotation.inner, _segment(text, annotation.type))
    if len(annotation.metadata) > 1:
        raise SourceError(f"'{name}' has several annotations beside its type. Change its reducer in the code.")
    text, whole = _with_reducer_imported(text, cls, _segment(text, annotation.type), reducer)
    return _spliced(text, annotation_of(_statement(text, cls, name).annotation).inner, whole)


def set_default(text: str, cls: str, name: str, default: str) -> str:
    """ "" takes the default away."""
    state = read_state_class(text, cls)
    if state.kind == "TypedDict" and default.strip():
        raise SourceError("A TypedDict has no defaults. A key without a value is absent; give it one by the input.")
    names = [key.name for key in state.keys]
    place = names.index(name) if name in names else 0
    if state.kind == "dataclass":
        if not default.strip() and any(key.default for key in state.keys[:place]):
            raise SourceError(f"'{name}' needs a default: keys before it have one, and a dataclass wants that order.")
        if default.strip() and any(not key.default for key in state.keys[place + 1 :]):
            first = next(key.name for key in state.keys[place + 1 :] if not key.default)
            raise SourceError(
                f"Give '{first}' a default first: in a dataclass, what follows one with a default needs one."
            )
    text, value = _with_default_imported(text, state, default)
    statement = _statement(text, cls, name)
    end = _span(text, statement.annotation)[1]
    stop = _span(text, statement.value)[1] if statement.value is not None else end
    return text[:end] + (f" = {value}" if value else "") + text[stop:]


def remove_key(text: str, cls: str, name: str) -> str:
    """The key's lines, with the string below them that documents it."""
    node = _class(text, cls)
    statement = _statement_in(node, name)
    index = node.body.index(statement)
    last = statement
    following = node.body[index + 1] if index + 1 < len(node.body) else None
    documents = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    first_line, last_line = statement.lineno, (following if documents and following else last).end_lineno or 0
    others = [each for each in node.body if each not in (statement, following if documents else None)]
    if any(each.lineno <= last_line and (each.end_lineno or 0) >= first_line for each in others):
        raise SourceError(f"'{name}' shares its line with something else. Remove it in the code.")
    if node.lineno == first_line:
        raise SourceError("The class stands on one line. Remove the key in the code.")
    starts = _line_starts(text)
    left = "" if others else f"{_indent(text, statement)}pass{_line_end(text)}"
    return text[: starts[first_line - 1]] + left + text[starts[last_line] :]


def new_class(text: str, cls: str, keys: tuple[StateKey, ...]) -> str:
    """The module's text with one more state class, a TypedDict, at its end."""
    module = read_module(text)
    if not cls.isidentifier() or keyword.iskeyword(cls):
        raise SourceError(f"'{cls}' is not a name that Python allows.")
    if module.find(cls) is not None:
        raise SourceError(f"The module already defines '{cls}'.")
    if module.find("TypedDict") is None:
        text = with_import(text, "typing", "TypedDict")
    text = with_added(text, f'class {cls}(TypedDict, total=False):\n    """The state of the graph."""\n')
    for key in keys:
        text = add_key(text, cls, key)
    return text


def shown_default(default: str) -> str:
    """``field(default_factory=list)`` as one would type it: ``[]``."""
    match = re.fullmatch(r"(?:dataclasses\.)?(?:field|Field)\(default_factory=(list|dict|set)\)", default.strip())
    return {"list": "[]", "dict": "{}", "set": "set()"}[match[1]] if match else default


# Parts of the above ---------------------------------------------------------------------------------------------------


def _with_reducer_imported(text: str, cls: str, type_text: str, reducer: str) -> tuple[str, str]:
    """The module's text with what the annotation needs, and the annotation."""
    reducer = reducer.strip()
    if not reducer:
        return text, type_text.strip()
    text, name = _with_code_imported(text, cls, reducer)
    text, annotated = _with_name(text, "typing", "Annotated")
    return text, f"{annotated}[{type_text.strip()}, {name}]"


def _with_type_imported(text: str, type_text: str) -> str:
    """With what the type names of ``typing``. Raises ``SourceError`` for a name that the module does not know."""
    _need_expression(type_text, "A type")
    names = [node.id for node in ast.walk(ast.parse(type_text.strip(), mode="eval")) if isinstance(node, ast.Name)]
    for name in dict.fromkeys(names):
        module = read_module(text)
        if hasattr(builtins, name) or module.find(name) is not None or module.is_open_ended:
            continue
        owner = "typing" if name in typing.__all__ else _TYPE_OWNERS.get(name)
        if owner is None:
            raise SourceError(f"The module does not know the type '{name}'. Import it there first.")
        text = with_import(text, owner, name)
    return text


def _with_code_imported(text: str, cls: str, reducer: str) -> tuple[str, str]:
    module = read_module(text)
    if ":" in reducer or reducer in REDUCERS:
        owner, name = REDUCERS.get(reducer) or (reducer.partition(":")[0], reducer.partition(":")[2])
        if not all(part.isidentifier() for part in [*owner.split("."), name]):
            raise SourceError(f"'{reducer}' is not written as module:function.")
        if reducer == "operator.add" and (found := module.find("operator")) and found.imported_from == "operator":
            return text, "operator.add"
        return _with_name(text, owner, name)
    _need_expression(reducer, "A reducer")
    found = module.find(reducer)
    if reducer.isidentifier() and found is None and not module.is_open_ended:
        raise SourceError(f"The module does not know '{reducer}'. Write it as module:function.")
    if found is not None and found.kind == "function" and found.start > (module.find(cls) or found).start:
        raise SourceError(f"'{reducer}' is defined below the class, which needs it before. Move it up.")
    return text, reducer


def _with_name(text: str, owner: str, name: str) -> tuple[str, str]:
    """The text with the name imported, unless it is; and how it is called there."""
    module = read_module(text)
    found = module.find(name)
    if found is not None and found.imported_from in (f"{owner}:{name}", f"typing_extensions:{name}"):
        return text, name
    whole = module.find(owner.partition(".")[0])
    if whole is not None and whole.imported_from in (owner, owner.partition(".")[0]):
        return text, f"{owner}.{name}"
    if found is not None:
        raise SourceError(f"The module uses the name '{name}' for something else. Change it in the code.")
    return with_import(text, owner, name), name


def _with_default_imported(text: str, state: StateClass, default: str) -> tuple[str, str]:
    """A list, dict or set becomes a factory, in a class where one object would be shared by all states."""
    default = default.strip()
    if not default:
        return text, ""
    if state.kind == "TypedDict":
        raise SourceError("A TypedDict has no defaults.")
    _need_expression(default, "A default")
    if state.kind != "dataclass":
        return text, default
    factory = _MUTABLE.get(default.replace(" ", ""))
    if factory is None and isinstance(ast.parse(default, mode="eval").body, (ast.List, ast.Dict, ast.Set)):
        factory = f"lambda: {default}"
    if factory is None:
        return text, default
    text, name = _with_name(text, "dataclasses", "field")
    return text, f"{name}(default_factory={factory})"


def _with_statement(text: str, cls: str, line: str, *, after: str | None) -> str:
    node, line_end, starts = _class(text, cls), _line_end(text), _line_starts(text)
    if after is None and len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
        return _spliced(text, node.body[0], line)
    if node.body[-1].lineno == node.lineno:
        raise SourceError("The class stands on one line. Add the key in the code.")
    behind: ast.stmt = node.body[-1]
    if after is not None:
        index = node.body.index(_statement_in(node, after))
        behind = node.body[index]
        if index + 1 < len(node.body):
            following = node.body[index + 1]
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                behind = following
    at = starts[behind.end_lineno or behind.lineno]
    before = text[:at]
    if not before.endswith(("\n", "\r")):
        return f"{before}{line_end}{_indent(text, behind)}{line}"
    gap = line_end if after is None and isinstance(behind, ast.Expr) else ""  # below the class's docstring
    return f"{before}{gap}{_indent(text, behind)}{line}{line_end}{text[at:]}"


def _class(text: str, name: str) -> ast.ClassDef:
    try:
        found = [node for node in parsed(text).body if isinstance(node, ast.ClassDef) and node.name == name]
    except StateSourceError as error:
        raise SourceError(str(error)) from error
    if len(found) != 1:
        raise SourceError(f"The module defines '{name}' {'not at all' if not found else 'more than once'}.")
    return found[0]


def _statement(text: str, cls: str, name: str) -> ast.AnnAssign:
    return _statement_in(_class(text, cls), name)


def _statement_in(node: ast.ClassDef, name: str) -> ast.AnnAssign:
    for statement in key_statements(node):
        if isinstance(statement.target, ast.Name) and statement.target.id == name:
            return statement
    raise SourceError(f"The class '{node.name}' does not itself declare '{name}'. It comes from another one.")


def _need_name(state: StateClass, name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"):
        raise SourceError(f"'{name}' is not a name that a key can have: letters, digits and _ only.")
    if state.key(name) is not None:
        raise SourceError(f"There already is a key '{name}'.")


def _need_expression(text: str, what: str) -> None:
    try:
        if not text.strip():
            raise SourceError(f"{what} is missing.")
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{what} is written as Python would read it; {text.strip()!r} cannot be.") from error
    if "\n" in text.strip() or "#" in text:
        raise SourceError(f"{what} is one line without a comment.")


def _segment(text: str, node: ast.AST) -> str:
    start, end = _span(text, node)
    return text[start:end]


def _spliced(text: str, node: ast.AST, new: str) -> str:
    start, end = _span(text, node)
    return text[:start] + new + text[end:]


def _span(text: str, node: ast.AST) -> tuple[int, int]:
    starts = _line_starts(text)
    return (
        _offset(text, starts, node.lineno, node.col_offset),  # type: ignore[attr-defined]  # statements, expressions
        _offset(text, starts, node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]  # as above
    )


def _offset(text: str, starts: list[int], line: int, column_bytes: int) -> int:
    """The parser counts columns in bytes of UTF-8."""
    content = text[starts[line - 1] : starts[line]]
    return starts[line - 1] + len(content.encode("utf-8", "surrogatepass")[:column_bytes].decode())


def _line_starts(text: str) -> list[int]:
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    return starts if starts[-1] == len(text) and len(starts) > 1 else [*starts, len(text)]


def _line_end(text: str) -> str:
    match = re.search(r"\r\n|\r|\n", text)
    return match.group() if match else "\n"


def _indent(text: str, node: ast.stmt) -> str:
    line = text[_line_starts(text)[node.lineno - 1] :]
    return line[: len(line) - len(line.lstrip(" \t"))]
