"""Reserved names: of nodes, of the channels that carry edges, and of writes that are no state."""

from __future__ import annotations

START = "__start__"
END = "__end__"
TAG_HIDDEN = "langsmith:hidden"
"""A node with this tag is not shown in streams and not stopped at by ``"*"``."""
TAG_NOSTREAM = "nostream"

TASKS = "__pregel_tasks"
"""The channel of ``Send``s."""
PULL = "__pregel_pull"
PUSH = "__pregel_push"
INPUT = "__input__"
PREVIOUS = "__previous__"

INTERRUPT = "__interrupt__"
RESUME = "__resume__"
ERROR = "__error__"
ERROR_SOURCE_NODE = "__error_source_node__"
NO_WRITES = "__no_writes__"
RETURN = "__return__"
SCHEDULED = "__scheduled__"

MARKS = frozenset((NO_WRITES, PUSH, RESUME, INTERRUPT, RETURN, ERROR, ERROR_SOURCE_NODE, SCHEDULED))
"""Writes that say something about a task and go to no channel."""

NS_SEP = "|"
NS_END = ":"


BRANCH_TO = "branch:to:"


def branch_channel(node: str) -> str:
    """The channel that makes a node run."""
    return BRANCH_TO + node


def join_channel(sources: tuple[str, ...], target: str) -> str:
    """The channel of a join."""
    return f"join:{'+'.join(sources)}:{target}"


def error_handler_name(node: str) -> str:
    """The hidden node that handles a node's failures."""
    return f"__error_handler__{node}"


DEFAULT_ERROR_HANDLER = "__default_error_handler__"


def node_in_words(node: str) -> str:
    """A node as it is told: the hidden nodes of error handlers by what they are."""
    if node == DEFAULT_ERROR_HANDLER:
        return "error handler"
    handled = node.removeprefix(error_handler_name(""))
    return node if handled == node else f"error handler of {handled}"
