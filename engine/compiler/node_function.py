"""How to call what the user gave as a node or router: function, coroutine function, callable object, or runnable.

The shape is found once, when the graph is compiled, so that a call costs next to nothing.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType
from typing import Any, Protocol
from warnings import warn

from engine.compiler.brief_function import BriefFunction, brief_function
from engine.errors import NodeError

_CONFIG_HINTS = ("RunnableConfig", "Optional[RunnableConfig]", "RunnableConfig | None", "None | RunnableConfig")
_WRITER_HINTS = ("StreamWriter",)
_STORE_HINTS = ("BaseStore", "Optional[BaseStore]", "BaseStore | None")

INJECTED = ("config", "writer", "store", "previous", "runtime", "error")
"""Parameter names that the runtime fills in."""
_INJECTED_NAMES = frozenset(INJECTED)

_PLAIN_RESULTS = frozenset((dict, type(None), str, bool, list, tuple))
"""What nodes and routers nearly always return: neither a generator nor a runnable."""


class Injector(Protocol):
    """What a running task can give to its function."""

    @property
    def config(self) -> Any: ...

    def injected(self, name: str) -> Any:
        """The value for one of ``INJECTED``."""


class NodeFunction:
    """A user's function with the names of the parameters to fill in."""

    __slots__ = ("source", "name", "sync", "coroutine", "inject", "takes_config", "_brief", "_is_looked_through")

    def __init__(self, source: Any, name: str, *, first_is_input: bool = True) -> None:
        self.source = source
        self.name = name
        self.sync: Callable[..., Any] | None = None
        self.coroutine: Callable[..., Any] | None = None
        self.takes_config = False
        """The source is a runnable, called with (value, config)."""
        self.inject: tuple[str, ...] = ()
        self._brief: BriefFunction | None = None
        self._is_looked_through = False
        if is_runnable(source):
            self.sync, self.coroutine, self.takes_config = source.invoke, source.ainvoke, True
        elif isinstance(source, Mapping):
            self.sync = partial(_call_all, {key: NodeFunction(value, str(key)) for key, value in source.items()})
            self.inject = ("task",)
        elif callable(source):
            self.inject = injected_parameters(source, first_is_input=first_is_input)
            if is_coroutine_function(source):
                self.coroutine = source
            else:
                self.sync = source
        else:
            raise TypeError(f"Expected a Runnable, callable or dict. Instead got an unsupported type: {type(source)}")

    @property
    def is_async_only(self) -> bool:
        """Whether only ``ainvoke`` and ``astream`` can run it."""
        return self.sync is None

    def is_over_at_once(self, value: Any) -> bool:
        """Whether a call with this value cannot hold anybody up. The first time, the function is looked through."""
        if not self._is_looked_through:
            self._is_looked_through = True
            self._brief = brief_function(self.source) if not self.inject else None
        return self._brief is not None and self._brief.is_over_at_once(value)

    def call(self, value: Any, task: Injector) -> Any:
        """Call it here and now."""
        function = self.sync
        if function is None:
            raise TypeError(
                f'No synchronous function provided to "{self.name}".\n'
                "Either initialize with a synchronous function or invoke via the async API (ainvoke, astream, etc.)"
            )
        if self.takes_config:
            return function(value, task.config)
        if self.inject:
            result = function(value, **{name: task.injected(name) for name in self.inject})
        else:
            result = function(value)
        if type(result) in _PLAIN_RESULTS:
            return result
        return _resolved(result, task)

    async def acall(self, value: Any, task: Injector) -> Any:
        """Await it. Only for a source that has a coroutine; others are called on a thread by the driver."""
        assert self.coroutine is not None, "the driver asks is_async_only or coroutine first"
        if self.takes_config:
            return await self.coroutine(value, task.config)
        if self.inject:
            result = await self.coroutine(value, **{name: task.injected(name) for name in self.inject})
        else:
            result = await self.coroutine(value)
        if type(result) not in _PLAIN_RESULTS and is_runnable(result):
            return await result.ainvoke(value, task.config)
        return result


def _resolved(result: Any, task: Injector) -> Any:
    """What a generator yields last; what a returned runnable returns; else the result itself."""
    if inspect.isgenerator(result):
        values = deque(result, maxlen=1)
        return values[0] if values else None
    if is_runnable(result):
        return result.invoke(getattr(task, "input", None), task.config)
    return result


def _call_all(functions: Mapping[str, NodeFunction], value: Any, *, task: Any) -> dict[str, Any]:
    return {key: function.call(value, task) for key, function in functions.items()}


def is_runnable(value: Any) -> bool:
    """Whether it is called with ``invoke``: a compiled graph or a langchain runnable."""
    kind = type(value)
    return hasattr(kind, "invoke") and hasattr(kind, "ainvoke")


def is_coroutine_function(source: Any) -> bool:
    """Whether calling it gives an awaitable; looks through partials and callable objects."""
    while isinstance(source, partial):
        source = source.func
    if type(source) is FunctionType:
        is_marked = bool(source.__dict__) and inspect.iscoroutinefunction(source)  # inspect.markcoroutinefunction
        return is_marked or bool(source.__code__.co_flags & inspect.CO_COROUTINE)
    if inspect.iscoroutinefunction(source):
        return True
    return not inspect.isclass(source) and inspect.iscoroutinefunction(type(source).__call__)


def injected_parameters(function: Any, *, first_is_input: bool = True) -> tuple[str, ...]:
    """Names of the parameters that the runtime fills in."""
    if type(function) is FunctionType and not hasattr(function, "__wrapped__"):
        code = function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if _INJECTED_NAMES.isdisjoint(names):
            return ()
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return ()  # a builtin without a signature takes the input only
    if first_is_input:
        parameters = parameters[1:]
    return tuple(p.name for p in parameters if p.name in INJECTED and _is_injectable(p, function))


def _is_injectable(parameter: inspect.Parameter, function: Any) -> bool:
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        return False
    hint = parameter.annotation
    untyped = hint is parameter.empty
    text = hint if isinstance(hint, str) else _hint_text(hint)
    if parameter.name == "config":
        fits = untyped or _last_names(text) in _CONFIG_HINTS
        if not fits:
            warn(
                "The 'config' parameter should be typed as 'RunnableConfig' or 'RunnableConfig | None', "
                f"not '{hint}'. ",
                UserWarning,
                stacklevel=5,
            )
        return fits
    if parameter.name == "writer":
        return untyped or "StreamWriter" in text or "Callable" in text
    if parameter.name == "store":
        return untyped or "Store" in text
    if parameter.name == "error":
        return hint is NodeError or text.split(".")[-1] == "NodeError"
    return True


def _hint_text(hint: Any) -> str:
    return getattr(hint, "__qualname__", None) or str(hint) if inspect.isclass(hint) else str(hint)


def _last_names(text: str) -> str:
    """``typing.Optional[langchain_core.x.RunnableConfig]`` -> ``Optional[RunnableConfig]``."""
    words, word = [], ""
    for character in text:
        if character.isalnum() or character in "_.":
            word += character
        else:
            words += [word.split(".")[-1], character]
            word = ""
    return "".join([*words, word.split(".")[-1]])
