"""LangGraph's ``pregel.types``: deprecated, the names are in ``types``."""

from warnings import warn

from engine.compat.types import (
    All,
    CachePolicy,
    PregelExecutableTask,
    PregelTask,
    RetryPolicy,
    StateSnapshot,
    StateUpdate,
    StreamMode,
    StreamWriter,
    default_retry_on,
)
from engine.errors import LangGraphDeprecatedSinceV10

warn(
    LangGraphDeprecatedSinceV10(
        "Importing from langgraph.pregel.types is deprecated. Please use 'from langgraph.types import ...' instead."
    ),
    stacklevel=2,
)

__all__ = (
    "All",
    "CachePolicy",
    "PregelExecutableTask",
    "PregelTask",
    "RetryPolicy",
    "StateSnapshot",
    "StateUpdate",
    "StreamMode",
    "StreamWriter",
    "default_retry_on",
)
