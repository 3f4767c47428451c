"""What every compiled graph has: its plan, its settings, its name and its parts. The lowest part of ``Pregel``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from engine.compiler.plan import GraphPlan
from engine.runtime.checkpointing import ensure_valid_checkpointer
from engine.runtime.config import merge_configs
from engine.runtime.subgraphs import find_subgraphs
from engine.types import Config


class GraphBasics:
    """A plan with the settings that it was compiled with."""

    def __init__(
        self,
        plan: GraphPlan,
        *,
        name: str = "LangGraph",
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        interrupt_before: Any = (),
        interrupt_after: Any = (),
        stream_mode: str = "updates",
        context_schema: Any = None,
        debug: bool = False,
        config: Config | None = None,
        step_timeout: float | None = None,
    ) -> None:
        self.plan = plan
        self.name = name
        self.checkpointer = ensure_valid_checkpointer(checkpointer)
        self.store = store
        self.cache = cache
        self.interrupt_before_nodes = interrupt_before
        self.interrupt_after_nodes = interrupt_after
        self.stream_mode = stream_mode
        self.context_schema = context_schema
        self.debug = debug
        self.config = config
        self.step_timeout = step_timeout
        if "langchain_core.runnables.base" in sys.modules:
            from engine.runtime.langchain_runnable import make_known_to_langchain

            make_known_to_langchain(GraphBasics)
        self._subgraphs: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        """What langchain's runnables can do besides (``bind``, ``pipe``, ``with_retry``), if that library is loaded."""
        base = sys.modules.get("langchain_core.runnables.base")
        if base is None or name.startswith("_") or not hasattr(base.Runnable, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        from engine.runtime.langchain_runnable import GraphRunnable, make_known_to_langchain

        make_known_to_langchain(GraphBasics)
        return getattr(GraphRunnable(self), name)

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The graph's name; with a suffix in the way it is written itself: ``LangGraphInput``, ``my_graph_input``."""
        shown = name or self.name
        if not suffix:
            return shown
        return f"{shown}{suffix.title()}" if shown[:1].isupper() else f"{shown}_{suffix.lower()}"

    @property
    def nodes(self) -> Mapping[str, Any]:
        """Nodes by name."""
        return self.plan.nodes

    @property
    def channels(self) -> Mapping[str, Any]:
        """Channels and managed values by name."""
        return {**self.plan.channels, **self.plan.managed}

    @property
    def trigger_to_nodes(self) -> Mapping[str, Sequence[str]]:
        """Channel -> the nodes that it makes run."""
        return self.plan.triggered_by

    @property
    def input_channels(self) -> Any:
        """The channel that inputs are written to."""
        return _as_list(self.plan.input_key)

    @property
    def output_channels(self) -> Any:
        """The keys that ``invoke`` returns."""
        return _as_list(self.plan.output_keys)

    @property
    def stream_channels(self) -> Any:
        """The keys that ``stream`` and ``get_state`` show."""
        return _as_list(self.plan.stream_keys)

    @property
    def stream_channels_asis(self) -> Any:
        """The keys that ``stream`` and ``get_state`` show."""
        return _as_list(self.plan.stream_keys)

    @property
    def stream_channels_list(self) -> list[str]:
        """As ``stream_channels``, always a list."""
        keys = self.plan.stream_keys
        return [keys] if isinstance(keys, str) else list(keys)

    @property
    def direct_subgraphs(self) -> dict[str, Any]:
        """Graphs that are nodes, or that a node's function calls, by node. Found once."""
        if self._subgraphs is None:
            self._subgraphs = find_subgraphs(self.plan, GraphBasics)
        return self._subgraphs

    def copy(self, update: Mapping[str, Any] | None = None) -> Any:
        """The same graph with other attributes."""
        new = self.__class__.__new__(self.__class__)
        new.__dict__.update(self.__dict__)
        new.__dict__.update(update or {})
        return new

    def with_config(self, config: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """A copy of the graph with a config that every call starts from; a call's own config is laid over it."""
        return self.copy({"config": merge_configs(self.config, config, kwargs)})

    def validate(self) -> Any:
        """Nothing is left to check once a graph is compiled."""
        return self

    @property
    def output_mapper(self) -> Any:
        """Turns output values into the output schema's class for ``version="v2"``; None if they are a dict anyway."""
        return None

    @property
    def state_mapper(self) -> Any:
        """As ``output_mapper``, for the whole state."""
        return None


def _as_list(keys: str | tuple[str, ...]) -> Any:
    return keys if isinstance(keys, str) else list(keys)
