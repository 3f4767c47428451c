"""LangGraph's ``_internal._typing``: the value that means "nothing"."""

from engine.types import MISSING

__all__ = ("MISSING",)
