"""Schemas of a graph's input, output and context: as JSON, and as pydantic's classes.

Needs pydantic, which is imported when somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import fields, is_dataclass
from inspect import isclass
from typing import Any, get_args, get_origin, get_type_hints

from engine.graph.builder import GraphBuilder
from engine.graph.state_schema import ROOT
from engine.runtime.type_adapter import type_adapter


def of_state_schema(builder: GraphBuilder, schema: Any, name: str) -> dict[str, Any]:
    """Of one of a state graph's schemas."""
    if isclass(schema) and hasattr(schema, "model_json_schema"):
        return dict(schema.model_json_schema())
    if _is_typed_dict(schema):
        return type_adapter(schema).json_schema()  # type: ignore[no-any-return] # pydantic is optional and untyped here
    read = builder.schemas[schema]
    if read.is_root:
        typ = builder.channels[ROOT].UpdateType
        return _root_model(name, typ, root=(typ, None)).model_json_schema()  # type: ignore[no-any-return] # as above
    defaults = _defaults(schema)
    model = _model(
        name,
        {
            key: (builder.channels[key].UpdateType, defaults.get(key, None if key in defaults else ...))
            for key in read.channels
        },
    )
    return model.model_json_schema()  # type: ignore[no-any-return] # as above


def of_types(types: Any, name: str) -> dict[str, Any]:
    """Of one value's type, or of a dict of them, where None stands for a value that is not there."""
    return dict(model_of_types(types, name).model_json_schema())


def model_of_types(types: Any, name: str) -> Any:
    """As ``of_types``, as a class; a type that is one of pydantic's models already is itself the answer."""
    if isinstance(types, dict):
        return _model(name, {key: (typ, None) for key, typ in types.items()})
    return types if isclass(types) and hasattr(types, "model_json_schema") else _root_model(name, types)


def model_of_config(context_schema: Any, include: Sequence[str], name: str) -> Any:
    """A config's ``configurable``, and those of its other keys that are named."""
    keys = {key: (Any, None) for key in include if key != "configurable"}
    return _model(name, keys if context_schema is None else {"configurable": (context_schema, None), **keys})


def of_context(schema: Any) -> dict[str, Any] | None:
    """Of a context schema; None if there is none."""
    if schema is None:
        return None
    if isclass(schema) and hasattr(schema, "model_json_schema"):
        return dict(schema.model_json_schema())
    if _is_typed_dict(schema) or is_dataclass(schema):
        return type_adapter(schema).json_schema()  # type: ignore[no-any-return] # as above
    raise ValueError(f"Invalid context schema type: {schema}. Must be a BaseModel, TypedDict or dataclass.")


def _defaults(schema: Any) -> dict[str, Any]:
    """Default values of the fields that have one; an Optional field has None."""
    found: dict[str, Any] = {}
    if is_dataclass(schema):
        for field in fields(schema):
            if field.default is not NO_DEFAULT:
                found[field.name] = field.default
            elif field.default_factory is not NO_DEFAULT:
                found[field.name] = field.default_factory()
    for key, hint in get_type_hints(schema, include_extras=True).items():
        if key not in found and (_is_optional(hint) or hasattr(schema, key)):
            found[key] = getattr(schema, key, None)
    return found


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) is not None and type(None) in get_args(hint)


def _is_typed_dict(schema: Any) -> bool:
    return isclass(schema) and issubclass(schema, dict) and hasattr(schema, "__total__")


def _root_model(name: str, typ: Any, **definitions: Any) -> Any:
    """``root=(type, default)`` if the value may be left out."""
    from pydantic import RootModel, create_model

    return create_model(name, __base__=RootModel[typ], **definitions)


def _model(name: str, definitions: dict[str, Any]) -> Any:
    from pydantic import create_model

    return create_model(name, **definitions)
