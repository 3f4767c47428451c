"""``ToolNode``: runs the tools that the last message of a model asks for, side by side. Needs langchain-core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import Runnable
from langchain_core.runnables.config import get_config_list, get_executor_for_config
from langchain_core.tools import BaseTool
from langchain_core.tools import tool as make_tool

from engine.graph.names import END
from engine.runtime.config import CONF, READ, RUNTIME
from engine.runtime.graph_basics import GraphBasics
from engine.runtime.langchain_runnable import make_known_to_langchain
from engine.runtime.running_task import complete_config
from engine.runtime.runtime_info import Runtime
from engine.runtime.tool_answers import Output, answer_wrong_arguments, checked_answer, failure_answer
from engine.runtime.tool_arguments import FilledArguments, ToolRuntime
from engine.types import Command, Send

WITH_CONTEXT = "tool_call_with_context"
"""Marks an input that is one call and the state it is made in: what a ``Send`` to this node carries."""


@dataclass(frozen=True)
class ToolCallRequest:
    """One call, as a wrapper sees it."""

    tool_call: Any
    tool: BaseTool | None
    """None for a name that the node does not know."""
    state: Any
    runtime: ToolRuntime[Any, Any]

    def override(self, **changes: Any) -> ToolCallRequest:
        """The request with other attributes."""
        return replace(self, **changes)


class ToolNode(Runnable[Any, Any]):
    """A node that runs tools: of the last ``AIMessage`` in the state, in a list of messages, or given as calls.

    ``handle_tool_errors``: what becomes of a tool's exception. True or exception classes: the model is told of it; a
    text or a function of the exception: what it is told; False: the run fails. ``wrap_tool_call(request, execute)`` is
    called around each call, ``awrap_tool_call`` in its place in asynchronous runs. Returns the messages in the shape of
    the input: a dict with ``messages_key``, or a list; with commands among them a list that a graph takes apart.
    """

    def __init__(
        self,
        tools: Sequence[Any],
        *,
        name: str = "tools",
        tags: list[str] | None = None,
        handle_tool_errors: Any = answer_wrong_arguments,
        messages_key: str = "messages",
        wrap_tool_call: Callable[..., Any] | None = None,
        awrap_tool_call: Callable[..., Any] | None = None,
    ) -> None:
        make_known_to_langchain(GraphBasics)
        self.name = name
        self.tags = tags
        self._handle = handle_tool_errors
        self._key = messages_key
        self._wrap = wrap_tool_call
        self._wrap_async = awrap_tool_call
        self._tools: dict[str, BaseTool] = {}
        for given in tools:
            found: Any = given if isinstance(given, BaseTool) else make_tool(given)
            self._tools[found.name] = found
        self._filled = {name: FilledArguments.of(found) for name, found in self._tools.items()}

    @property
    def tools_by_name(self) -> dict[str, BaseTool]:
        """The tools."""
        return self._tools

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        config = complete_config(config)
        calls, shape = self._calls(input)
        requests = self._requests(calls, input, config)
        if len(requests) == 1:
            return self._combined([self._run(requests[0], shape)], shape)
        with get_executor_for_config(config) as executor:
            return self._combined(list(executor.map(self._run, requests, [shape] * len(requests))), shape)

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        config = complete_config(config)
        calls, shape = self._calls(input)
        requests = self._requests(calls, input, config)
        return self._combined(await asyncio.gather(*(self._arun(each, shape) for each in requests)), shape)

    def _calls(self, input: Any) -> tuple[list[Any], str]:
        if isinstance(input, list):
            if input and isinstance(input[-1], dict) and input[-1].get("type") == "tool_call":
                return input, "calls"
            messages, shape = input, "list"
        elif isinstance(input, dict) and input.get("__type") == WITH_CONTEXT:
            return [input["tool_call"]], "calls"
        else:
            messages = input.get(self._key, []) if isinstance(input, dict) else getattr(input, self._key, [])
            shape = "dict"
        if not messages:
            raise ValueError("No message found in input")
        for message in reversed(messages):
            if isinstance(message, AIMessage):
                return list(message.tool_calls), shape
        raise ValueError("No AIMessage found in input")

    def _requests(self, calls: Sequence[Any], input: Any, config: Any) -> list[ToolCallRequest]:
        runtime: Runtime[Any] = config[CONF].get(RUNTIME) or Runtime()
        requests = []
        for call, its_config in zip(calls, get_config_list(config, len(calls)), strict=True):
            state = self._state(input, its_config)
            about = ToolRuntime[Any, Any](
                state=state,
                tool_call_id=call["id"],
                config=its_config,
                context=runtime.context,
                store=runtime.store,
                stream_writer=runtime.stream_writer,
                tools=list(self._tools.values()),
                execution_info=runtime.execution_info,
                server_info=runtime.server_info,
            )
            requests.append(ToolCallRequest(call, self._tools.get(call["name"]), state, about))
        return requests

    def _state(self, input: Any, config: Any) -> Any:
        """The state that a call is made in; of a bare call the graph's, if one is running."""
        if isinstance(input, dict) and input.get("__type") == WITH_CONTEXT:
            return input["state"]
        if isinstance(input, list) and input and isinstance(input[-1], dict) and input[-1].get("type") == "tool_call":
            read = config.get(CONF, {}).get(READ)
            return read(list(read.__self__.run.plan.stream_keys), True) if read is not None else {}
        return input

    def _run(self, request: ToolCallRequest, shape: str) -> Output:
        if self._wrap is None:
            return self._execute(request, shape)
        try:
            return self._wrap(request, lambda changed: self._execute(changed, shape))
        except Exception as error:
            return self._told(request, error)

    async def _arun(self, request: ToolCallRequest, shape: str) -> Output:
        async def execute(changed: ToolCallRequest) -> Output:
            return await self._execute_async(changed, shape)

        if self._wrap_async is not None:
            try:
                return await self._wrap_async(request, execute)
            except Exception as error:
                return self._told(request, error)
        return self._run(request, shape) if self._wrap is not None else await execute(request)

    def _execute(self, request: ToolCallRequest, shape: str) -> Output:
        call, tool = request.tool_call, request.tool
        if tool is None:
            return self._unknown(call)
        arguments = self._arguments(request, tool)
        try:
            return checked_answer(tool.invoke(arguments, request.runtime.config), call, shape, self._key)
        except Exception as error:
            return self._told(request, error)

    async def _execute_async(self, request: ToolCallRequest, shape: str) -> Output:
        call, tool = request.tool_call, request.tool
        if tool is None:
            return self._unknown(call)
        arguments = self._arguments(request, tool)
        try:
            return checked_answer(await tool.ainvoke(arguments, request.runtime.config), call, shape, self._key)
        except Exception as error:
            return self._told(request, error)

    def _arguments(self, request: ToolCallRequest, tool: BaseTool) -> dict[str, Any]:
        call = request.tool_call
        filled = self._filled.get(call["name"]) or FilledArguments.of(tool)
        return {**call, "args": filled.fill(call["args"], request.runtime, self._key), "type": "tool_call"}

    def _unknown(self, call: Any) -> ToolMessage:
        text = f"Error: {call['name']} is not a valid tool, try one of [{', '.join(self._tools)}]."
        return ToolMessage(text, name=call["name"], tool_call_id=call["id"], status="error")

    def _told(self, request: ToolCallRequest, error: Exception) -> Output:
        call = request.tool_call
        filled = self._filled.get(call["name"])
        return failure_answer(error, call, filled.hidden if filled is not None else frozenset(), self._handle)

    def _combined(self, outputs: Sequence[Output], shape: str) -> Any:
        flat = [item for output in outputs for item in (output if isinstance(output, list) else [output])]
        if not any(isinstance(item, Command) for item in flat):
            return flat if shape == "list" else {self._key: flat}
        combined: list[Any] = []
        sends: list[Any] = []
        for item in flat:
            if isinstance(item, Command) and item.graph == Command.PARENT and _sends_only(item):
                sends += item.goto
            elif isinstance(item, Command):
                combined.append(item)
            else:
                combined.append([item] if shape == "list" else {self._key: [item]})
        return [*combined, Command(graph=Command.PARENT, goto=sends)] if sends else combined


def tools_condition(state: Any, messages_key: str = "messages") -> str:
    """A router: ``"tools"`` if the last message asks for tools, else ``END``. Raises ValueError without messages."""
    messages = state if isinstance(state, list) else None
    if messages is None:
        messages = state.get(messages_key) if isinstance(state, dict) else getattr(state, messages_key, None)
    if not messages:
        raise ValueError(f"No messages found in input state to tool_edge: {state}")
    return "tools" if getattr(messages[-1], "tool_calls", None) else END


def _sends_only(command: Command[Any]) -> bool:
    return isinstance(command.goto, list) and all(isinstance(target, Send) for target in command.goto)
