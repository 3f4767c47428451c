"""What the annotations of a node or router function say: the state it reads, where it may go."""

from __future__ import annotations

import inspect
from types import FunctionType, MethodType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engine.types import Command


def first_parameter_hint(function: Any) -> Any:
    """The type of the first parameter, if it is annotated and the annotation can be read; else None."""
    function = _plain_function(function)
    if not getattr(function, "__annotations__", None):
        return None
    parameters = list(inspect.signature(function).parameters)
    if parameters and parameters[0] == "self":
        parameters = parameters[1:]
    if not parameters:
        return None
    hint = _hints(function).get(parameters[0])
    return hint if hint is not None and hint is not Any and hasattr(hint, "__annotations__") else None


def command_targets(function: Any) -> tuple[str, ...]:
    """The node names of a return hint ``Command[Literal["a", "b"]]``, also inside a union."""
    hint = _return_hint(function)
    if hint is None:
        return ()
    targets: list[str] = []
    for part in _union_parts(hint):
        if get_origin(part) is Command or part is Command:
            for argument in get_args(part):
                if get_origin(argument) is Literal:
                    targets += get_args(argument)
    return tuple(dict.fromkeys(targets))


def literal_targets(function: Any) -> dict[Any, str] | None:
    """The node names of a router's return hint ``Literal["a", "b"]``."""
    for part in _union_parts(_return_hint(function)):
        if get_origin(part) is Literal:
            return {name: name for name in get_args(part)}
    return None


def _return_hint(function: Any) -> Any:
    function = _plain_function(function)
    if "return" not in (getattr(function, "__annotations__", None) or ()):
        return None
    return _hints(function).get("return")


def _hints(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except (NameError, TypeError, AttributeError, SyntaxError):
        return {}  # a name that exists for type checkers only: the hint says nothing at run time


def _plain_function(function: Any) -> Any:
    """The function behind a method, a callable object or a runnable that wraps one."""
    if isinstance(function, (FunctionType, MethodType)):
        return function
    for attribute in ("func", "afunc"):
        inner = getattr(function, attribute, None)
        if isinstance(inner, (FunctionType, MethodType)) and not inspect.isclass(function):
            return inner
    if hasattr(function, "invoke"):
        return None
    return type(function).__call__ if callable(function) and not inspect.isclass(function) else None


def _union_parts(hint: Any) -> tuple[Any, ...]:
    origin = get_origin(hint)
    if origin is Union or getattr(origin, "__name__", "") == "UnionType":
        return get_args(hint)
    return (hint,)
