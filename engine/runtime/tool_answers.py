"""What a call of a tool comes to: its answer, checked, or what a model is told of its failure. Needs langchain-core."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any, Union, get_args, get_type_hints

from langchain_core.messages import RemoveMessage, ToolMessage, convert_to_messages
from langchain_core.tools.base import TOOL_MESSAGE_BLOCK_TYPES, ToolException
from pydantic import ValidationError

from engine.errors import is_invalid_resume
from engine.graph.message import REMOVE_ALL_MESSAGES
from engine.types import Command

Output = Any
"""A ``ToolMessage``, a ``Command``, or a list of them."""


def checked_answer(response: Any, call: Any, shape: str, key: str) -> Output:
    """A tool's answer. Raises ValueError or TypeError for one that would leave the call without a message."""
    if isinstance(response, ToolMessage):
        response.content = _content(response.content)
        return response
    if isinstance(response, Command):
        command = _with_messages(response, call, shape, key)
        if command.graph is None and command.update is not None and not _answers(command, call, key):
            raise ValueError(
                f"Expected to have a matching ToolMessage in Command.update for tool '{call['name']}', got: "
                f"{command.update}. Every tool call (LLM requesting to call a tool) in the message history MUST "
                "have a corresponding ToolMessage."
            )
        return command
    if isinstance(response, list) and all(isinstance(item, (Command, ToolMessage)) for item in response):
        found = [_with_messages(r, call, shape, key) if isinstance(r, Command) else r for r in response]
        count = sum(_answers(item, call, key) for item in found)
        if count != 1:
            raise ValueError(
                f"Tool {call['name']} returned a list with {count} messages bound to tool_call_id {call['id']!r}; "
                "expected exactly one terminating ToolMessage."
            )
        return found
    raise TypeError(f"Tool {call['name']} returned unexpected type: {type(response)}")


def _with_messages(command: Command[Any], call: Any, shape: str, key: str) -> Command[Any]:
    """The command with messages of langchain's in its update, and the tool's name on the one that answers."""
    update = command.update
    if not isinstance(update, (dict, list)):
        return command
    if isinstance(update, list) != (shape == "list"):
        raise ValueError(
            f"Command.update of tool '{call['name']}' has to be a "
            f"{'list of messages' if shape == 'list' else 'dict'}, as the input of the ToolNode is, got: {update}"
        )
    copied = deepcopy(update)
    given = copied.get(key, []) if isinstance(copied, dict) else copied
    messages = convert_to_messages(given)
    for message in messages:
        if isinstance(message, ToolMessage) and message.tool_call_id == call["id"]:
            message.name = call["name"]
    if isinstance(copied, dict):
        copied = {**copied, key: messages} if key in copied else copied
    return replace(command, update=copied if isinstance(copied, dict) else messages)


def _answers(item: Any, call: Any, key: str) -> bool:
    """Whether it has the message that answers the call, or removes all messages, so that there is nothing to answer."""
    update = getattr(item, "update", None)
    messages = [item] if isinstance(item, ToolMessage) else update.get(key, []) if isinstance(update, dict) else update
    return any(
        (isinstance(message, ToolMessage) and message.tool_call_id == call["id"])
        or (isinstance(message, RemoveMessage) and message.id == REMOVE_ALL_MESSAGES)
        for message in messages or ()
    )


def _content(output: Any) -> Any:
    """A message's content: text, or blocks that models know."""
    if isinstance(output, str):
        return output
    if isinstance(output, list) and all(
        isinstance(b, dict) and b.get("type") in TOOL_MESSAGE_BLOCK_TYPES for b in output
    ):
        return output
    try:
        return json.dumps(output, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(output)


class ToolInvocationError(ToolException):
    """A model has called a tool with arguments that its schema refuses."""

    def __init__(self, tool_name: str, source: ValidationError, tool_kwargs: Any, hidden: frozenset[str]) -> None:
        self.tool_name, self.source, self.tool_kwargs = tool_name, source, tool_kwargs
        self.filtered_errors = [e for e in source.errors() if e["loc"] and e["loc"][0] not in hidden]
        said = "\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in self.filtered_errors)
        self.message = (
            f"Error invoking tool '{tool_name}' with kwargs {tool_kwargs} with error:\n {said}\n"
            " Please fix the error and try again."
        )
        super().__init__(self.message)


def answer_wrong_arguments(error: Exception) -> str:
    """The default: a model is told that it has used a tool wrongly; what a tool itself raises ends the run."""
    if isinstance(error, ToolInvocationError):
        return error.message
    raise error


def failure_answer(error: Exception, call: Any, hidden: frozenset[str], flag: Any) -> ToolMessage:
    """What the model is told of a failure. Raises it if that is not wanted, or no model can mend it."""
    if isinstance(error, ValidationError) and not is_invalid_resume(error):
        source, error = error, ToolInvocationError(call["name"], error, call["args"], hidden)
        error.__cause__ = source
    if not flag or is_invalid_resume(error) or not isinstance(error, _handled_types(flag)):
        raise error
    if isinstance(flag, str):
        text = flag
    elif callable(flag) and not isinstance(flag, type):
        text = flag(error)
    else:
        text = f"Error: {error!r}\n Please fix your mistakes."
    return ToolMessage(text, name=call["name"], tool_call_id=call["id"], status="error")


def _handled_types(flag: Any) -> tuple[type[Exception], ...]:
    """The exceptions that a setting is about: those it names, those its function's parameter is annotated with, all."""
    if isinstance(flag, tuple):
        return flag
    if isinstance(flag, type):
        return (flag,)
    if callable(flag):
        hints = [hint for name, hint in get_type_hints(flag).items() if name not in ("return", "self")]
        if hints:
            kinds = get_args(hints[0]) if _is_union(hints[0]) else (hints[0],)
            if not all(isinstance(kind, type) and issubclass(kind, Exception) for kind in kinds):
                raise ValueError(f"The error handler's parameter has to be annotated with exceptions, not {hints[0]}.")
            return kinds
    return (Exception,)


def _is_union(hint: Any) -> bool:
    return getattr(hint, "__origin__", None) is Union or type(hint).__name__ == "UnionType"
