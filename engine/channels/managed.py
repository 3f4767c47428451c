"""Values that a node reads like state keys and that the runtime computes: nobody writes them, nothing stores them."""

from __future__ import annotations

from inspect import isclass
from typing import Annotated, Any, Protocol


class StepCount(Protocol):
    """What a managed value may look at."""

    step: int
    stop: int


class ManagedValue:
    """Base of managed values: a class that is never instantiated."""

    @staticmethod
    def get(count: StepCount) -> Any:
        """The value in this step."""
        raise NotImplementedError


class IsLastStepManager(ManagedValue):
    """Whether the recursion limit ends the run after this step."""

    @staticmethod
    def get(count: StepCount) -> bool:
        return count.step == count.stop - 1


class RemainingStepsManager(ManagedValue):
    """How many steps the recursion limit still allows."""

    @staticmethod
    def get(count: StepCount) -> int:
        return count.stop - count.step


IsLastStep = Annotated[bool, IsLastStepManager]
RemainingSteps = Annotated[int, RemainingStepsManager]


def is_managed_value(value: Any) -> bool:
    """Whether a part of an annotation is a managed value's class."""
    return isclass(value) and issubclass(value, ManagedValue)
