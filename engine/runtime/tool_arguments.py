"""Arguments of a tool that the graph fills in and no model may: state, store, runtime. Needs langchain-core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from langchain_core.tools import BaseTool, InjectedToolArg
from langchain_core.tools.base import _DirectlyInjectedToolArg, get_all_basemodel_annotations

from engine.runtime.config import CONF, TASK
from engine.runtime.runtime_info import ExecutionInfo, ServerInfo

ContextT = TypeVar("ContextT")
StateT = TypeVar("StateT")


class InjectedState(InjectedToolArg):
    """``Annotated[dict, InjectedState]``: the state. ``Annotated[str, InjectedState("key")]``: one key of it."""

    def __init__(self, field: str | None = None) -> None:
        self.field = field


class InjectedStore(InjectedToolArg):
    """``Annotated[Any, InjectedStore()]``: the store that the graph was compiled with."""


@dataclass
class ToolRuntime(_DirectlyInjectedToolArg, Generic[ContextT, StateT]):
    """What a tool finds in a parameter of this type, or called ``runtime``: all that its node knows."""

    state: Any
    context: Any
    config: Any
    stream_writer: Any
    tool_call_id: str | None
    store: Any
    tools: list[BaseTool] = field(default_factory=list)
    """All that the node has."""
    execution_info: ExecutionInfo | None = None
    server_info: ServerInfo | None = None

    def emit_output_delta(self, delta: Any) -> None:
        """Show a part of the output in stream mode ``tools``, before the tool has ended."""
        task = self.config.get(CONF, {}).get(TASK)
        if task is not None:
            payload = {"event": "tool-output-delta", "tool_call_id": self.tool_call_id, "delta": delta}
            task.run.emit("tools", payload)


@dataclass(frozen=True)
class FilledArguments:
    """Which of a tool's arguments are filled in."""

    state: Mapping[str, str | None]
    """Argument -> key of the state; None for all of it."""
    optional: frozenset[str]
    """Those of them that have a default, for a state without the key."""
    store: str | None
    runtime: str | None
    hidden: frozenset[str]
    """Everything that a model has no business to give."""

    @classmethod
    def of(cls, tool: BaseTool) -> FilledArguments:
        """From the annotations of the tool's function and of its schema."""
        schema: Any = tool.get_input_schema()
        function = getattr(tool, "func", None) or getattr(tool, "coroutine", None)
        hints = get_type_hints(function, include_extras=True) if function is not None else {}
        state: dict[str, str | None] = {}
        store = runtime = None
        hidden = set()
        for name, annotation in {**hints, **get_all_basemodel_annotations(schema)}.items():
            marks = [mark for mark in _marks(annotation) if _is_mark(mark, (InjectedToolArg, _DirectlyInjectedToolArg))]
            hidden |= {name} if marks else set()
            for mark in marks:
                if _is_mark(mark, InjectedState):
                    state[name] = getattr(mark, "field", None)
                elif _is_mark(mark, InjectedStore):
                    store = name
                elif _is_mark(mark, ToolRuntime):
                    runtime = name
            if name == "runtime":
                runtime = name
        fields = getattr(schema, "model_fields", {})
        optional = frozenset(name for name in state if name in fields and not fields[name].is_required())
        return cls(state, optional, store, runtime, frozenset((*hidden, *state, *filter(None, (store, runtime)))))

    def fill(self, given: Mapping[str, Any], runtime: ToolRuntime[Any, Any], messages_key: str) -> dict[str, Any]:
        """The arguments of a call: what the model gave, without what it must not give, and what is filled in.

        Raises KeyError for a key that the state has not, ValueError for a graph without a store.
        """
        arguments = {name: value for name, value in given.items() if name not in self.hidden}
        state = {messages_key: runtime.state} if isinstance(runtime.state, list) else runtime.state
        for name, key in self.state.items():
            if key is None:
                arguments[name] = state
            elif isinstance(state, Mapping) and key in state:
                arguments[name] = state[key]
            elif not isinstance(state, Mapping) and hasattr(state, key):
                arguments[name] = getattr(state, key)
            elif name not in self.optional:
                raise KeyError(key)
        if self.store is not None:
            if runtime.store is None:
                raise ValueError(
                    "Cannot inject store into tools with InjectedStore annotations - "
                    "please compile your graph with a store."
                )
            arguments[self.store] = runtime.store
        if self.runtime is not None:
            arguments[self.runtime] = runtime
        return arguments


def _marks(annotation: Any) -> Iterator[Any]:
    """What an annotation consists of: itself, and the parts of a union or ``Annotated``."""
    origin = get_origin(annotation)
    yield annotation if origin is None else origin
    if origin in (Union, Annotated) or type(annotation).__name__ == "UnionType":
        for part in get_args(annotation):
            yield from _marks(part)


def _is_mark(part: Any, kinds: Any) -> bool:
    return isinstance(part, kinds) or (isinstance(part, type) and issubclass(part, kinds))
