"""Which classes may be made again when a value is read. Nothing here imports a module by name.

A class is known because a graph's schema names it, because someone added it, or because this process stored a value of
it. A name that is not known is no error: the codec then makes a ``DataRecord``.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

_OUR_MODULES = frozenset({"engine.types", "engine.errors", "engine.store.checkpoint_tuple"})
"""Our own data classes; imported if need be, since they are ours."""

_TRUSTED_IF_LOADED = (
    "langgraph.types",
    "langgraph.checkpoint.serde.types",
    "langgraph.store.base",
    "langchain_core.messages.",
    "langchain_core.documents.",
    "langchain_core.prompt_values",
)
"""Data classes of the libraries people build graphs with: restored if the process has loaded them anyway."""


def name_of(kind: type) -> str:
    """How a class is named in stored text: ``module:qualified.name``."""
    return f"{kind.__module__}:{kind.__qualname__}"


class TypeRegistry:
    """Names to classes. Adding is safe from any thread."""

    def __init__(self, types: Iterable[type] = ()) -> None:
        self._types: dict[str, type] = {}
        self._schemas: dict[int, Any] = {}
        self.add(*types)

    def add(self, *types: type) -> None:
        """Allow these classes to be restored. A later class of the same name replaces an earlier one."""
        for kind in types:
            self._types[name_of(kind)] = kind

    def add_schema(self, *schemas: Any) -> None:
        """Allow every class that these state schemas name, however deep: in fields, unions, lists, annotations."""
        new = [schema for schema in schemas if id(schema) not in self._schemas]
        if not new:
            return  # the same graph again, as for each run
        for kind in _classes_in(new):
            self.add(kind)
        self._schemas.update((id(schema), schema) for schema in new)

    def add_all_of(self, other: TypeRegistry) -> None:
        """Allow what another registry allows."""
        self._types.update(other._types)

    def find(self, name: str) -> type | None:
        """The class of that name, or None."""
        found = self._types.get(name)
        return found if found is not None else _loaded_library_class(name)


def _loaded_library_class(name: str) -> type | None:
    module_name, _, qualified = name.partition(":")
    if module_name in _OUR_MODULES:
        import importlib

        found: Any = importlib.import_module(module_name)
    elif module_name in _TRUSTED_IF_LOADED or module_name.startswith(
        tuple(prefix for prefix in _TRUSTED_IF_LOADED if prefix.endswith("."))
    ):
        found = sys.modules.get(module_name)
    else:
        return None
    for part in qualified.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) and found.__module__ == module_name else None


def _classes_in(schemas: Iterable[Any]) -> Iterator[type]:
    seen: set[int] = set()
    kept: list[Any] = []  # keeps generated annotation objects alive, so that their ids stay theirs
    waiting = list(schemas)
    while waiting:
        annotation = waiting.pop()
        if id(annotation) in seen:
            continue
        seen.add(id(annotation))
        kept.append(annotation)
        waiting.extend(typing.get_args(annotation))
        if not isinstance(annotation, type) or typing.get_origin(annotation) is not None:
            continue
        if _is_data_class(annotation):
            yield annotation
        if annotation.__module__ != "builtins":
            waiting.extend(_annotations_of(annotation))
            waiting.extend(annotation.__subclasses__() if _is_data_class(annotation) else ())


def _is_data_class(kind: type) -> bool:
    return (
        dataclasses.is_dataclass(kind)
        or issubclass(kind, (Enum, BaseException))
        or hasattr(kind, "__pydantic_fields__")
        or hasattr(kind, "__fields_set__")
        or hasattr(kind, "__attrs_attrs__")
        or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
    )


def _annotations_of(kind: type) -> Iterable[Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True).values()
    except Exception:  # a name in an annotation that cannot be resolved; what is there already is still of use
        return [hint for hint in getattr(kind, "__annotations__", {}).values() if not isinstance(hint, str)]
