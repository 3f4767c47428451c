"""LangGraph's ``graph.message``."""

from typing import Annotated, Any
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10
from engine.graph.message import REMOVE_ALL_MESSAGES, MessagesState, add_messages
from engine.graph.message import messages_delta_reducer as _messages_delta_reducer
from engine.runtime.push_message import push_message
from engine.runtime.state_graph import StateGraph


class MessageGraph(StateGraph):
    """Deprecated: a graph whose whole state is one list of messages."""

    def __init__(self) -> None:
        text = (
            "MessageGraph is deprecated in LangGraph v1.0.0, to be removed in v2.0.0. "
            "Please use StateGraph with a `messages` key instead."
        )
        warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        super().__init__(Annotated[list[Any], add_messages])


def __getattr__(name: str) -> Any:
    """Message classes, which LangGraph's module has by way of langchain-core: so has this one, if it is installed."""
    if name not in ("AnyMessage", "BaseMessage", "BaseMessageChunk", "MessageLikeRepresentation", "RemoveMessage"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from langchain_core import messages
    except ImportError as error:
        raise AttributeError(f"{name} is langchain-core's, which is not installed") from error
    return getattr(messages, name)


__all__ = (
    "REMOVE_ALL_MESSAGES",
    "MessageGraph",
    "MessagesState",
    "_messages_delta_reducer",
    "add_messages",
    "push_message",
)
