"""LangGraph's ``managed``."""

from engine.channels.managed import IsLastStep, RemainingSteps

__all__ = ("IsLastStep", "RemainingSteps")
