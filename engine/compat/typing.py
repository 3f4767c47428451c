"""LangGraph's ``typing``: type variables for generic graphs."""

from typing import Any, TypeVar

StateT = TypeVar("StateT")
StateT_co = TypeVar("StateT_co", covariant=True)
StateT_contra = TypeVar("StateT_contra", contravariant=True)
ContextT = TypeVar("ContextT")
ContextT_contra = TypeVar("ContextT_contra", contravariant=True)
InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")
NodeInputT = TypeVar("NodeInputT")
NodeInputT_contra = TypeVar("NodeInputT_contra", contravariant=True)
TypedDictLikeV1 = Any
TypedDictLikeV2 = Any
StateLike = Any

__all__ = ("ContextT", "InputT", "NodeInputT", "OutputT", "StateT")
