"""LangGraph's ``managed.is_last_step``."""

from engine.channels.managed import IsLastStep, IsLastStepManager, RemainingSteps, RemainingStepsManager

__all__ = ("IsLastStep", "IsLastStepManager", "RemainingSteps", "RemainingStepsManager")
