"""What checks the answer to a question against its ``response_schema``. Called by ``interrupts`` only.

Needs pydantic, and only if a schema class is given.
"""

from __future__ import annotations

import sys
import typing
from typing import Any


def answer_adapter(schema: Any) -> Any:
    """pydantic's ``TypeAdapter`` of the class or type; None if the answer is taken as it is."""
    if schema is None or isinstance(schema, dict):
        return None
    from pydantic import TypeAdapter

    return TypeAdapter(_as_pydantic_reads_it(schema))


def _as_pydantic_reads_it(schema: Any) -> Any:
    """The same type. WORKAROUND pydantic 2: before Python 3.12 it refuses a TypedDict of ``typing``, whose keys do not
    tell there whether they are required; of ``typing_extensions`` it takes it.
    """
    if sys.version_info >= (3, 12) or not typing.is_typeddict(schema):
        return schema
    from typing_extensions import NotRequired, Required, TypedDict, get_type_hints

    fields = {}
    for key, hint in get_type_hints(schema, include_extras=True).items():
        marker: Any = typing.get_origin(hint)
        fields[key] = (
            hint
            if marker in (Required, NotRequired)
            else (Required if key in schema.__required_keys__ else NotRequired)[hint]
        )
    return TypedDict(schema.__name__, fields)  # type: ignore[operator] # the functional form, with names of run time
