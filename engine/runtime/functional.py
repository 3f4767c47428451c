"""The functional API: ``@entrypoint`` makes a graph of one function, ``@task`` makes calls whose results are kept.

When an entrypoint is resumed it runs again from its first line; calls of tasks that have finished return their stored
result.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args, get_origin
from warnings import warn

from engine.channels import EphemeralValue, LastValue
from engine.compiler.compile_graph import cache_namespace, function_address, retry_policies
from engine.compiler.node_function import NodeFunction, is_coroutine_function
from engine.compiler.plan import NodePlan, Writes, make_plan
from engine.errors import LangGraphDeprecatedSinceV05, LangGraphDeprecatedSinceV10
from engine.graph.names import END, PREVIOUS, PUSH, RETURN, START
from engine.runtime.apply_step import path_text
from engine.runtime.compiled_graph import Pregel
from engine.runtime.running_task import running_task
from engine.runtime.task import PUSH_TRIGGERS, Task
from engine.types import MISSING, CachePolicy, RetryPolicy, TimeoutPolicy

R = TypeVar("R")
S = TypeVar("S")


@dataclass(frozen=True)
class Final(Generic[R, S]):
    """What an entrypoint returns and what it saves, if these differ."""

    value: R
    save: S


class entrypoint:
    """Decorator: a function as a graph. ``previous`` is what it saved the last time on this thread."""

    final = Final

    def __init__(
        self,
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        context_schema: Any = None,
        cache_policy: CachePolicy | None = None,
        retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
        timeout: Any = None,
        **deprecated: Any,
    ) -> None:
        if (retry := deprecated.pop("retry", MISSING)) is not MISSING:
            warn(
                LangGraphDeprecatedSinceV05(
                    "`retry` is deprecated and will be removed. Please use `retry_policy` instead."
                ),
                stacklevel=2,
            )
            retry_policy = retry_policy or retry
        if (config_schema := deprecated.pop("config_schema", MISSING)) is not MISSING:
            text = "`config_schema` is deprecated and will be removed. Please use `context_schema` instead."
            warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
            context_schema = context_schema or config_schema
        self.checkpointer = checkpointer
        self.store = store
        self.cache = cache
        self.context_schema = context_schema
        self.cache_policy = cache_policy
        self.retry_policies = retry_policies(retry_policy)
        self.timeout = TimeoutPolicy.coerce(timeout) if timeout is not None else None

    def __call__(self, function: Callable[..., Any]) -> Pregel:
        """The graph."""
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise NotImplementedError("Generators are not supported in the Functional API.")
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters:
            raise ValueError("Entrypoint function must have at least one parameter")
        name = getattr(function, "__name__", type(function).__name__)
        if self.timeout is not None and not is_coroutine_function(function):
            raise ValueError(f"Node timeout is only supported for async nodes. Entrypoint '{name}' is sync.")
        node = NodePlan(
            name=name,
            function=NodeFunction(function, name),
            reads=START,
            make=None,
            triggers=(START,),
            writes=_final_writes,
            retry_policies=self.retry_policies,
            cache_policy=self.cache_policy,
            timeout=self.timeout,
            cache_namespace=cache_namespace(function, name),
        )
        returned, saved = _return_types(function)
        channels: dict[str, Any] = {
            START: EphemeralValue(parameters[0].annotation),
            END: LastValue(returned, END),
            PREVIOUS: LastValue(saved, PREVIOUS),
        }
        channels[START].key = START
        plan = make_plan(
            {name: node},
            channels,
            managed={},
            input_key=START,
            output_keys=END,
            stream_keys=END,
            streams_eagerly=True,
        )
        graph: Pregel = Pregel(
            plan,
            checkpointer=self.checkpointer,
            store=self.store,
            cache=self.cache,
            context_schema=self.context_schema,
        )
        return graph


def _final_writes(result: Any) -> Writes:
    if isinstance(result, Final):
        return [(END, result.value), (PREVIOUS, result.save)]
    return [(END, result), (PREVIOUS, result)]


def _return_types(function: Callable[..., Any]) -> tuple[Any, Any]:
    hint = inspect.signature(function).return_annotation
    if get_origin(hint) is Final:
        returned, saved = get_args(hint)
        return returned, saved
    return hint, hint


class TaskFunction:
    """What ``@task`` makes: a call starts the function and returns a future of its result."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        retry_policy: Sequence[RetryPolicy] = (),
        cache_policy: CachePolicy | None = None,
        name: str | None = None,
        timeout: TimeoutPolicy | None = None,
    ) -> None:
        if name is not None:
            function = _renamed(function, name)
        self.func = function
        self.cache_policy = cache_policy
        self.timeout = timeout
        functools.update_wrapper(self, function)
        shown: str = name or getattr(function, "__name__", "") or type(function).__name__
        self._node = NodePlan(
            name=shown,
            function=_CallFunction(function, shown),
            reads=(),
            make=None,
            triggers=PUSH_TRIGGERS,
            writes=_returned,
            retry_policies=tuple(retry_policy),
            cache_policy=cache_policy,
            timeout=timeout,
            cache_namespace=("__pregel_ns_writes", function_address(function) or "__dynamic__"),
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Start the function. Only inside an entrypoint, a task or a node."""
        return call_task(self._node, args, kwargs)

    def clear_cache(self, cache: Any) -> None:
        """Forget its cached results."""
        if self.cache_policy is not None:
            cache.clear([self._node.cache_namespace])

    async def aclear_cache(self, cache: Any) -> None:
        """As ``clear_cache``."""
        if self.cache_policy is not None:
            await cache.aclear([self._node.cache_namespace])


def _renamed(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    renamed = functools.partial(function)
    functools.update_wrapper(renamed, function)
    renamed.__name__ = name  # type: ignore[attr-defined] # update_wrapper has made it
    return renamed


def _returned(result: Any) -> Writes:
    return [(RETURN, result)]


class _CallFunction(NodeFunction):
    """A function that is called with its own arguments instead of a state."""

    __slots__ = ()

    def __init__(self, source: Any, name: str) -> None:
        super().__init__(source, name, first_is_input=False)

    def call(self, value: Any, task: Any) -> Any:
        if self.sync is None:
            raise TypeError(
                f'No synchronous function provided to "{self.name}".\n'
                "Either initialize with a synchronous function or invoke via the async API (ainvoke, astream, etc.)"
            )
        args, kwargs = value
        return self.sync(*args, **self._filled(kwargs, task))

    async def acall(self, value: Any, task: Any) -> Any:
        assert self.coroutine is not None, "the driver asks first"
        args, kwargs = value
        return await self.coroutine(*args, **self._filled(kwargs, task))

    def _filled(self, kwargs: dict[str, Any], task: Any) -> dict[str, Any]:
        missing = {name: task.injected(name) for name in self.inject if name not in kwargs}
        return {**kwargs, **missing} if missing else kwargs


def call_task(node: NodePlan, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Start a call within the running task's step; a future of its result."""
    caller = running_task()
    run = caller.run
    index = caller.next_call_index()
    called = Task(run, node, (PUSH, caller.path, index, True), PUSH_TRIGGERS, (args, kwargs))
    called.extra_id_parts = (path_text(caller.path), str(index))
    called.parent_call = caller
    return run.executor.call(called)


def task(
    function: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
    cache_policy: CachePolicy | None = None,
    timeout: Any = None,
    **deprecated: Any,
) -> Any:
    """Decorator: calls of the function become tasks. ``@task`` or ``@task(...)``."""
    if (retry := deprecated.pop("retry", MISSING)) is not MISSING:
        warn(
            LangGraphDeprecatedSinceV05(
                "`retry` is deprecated and will be removed. Please use `retry_policy` instead."
            ),
            stacklevel=2,
        )
        retry_policy = retry_policy or retry
    limit = TimeoutPolicy.coerce(timeout) if timeout is not None else None

    def decorate(function: Callable[..., Any]) -> TaskFunction:
        if limit is not None and not is_coroutine_function(function):
            shown = name or getattr(function, "__name__", "task")
            raise ValueError(f"Node timeout is only supported for async nodes. Task '{shown}' is sync.")
        return TaskFunction(
            function, retry_policy=retry_policies(retry_policy), cache_policy=cache_policy, name=name, timeout=limit
        )

    return decorate if function is None else decorate(function)
