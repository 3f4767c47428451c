"""LangGraph's ``channels.named_barrier_value``."""

from engine.channels.barrier import NamedBarrierValue, NamedBarrierValueAfterFinish

__all__ = ("NamedBarrierValue", "NamedBarrierValueAfterFinish")
