"""LangGraph's ``langgraph.checkpoint.base.id`` names."""

from __future__ import annotations

from uuid import UUID

from engine.ids import new_checkpoint_id


def uuid6(node: int | None = None, clock_seq: int | None = None) -> UUID:
    """A time-ordered id; ``node`` is taken for compatibility and has no effect."""
    return UUID(new_checkpoint_id(clock_seq or 0))


__all__ = ["uuid6"]
