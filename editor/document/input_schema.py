"""What the input of a graph looks like, as a JSON schema from its state class; and what is odd about an input.

By syntax, nothing is imported; a type that cannot be understood so is a field for any JSON value. Used by the input
picker, no Qt.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping
from typing import Any

from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from engine.graph.module_pieces import read_by_pieces, tree_of
from engine.graph.spec import GraphSpec
from engine.graph.state_source import StateKey, StateSourceError, last_name, read_state_class

Schema = dict[str, Any]

MOST_HOPS = 8
"""From one alias to the next."""

_PLAIN: Mapping[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "dict": {"type": "object"},
    "Mapping": {"type": "object"},
    "list": {"type": "array"},
    "List": {"type": "array"},
    "Sequence": {"type": "array"},
    "set": {"type": "array"},
    "tuple": {"type": "array"},
    "Dict": {"type": "object"},
    "None": {"type": "null"},
}
_WORDS = {
    "string": "text",
    "integer": "a whole number, such as 3",
    "number": "a number, such as 0.75",
    "boolean": "true or false",
    "object": "an object in braces",
    "array": "a list in brackets",
    "null": "null",
}


def input_schema(graph: GraphSpec, sources: ProjectSources) -> Schema:
    """An object with the keys of the state. Raises SourceError with why it cannot be known.

    Required are those without which a state cannot be made: of a class that gives them no default.
    """
    if graph.state is None:
        raise SourceError("The graph has no state class yet, so its input is any JSON object.")
    found = sources.find(graph.state)
    if found is None:
        raise SourceError(f"The class {graph.state} is not in this folder, so its keys are not known.")
    try:
        text = found.path.read_text(encoding="utf-8")
        state = read_state_class(text, found.definition.name)
        aliases = _aliases(text)
    except (OSError, ValueError, SyntaxError, StateSourceError) as error:
        raise SourceError(f"{found.path.name} cannot be read: {error}") from error
    keys = {key.name: _schema_of_text(key.type, aliases) for key in state.keys}
    required = [key.name for key in state.keys if state.kind in ("pydantic", "dataclass") and _is_required(key)]
    least = 0 if any(key.default for key in state.keys) else 1  # with defaults there are values to begin with
    about = {"required": required, "minProperties": least, "additionalProperties": state.is_open}
    return {"type": "object", "properties": keys, **about}


def _is_required(key: StateKey) -> bool:
    """A reducer begins with an empty value; ``Field(...)`` need not have a default."""
    if key.reducer or not key.default:
        return not key.reducer
    try:
        default = ast.parse(key.default, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return False
    match default:
        case ast.Call(func=func, args=args, keywords=keywords) if last_name(func) in ("Field", "field"):
            given = {each.arg for each in keywords} & {"default", "default_factory", None}
            return not given and (not args or _is_ellipsis(args[0]))
    return _is_ellipsis(default)


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...


def oddities(schema: Schema, value: Mapping[str, Any]) -> tuple[str, ...]:
    """What would surprise somebody who runs this input, in sentences. None of it keeps the graph from running."""
    keys = schema["properties"]
    found = []
    missing = [name for name in schema.get("required", ()) if name not in value]
    if missing:
        names = " and ".join(missing)
        found.append(
            f"{names} must be given: the state class has no default for {'it' if len(missing) == 1 else 'them'}."
        )
    elif not value and schema.get("minProperties"):
        found.append("The input is empty: the keys of the state begin without values.")
    for name, part in value.items():
        if name in keys:
            why = _why_odd(keys[name], part)
            if why:
                found.append(f"{name} should be {why}; here it is {_kind_of(part)}.")
        elif not schema.get("additionalProperties"):
            near = difflib.get_close_matches(name, keys, n=1)
            meant = f" Is {near[0]} meant?" if near else ""
            found.append(f"{name} is no key of the state and would be left out.{meant}")
    return tuple(found)


def schema_of_annotation(annotation: ast.expr) -> Schema:
    """Of a type as it is written, without the names that its module gives to types; {} if it is not understood."""
    try:
        return _schema_of(annotation, {}, MOST_HOPS)
    except (SyntaxError, ValueError, RecursionError):
        return {}


def _schema_of_text(text: str, aliases: Mapping[str, ast.expr]) -> Schema:
    try:
        return _schema_of(ast.parse(text, mode="eval").body, aliases, MOST_HOPS)
    except (SyntaxError, ValueError, RecursionError):
        return {}


def _schema_of(node: ast.expr, aliases: Mapping[str, ast.expr], hops: int) -> Schema:
    """{} for what is not understood."""
    match node:
        case ast.Constant(value=None):
            return dict(_PLAIN["None"])
        case ast.Constant(value=str(text)) if hops:
            return _schema_of(ast.parse(text, mode="eval").body, aliases, hops - 1)
        case ast.Name(id=name) if name in aliases and hops:
            return _schema_of(aliases[name], aliases, hops - 1)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return dict(_PLAIN.get(name, {}))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([_schema_of(left, aliases, hops), _schema_of(right, aliases, hops)])
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inside):
            return _generic(name, list(inside.elts) if isinstance(inside, ast.Tuple) else [inside], aliases, hops)
    return {}


def _generic(name: str, inside: list[ast.expr], aliases: Mapping[str, ast.expr], hops: int) -> Schema:
    match name:
        case "Literal":
            choices = [each.value for each in inside if isinstance(each, ast.Constant)]
            return {"enum": choices} if len(choices) == len(inside) else {}
        case "Optional":
            return _union([_schema_of(inside[0], aliases, hops), {"type": "null"}])
        case "Union":
            return _union([_schema_of(each, aliases, hops) for each in inside])
        case "Annotated" | "Required" | "NotRequired" | "ReadOnly":
            return _schema_of(inside[0], aliases, hops)
        case "list" | "List" | "Sequence" if _schema_of(inside[0], aliases, hops) == _PLAIN["str"]:
            return {"type": "array", "items": dict(_PLAIN["str"])}
    return dict(_PLAIN.get(name, {}))


def _union(options: list[Schema]) -> Schema:
    return {"anyOf": options} if all(options) else {}


def _aliases(text: str) -> dict[str, ast.expr]:
    """``Intent = Literal[...]`` at the top of the module."""
    return {name: value for _, found in read_by_pieces(text, _aliases_in_piece) for name, value in found.items()}


def _aliases_in_piece(text: str) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for statement in tree_of(text).body if _ASSIGNS.search(text) else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
    return found


_ASSIGNS = re.compile(r"^\w+[ \t\\]*[:=]", re.MULTILINE)
"""What assigns nothing at the top is not parsed."""


def _why_odd(schema: Schema, value: Any) -> str:
    """What it should be instead; "" if it is fine."""
    if "enum" in schema:
        return "" if value in schema["enum"] else "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        words = [_why_odd(option, value) for option in schema["anyOf"]]
        return "" if "" in words else " or ".join(words)
    kind = schema.get("type")
    return "" if kind is None or kind in _json_kinds(value) else _WORDS[kind]


def _json_kinds(value: Any) -> tuple[str, ...]:
    match value:
        case None:
            return ("null",)
        case bool():
            return ("boolean",)
        case int():
            return ("integer", "number")
        case float():
            return ("number", "integer") if value.is_integer() else ("number",)
        case str():
            return ("string",)
        case list():
            return ("array",)
        case _:
            return ("object",)


def _kind_of(value: Any) -> str:
    short = {"string": "a text", "integer": "a whole number", "number": "a number", "array": "a list"}
    kind = _json_kinds(value)[0]
    return short.get(kind, _WORDS[kind])
