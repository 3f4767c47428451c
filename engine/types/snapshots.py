"""What a graph is like between two steps, and what it has returned.

The classes say that they come from ``engine.types``: annotations are real ones, not text that is looked up there.
"""

from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV11
from engine.types.aliases import Config
from engine.types.questions import Interrupt

OutputT = TypeVar("OutputT")


class PregelTask(NamedTuple):
    """A task of a step, as a snapshot shows it."""

    id: str
    name: str
    path: tuple[Any, ...]
    error: Any = None
    interrupts: tuple[Interrupt[Any], ...] = ()
    state: Any = None
    """None, the config of the task's subgraph, or its snapshot."""
    result: Any = None


class CacheKey(NamedTuple):
    """Where a task's result is cached."""

    ns: tuple[str, ...]
    key: str
    ttl: int | None


class StateSnapshot(NamedTuple):
    """The state of a thread between two supersteps."""

    values: Any
    next: tuple[str, ...]
    config: Config
    metadata: Any
    created_at: str | None
    parent_config: Config | None
    tasks: tuple[PregelTask, ...]
    interrupts: tuple[Interrupt[Any], ...]


@dataclass(frozen=True)
class GraphOutput(Generic[OutputT]):
    """What ``invoke(version="v2")`` returns."""

    value: OutputT
    interrupts: tuple[Interrupt[Any], ...] = ()

    def __getitem__(self, key: str) -> Any:
        self._warn("result[key]")
        if key == "__interrupt__":
            return self.interrupts
        if isinstance(self.value, dict):
            return self.value[key]
        try:
            return getattr(self.value, key)
        except AttributeError:
            raise KeyError(key) from None

    def __contains__(self, key: object) -> bool:
        self._warn("key in result")
        if key == "__interrupt__":
            return bool(self.interrupts)
        if isinstance(self.value, dict):
            return key in self.value
        return isinstance(key, str) and hasattr(self.value, key)

    @staticmethod
    def _warn(use: str) -> None:
        text = (
            f"Accessing GraphOutput via `{use}` is deprecated. Use `result.value` to access the output value directly, "
            "or `result.interrupts` for interrupts."
        )
        warn(LangGraphDeprecatedSinceV11(text), stacklevel=3)
