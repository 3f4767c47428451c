"""pydantic's adapter of a class or type: for JSON schemas, and for what checks an answer to a question.

Needs pydantic, which is imported when somebody asks.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, get_origin, get_type_hints, is_typeddict


def type_adapter(schema: Any) -> Any:
    """A ``TypeAdapter``; pydantic's errors if it cannot read the type."""
    from pydantic import TypeAdapter

    return TypeAdapter(_of_typing_extensions(schema) if is_typeddict(schema) else schema)


def _of_typing_extensions(schema: Any) -> Any:
    """A ``typing.TypedDict`` as that library's, which comes with pydantic: it takes no other before Python 3.12."""
    if sys.version_info >= (3, 12):
        return schema
    extensions = import_module("typing_extensions")
    keys = {}
    for key, hint in get_type_hints(schema, include_extras=True).items():
        is_told = str(get_origin(hint)).endswith("Required")  # what keys of postponed annotations do not know
        is_needed = key in schema.__required_keys__
        keys[key] = hint if is_told else extensions.Required[hint] if is_needed else extensions.NotRequired[hint]
    return extensions.TypedDict(schema.__name__, keys)
