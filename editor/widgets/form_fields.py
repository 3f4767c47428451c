"""Which fields a reply form has: a JSON schema into a flat list of fields. Pure, no Qt. Used by ``schema_form``.

Only what a form can draw well is turned into fields; anything else is one JSON field, so that no schema is a dead end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from editor.widgets.value_text import Parsed, parse_json

Schema = Mapping[str, Any]


class FieldKind(Enum):
    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    INTEGER = "integer"
    TRUTH = "truth"
    CHOICE = "choice"
    LINES = "lines"
    """A list of texts, one in a line."""
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Field:
    """`key` is "" for a schema that is no object: the answer is the field's own value."""

    key: str
    title: str
    kind: FieldKind
    description: str = ""
    choices: tuple[Any, ...] = ()
    required: bool = True
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    may_be_null: bool = False
    shortest: int = 0
    """Of a text, in letters."""


def fields_of(schema: Schema) -> tuple[Field, ...]:
    schema = _resolve(schema, schema)
    properties = schema.get("properties")
    if schema.get("type") == "object" or properties:
        if not properties:
            return (_field("", schema, schema, required=True),)
        required = set(schema.get("required", ()))
        return tuple(_field(key, part, schema, required=key in required) for key, part in properties.items())
    alone = _field("", schema, schema, required=True)
    if alone.kind is FieldKind.TRUTH and alone.default is None:
        # Nobody has said no who has not touched a box: a question to which yes or no is the whole answer is chosen.
        alone = replace(alone, kind=FieldKind.CHOICE, choices=(True, False))
    return (alone,)


def _field(key: str, schema: Schema, root: Schema, *, required: bool) -> Field:
    schema, may_be_null = _without_null(_resolve(schema, root), root)
    return Field(
        key=key,
        title=str(schema.get("title") or key.replace("_", " ").capitalize() or "Answer"),
        kind=_kind(schema),
        description=_description(schema),
        choices=_choices(schema),
        required=required,
        default=schema.get("default"),
        minimum=schema.get("minimum"),
        maximum=schema.get("maximum"),
        may_be_null=may_be_null,
        shortest=schema["minLength"] if isinstance(schema.get("minLength"), int) else 0,
    )


def _description(schema: Schema) -> str:
    """With the pattern that the engine will hold the answer to; a pattern of somebody else's is not tried here."""
    pattern = f"Fits {schema['pattern']}" if isinstance(schema.get("pattern"), str) else ""
    return " · ".join(filter(None, (str(schema.get("description", "")), pattern)))


def _kind(schema: Schema) -> FieldKind:
    if _choices(schema):
        return FieldKind.CHOICE
    match schema.get("type"):
        case "string":
            return FieldKind.LONG_TEXT if schema.get("format") == "textarea" else FieldKind.TEXT
        case "boolean":
            return FieldKind.TRUTH
        case "integer":
            return FieldKind.INTEGER
        case "number":
            return FieldKind.NUMBER
        case "array" if _is_plain_text(schema.get("items")):
            return FieldKind.LINES
        case _:
            return FieldKind.JSON


def _is_plain_text(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "string" and not _choices(schema)


def _choices(schema: Schema) -> tuple[Any, ...]:
    if "const" in schema:
        return (schema["const"],)
    return tuple(schema.get("enum", ()))


def _resolve(schema: Schema, root: Schema, hops: int = 8) -> Schema:
    """Follow ``$ref`` inside the same schema. A loop or a missing name leaves the schema as it is: a JSON field."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/") or hops == 0:
        return schema
    found: Any = root
    for part in reference[2:].split("/"):
        found = found.get(part) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return _resolve({**found, **rest}, root, hops - 1)


def _without_null(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """``anyOf: [X, null]`` is X that may be left empty."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, list):
        others = [option for option in options if option.get("type") != "null"]
        if len(others) == 1 and len(options) == 2:
            rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
            return {**_resolve(others[0], root), **rest}, True
    return schema, False


def read_field(field: Field, entered: Any) -> Parsed:
    """What the user entered (text, bool or a choice) into the field's value, or a sentence on what is wrong."""
    if entered in ("", None) and field.kind is not FieldKind.TRUTH:
        return _read_empty(field, entered)
    match field.kind:
        case FieldKind.INTEGER | FieldKind.NUMBER:
            return _read_number(field, str(entered).strip())
        case FieldKind.JSON:
            return parse_json(str(entered))
        case FieldKind.LINES:
            return Parsed([line.strip() for line in str(entered).splitlines() if line.strip()])
        case FieldKind.TEXT | FieldKind.LONG_TEXT if len(entered) < field.shortest:
            return Parsed(problem=f"{field.title} has at least {field.shortest} letters.")
        case FieldKind.TRUTH:
            return Parsed(bool(entered))
        case _:
            return Parsed(entered)


def _read_empty(field: Field, entered: Any) -> Parsed:
    if field.may_be_null or not field.required:
        return Parsed(None)
    if field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) and entered == "" and not field.shortest:
        return Parsed("")
    if field.kind is FieldKind.LINES:
        return Parsed([])
    return Parsed(problem=f"{field.title} is missing.")


def _read_number(field: Field, text: str) -> Parsed:
    try:
        number = int(text) if field.kind is FieldKind.INTEGER else float(text)
    except ValueError:
        example = "a whole number, such as 3" if field.kind is FieldKind.INTEGER else "a number, such as 0.75"
        return Parsed(problem=f"{field.title} is {example}.")
    if field.minimum is not None and number < field.minimum:
        return Parsed(problem=f"{field.title} is at least {field.minimum:g}.")
    if field.maximum is not None and number > field.maximum:
        return Parsed(problem=f"{field.title} is at most {field.maximum:g}.")
    return Parsed(number)


def answer_of(fields: tuple[Field, ...], entered: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """The whole answer and the problems by field key. A field that is not required and empty is left out."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        parsed = read_field(field, entered.get(field.key))
        if not parsed.ok:
            problems[field.key] = parsed.problem
        elif field.required or parsed.value is not None:
            values[field.key] = parsed.value
    if len(fields) == 1 and fields[0].key == "":
        return values.get(""), problems
    return values, problems
